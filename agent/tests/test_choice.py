"""Which release runs: said at every moment by one file, and never a way without a way back."""

import dataclasses
import io
import stat
import zipfile

import pytest

from loa_agent import choice, launcher, package
from loa_agent.choice import Choice
from loa_protocol import canonical
from loa_protocol.refusal import Refused
from loa_protocol.release import Release

TRIED = Choice(run="0.1.5-aa", statement="s1").on_trial("0.2.0-bb", "s2")


def start(found, *, boot="b", now_s=0.0):
    return found.started(boot=boot, now_s=now_s, prove_s=180.0)


def test_a_release_on_trial_knows_the_way_back():
    back = TRIED.returned("no_sound")

    assert (back.run, back.statement, back.trial) == ("0.1.5-aa", "s1", None)
    assert (back.tried, back.step, back.why, back.bad) == ("s2", "returned", "no_sound", ("s2",))


def test_what_proved_itself_stays_and_has_no_alarm():
    kept = start(TRIED).proved()

    assert (kept.run, kept.step, kept.trial) == ("0.2.0-bb", "proved", None)
    assert start(kept) == kept


def test_three_starts_are_enough_power_cuts_included():
    found = TRIED
    for number in range(choice.STARTS_MOST):
        found = start(found, boot=f"boot {number}")
        assert found.run == "0.2.0-bb"

    assert start(found, boot="another").why == "crashed"


@pytest.mark.parametrize(("boot", "now_s", "why"), [("b", 200.0, "hung"), ("b", 100.0, ""), ("another", 900.0, "")])
def test_what_had_its_time_and_did_not_prove_itself_hung(boot, now_s, why):
    again = start(start(TRIED, now_s=10.0), boot=boot, now_s=now_s)

    assert again.why == why


def test_a_statement_is_bad_once_and_the_list_ends():
    found = Choice()
    for number in range(choice.BAD_KEPT + 10):
        found = found.without(f"s{number}", "refused", "expired").without(f"s{number}", "refused", "expired")

    assert len(found.bad) == choice.BAD_KEPT
    assert found.bad[-1] == f"s{choice.BAD_KEPT + 9}"


def test_it_is_written_whole_and_read_as_it_was(tmp_path):
    found = start(TRIED).without("s9", "refused", "bad_signature")

    choice.write(tmp_path, found)

    assert choice.read(tmp_path) == found
    assert [file.name for file in (tmp_path / "releases").iterdir()] == ["choice.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"run": 5}', b'{"trial": {}, "bad": []}', b"\xff"])
def test_what_cannot_be_read_runs_what_was_installed(tmp_path, content):
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "choice.json").write_bytes(content)

    assert choice.read(tmp_path) == Choice()


def test_a_release_that_is_not_there_makes_room_at_once(tmp_path):
    choice.write(tmp_path, Choice().on_trial("0.2.0-bb", "s2"))

    begun = launcher._heeding(tmp_path)

    assert (begun.run, begun.step, begun.why) == (None, "returned", "missing")
    assert choice.read(tmp_path) == begun


def test_a_chosen_release_that_was_lost_leaves_what_was_installed(tmp_path):
    choice.write(tmp_path, Choice(run="0.2.0-bb", statement="s2"))

    assert launcher._heeding(tmp_path).run is None


def packed(*files, kind=stat.S_IFREG):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in files:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o644) << 16
            archive.writestr(entry, b"x" * 10)
    return out.getvalue()


def unpack(tmp_path, content, **changes):
    file = tmp_path / "package.zip"
    file.write_bytes(content)
    known = {"version": "0.2.0", "sha256": canonical.sha256(content), "size_bytes": len(content), "floor": "0.1"}
    found = dataclasses.replace(Release(**known, iat=1, exp=2), **changes)
    return package.unpack(file, found, home=tmp_path)


WHOLE = ("loa_agent/__init__.py", "loa_agent/__main__.py", "loa_protocol/__init__.py")


def test_a_package_is_unpacked_beside_and_once(tmp_path):
    folder = unpack(tmp_path, packed(*WHOLE))
    (folder / "mark").touch()

    assert unpack(tmp_path, packed(*WHOLE)) == folder
    assert (folder / "mark").exists()
    assert folder.parent == tmp_path / "releases"
    assert folder.name.startswith("0.2.0-")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(packed(*WHOLE, "../elsewhere"), id="a way out"),
        pytest.param(packed(*WHOLE, "/etc/passwd"), id="an absolute path"),
        pytest.param(packed(*WHOLE, "a/../../b"), id="a way out in the middle"),
        pytest.param(packed(*WHOLE, "a\\..\\b"), id="the other slash"),
        pytest.param(packed(*WHOLE, kind=stat.S_IFLNK), id="links"),
        pytest.param(packed("other/__main__.py"), id="no agent in it"),
        pytest.param(b"PK\x03\x04 and nothing more", id="half an archive"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_package_that_is_none_leaves_nothing_behind(tmp_path, content):
    with pytest.raises(Refused):
        unpack(tmp_path, content)

    assert not list((tmp_path / "releases").glob("*"))
    assert not (tmp_path.parent / "elsewhere").exists()


def test_a_package_without_end_is_refused_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("loa_protocol.release.UNPACKED_MAX_BYTES", 25)

    with pytest.raises(Refused):
        unpack(tmp_path, packed(*WHOLE))


def test_only_what_runs_and_the_way_back_are_kept(tmp_path):
    for name in ("old", "former", "present"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    choice.write(tmp_path, Choice(run="former").on_trial("present", "s"))

    package.tidy(tmp_path)

    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["choice.json", "former", "present"]
