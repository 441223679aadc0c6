import os
import shutil
import stat

import pytest

from loa.box import socket_folder

OURS = {"uid": os.geteuid(), "gid": os.getegid()}


@pytest.fixture(params=["short", "long"])
def cluster(request, tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "shared"))
    made = tmp_path / ("postgres" if request.param == "short" else "x" * 120)
    made.mkdir()
    return made


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_folder_is_private_fits_and_is_found_again(cluster):
    made = socket_folder.make(cluster, **OURS)

    assert len(os.fsencode(made)) <= socket_folder.LONGEST_BYTES
    assert mode(made) == 0o700
    assert socket_folder.of(cluster) == made
    assert socket_folder.make(cluster, **OURS) == made
    assert socket_folder.is_held(made, uid=OURS["uid"])


def test_a_folder_that_was_swept_away_is_made_again_under_its_name(cluster):
    made = socket_folder.make(cluster, **OURS)
    made.rmdir()

    assert socket_folder.make(cluster, **OURS) == made
    assert mode(made) == 0o700


@pytest.mark.parametrize("trap", ["link", "dangling link", "file", "open folder"])
def test_a_trap_where_the_folder_should_be_is_neither_followed_nor_changed(cluster, tmp_path, trap):
    made = socket_folder.make(cluster, **OURS)
    made.rmdir()
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    if trap == "open folder":
        made.mkdir(mode=0o777)
        made.chmod(0o777)
    elif trap == "file":
        made.write_text("")
    else:
        made.symlink_to(victim if trap == "link" else tmp_path / "nothing")

    assert not socket_folder.is_held(made, uid=OURS["uid"])
    if made.parent == cluster:
        with pytest.raises(socket_folder.NotOurs, match="remove it"):
            socket_folder.make(cluster, **OURS)
    else:
        other = socket_folder.make(cluster, **OURS)
        assert other != made
        assert socket_folder.of(cluster) == other
        assert mode(other) == 0o700
    assert mode(victim) == 0o755
    assert not list(victim.iterdir())
    assert not (tmp_path / "nothing").exists()


def test_a_folder_of_another_account_is_neither_taken_nor_changed(cluster, monkeypatch):
    made = socket_folder.make(cluster, **OURS)
    another = OURS["uid"] + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)

    assert not socket_folder.is_held(made, uid=another)
    with pytest.raises(socket_folder.NotOurs, match="somebody else"):
        socket_folder.make(cluster, uid=another, gid=OURS["gid"])
    assert (made.lstat().st_uid, mode(made)) == (OURS["uid"], 0o700)


def test_a_path_that_is_long_everywhere_is_refused_with_a_sentence(tmp_path, monkeypatch):
    shared = tmp_path / ("y" * 120)
    shared.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    cluster = tmp_path / ("x" * 120)
    cluster.mkdir()

    with pytest.raises(socket_folder.NotOurs, match="longer than"):
        socket_folder.make(cluster, **OURS)

    assert not list(shared.iterdir())
    shutil.rmtree(cluster)
