"""The dossier says what is so: everything it names exists, and its list of parts is the lock."""

import hashlib
import re
import sys
import zipfile
from importlib import metadata
from xml.etree import ElementTree as ET

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from docx import Document

from tools.dossier import data, diagram, pack, sbom


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("dossier") / "pack"
    pack.write(made)
    return made


def test_everything_the_dossier_names_exists():
    assert list(data.faults(data.load())) == []


def test_what_does_not_exist_is_noticed():
    security = data.load()
    security.controls["scope"]["tests"].append("tests/architecture/test_dossier.py::test_that_nobody_wrote")
    security.controls["scope"]["features"].append("server/loa/nowhere.py")
    security.asvs["1.1.1"]["by"].append("magic")
    security.asvs["1.2.6"]["note"] = ""
    security.flows["flow"][0]["to"] = "moon"

    found = "\n".join(data.faults(security))

    for words in (
        "test_that_nobody_wrote",
        "nowhere.py",
        "no control magic",
        "none without a reason",
        "no process moon",
    ):
        assert words in found


def test_the_list_of_requirements_has_no_hole():
    numbers = {tuple(map(int, number.split("."))) for number in data.load().asvs}
    assert {chapter for chapter, _, _ in numbers} == set(range(1, 17))
    assert len(numbers) >= 240
    for number, item in data.load().asvs.items():
        assert item["level"] in {1, 2, 3}, number
        assert 2 <= len(item["words"].split()) <= 16, number


def test_every_class_of_attack_of_the_ministrys_list_has_its_line():
    assert {"sqli", "os_command", "rfi_lfi", "xpath", "xss", "csrf"} <= set(data.load().qd742)


def test_the_list_of_parts_names_exactly_the_locked_packages():
    lock = (data.ROOT / "requirements" / "speech.txt").read_text()
    wanted = {(name, version) for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE)}

    python = {part for part in sbom.bom().components if part.purl and part.purl.type == "pypi"}

    assert {(part.name, part.version) for part in python} == wanted
    assert all(part.hashes for part in python)
    assert sum(len(part.hashes) for part in python) == lock.count("--hash=sha256:")


def test_what_is_installed_is_among_the_parts():
    versions = {}
    for part in sbom.locked():
        versions.setdefault(part.name, set()).add(part.version)

    for name in ("django", "pillow", "pikepdf", "lxml"):
        assert metadata.version(name) in versions[name]


def test_the_list_of_parts_is_valid_by_its_own_schema():
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.as_json()) is None


def test_the_pack_holds_what_the_dossier_needs_and_its_digests(folder):
    names = {file.name for file in folder.iterdir()}
    assert names == {
        *("ho-so.html", "ho-so.docx", "luong-du-lieu.svg", "sbom.cdx.json", "SHA256SUMS"),
        *("THREAT_MODEL.md", "settings.md", "doctor.md", "deploy.md"),
    }
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_page_and_word_file_say_the_same(folder):
    page = (folder / "ho-so.html").read_text("utf-8")
    written = Document(str(folder / "ho-so.docx"))

    headings = [part.text for part in written.paragraphs if part.style.name == "Heading 1"]
    assert len(headings) == 7
    for heading in headings:
        assert heading in page
    cells = {cell.text for table in written.tables for cell in table._cells}
    assert {"Chống CSRF", "Đáp ứng", "LOA_SCAN"} <= cells
    assert "Quyết định 742/QĐ-BTTTT" in page
    assert zipfile.is_zipfile(folder / "ho-so.docx")


def test_the_picture_shows_every_zone_process_and_flow():
    flows = data.load().flows

    drawn = ET.fromstring(diagram.svg(flows))  # noqa: S314 - our own picture

    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}circle")) == len(flows["flow"])
    words = " ".join(text.text for text in drawn.iter(f"{space}text"))
    for zone in flows["zone"].values():
        assert zone["vi"] in words
    assert len(drawn.findall(f"{space}rect")) == len(flows["zone"]) + len(flows["process"])


def test_a_dossier_is_not_made_of_untruths(tmp_path, monkeypatch):
    untrue = data.load()
    untrue.controls["scope"]["features"].append("server/loa/nowhere.py")
    monkeypatch.setattr(data, "load", lambda: untrue)

    with pytest.raises(pack.Untrue, match="nowhere"):
        pack.write(tmp_path / "pack")
    assert not (tmp_path / "pack").exists()
    assert sys.modules["tools.dossier.pack"] is pack
