"""A unit's archive written out: everything, readable by others, provable by digest."""

import csv
import hashlib
import json

import pytest

from loa.bulletins import exporting
from loa.bulletins.refusals import ExportTaken
from loa.bulletins.rules import exports
from loa.bulletins.tests.making import NOW, make_bulletin, make_submitted
from loa.kernel.errors import Denied, NotFound

pytestmark = pytest.mark.django_db


def test_everything_of_the_unit_and_nothing_of_others_is_written(world, tmp_path):
    kept = make_submitted(world)
    make_bulletin(world, unit=world.other_commune, scope=world.system, user=world.other_officer_user)

    counted = exporting.write(world.system, world.commune, tmp_path / "kho", now=NOW)

    assert counted == {"bulletins": 1, "sounds": 1, "documents": 0}
    told = [json.loads(line) for line in (tmp_path / "kho" / "bulletins.jsonl").read_text("utf-8").splitlines()]
    assert [one["id"] for one in told] == [str(kept.pk)]
    assert told[0]["revisions"][0]["text"] == "Lịch cấp nước tuần này."
    assert (tmp_path / "kho" / "sounds" / f"{told[0]['revisions'][0]['sound']}.ogg").read_bytes() == b"sound"
    assert set(told[0]) >= set(exports.SCHEMA["required"])
    rows = list(csv.reader((tmp_path / "kho" / "bulletins.csv").read_text("utf-8-sig").splitlines()))
    assert (rows[0][2], rows[1][2], rows[1][3]) == ("title", "Lịch cấp nước", "submitted")


def test_the_manifest_names_every_file_with_its_digest(world, tmp_path):
    make_bulletin(world)
    place = tmp_path / "kho"
    exporting.write(world.system, world.province, place, now=NOW)

    manifest = json.loads((place / "manifest.json").read_text("utf-8"))

    files = {each.relative_to(place).as_posix(): each for each in place.rglob("*") if each.is_file()}
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, said in manifest["files"].items():
        content = files[name].read_bytes()
        assert said == {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}


def test_a_folder_with_something_in_it_is_left_alone(world, tmp_path):
    (tmp_path / "x").write_text("x")

    with pytest.raises(ExportTaken):
        exporting.write(world.system, world.commune, tmp_path, now=NOW)


def test_only_who_may_take_it_out_there_writes_an_archive_out(world, tmp_path):
    with pytest.raises(Denied):
        exporting.write(world.officer, world.commune, tmp_path / "kho", now=NOW)
    with pytest.raises(NotFound):
        exporting.write(world.outsider, world.commune, tmp_path / "kho", now=NOW)

    assert not (tmp_path / "kho").exists()
