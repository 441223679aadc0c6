import hashlib
import os
import resource
import stat

import pytest

from loa.media import refusals, store


def test_content_lies_under_its_digest_and_is_complete():
    sha256 = store.put(b"OggS and more")

    assert sha256 == hashlib.sha256(b"OggS and more").hexdigest()
    assert store.path(sha256).read_bytes() == b"OggS and more"
    assert store.path(sha256).parent.name == sha256[2:4]
    assert store.has(sha256)
    assert not store.has("0" * 64)


def test_the_store_can_be_passed_by_who_knows_a_digest_and_listed_by_nobody(settings):
    file = store.path(store.put(b"OggS"))
    settings.MEDIA_FOLDER.chmod(0o755)
    file.parent.chmod(0o755)

    store.close()

    folders = [settings.MEDIA_FOLDER, file.parent.parent, file.parent]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o711, 0o711, 0o711]
    assert stat.S_IMODE((settings.MEDIA_FOLDER / ".drafts").stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_new_folders_of_the_store_are_closed_from_the_beginning(settings):
    before = os.umask(0o022)
    try:
        file = store.path(store.put(b"OggS"))
    finally:
        os.umask(before)

    for folder in (settings.MEDIA_FOLDER, file.parent.parent, file.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o711


def test_what_is_stored_is_never_written_again():
    sha256 = store.put(b"once")
    before = store.path(sha256).stat()

    store.put(b"once")

    after = store.path(sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_file_is_adopted_and_gone_from_where_it_was(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(b"OggS" * 5000)

    sha256 = store.adopt(file)

    assert store.path(sha256).read_bytes() == b"OggS" * 5000
    assert not file.exists()


def test_no_draft_is_left_behind(settings):
    store.put(b"a")
    with store.workplace() as folder:
        (folder / "half").write_bytes(b"x")

    assert list((settings.MEDIA_FOLDER / ".drafts").iterdir()) == []


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "\n"])
def test_only_a_digest_names_a_file(name):
    assert not store.is_digest(name)
    with pytest.raises(ValueError, match="digest"):
        store.path(name)


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(settings):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(refusals.StorageFull) as caught:
            store.put(os.urandom(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert str(caught.value)
    assert list(store.verify()) == []
    assert list((settings.MEDIA_FOLDER / ".drafts").iterdir()) == []


def test_the_room_the_database_needs_is_not_taken(monkeypatch):
    monkeypatch.setattr(store, "RESERVE_BYTES", 1 << 62)

    with pytest.raises(refusals.StorageFull):
        store.put(b"x")


def test_too_large_content_is_refused(monkeypatch):
    monkeypatch.setattr(store, "MAX_BYTES", 10)

    with pytest.raises(refusals.TooLarge):
        store.put(b"x" * 11)


def test_verify_finds_what_was_changed_and_what_does_not_belong():
    good, bad = store.put(b"OggS good"), store.put(b"OggS bad")
    store.path(bad).write_bytes(b"OggS BAD")
    store.path(good).with_name("note.txt").write_text("x")

    found = {checked.sha256: checked.fault for checked in store.verify()}

    assert found == {good: "", bad: "changed", "note.txt": "misplaced"}


def test_json_has_a_link_that_names_its_type():
    plan, clip = store.put(b'{"a":1}'), store.put(b"OggS")

    assert store.path(plan).with_name(f"{plan}.json").read_bytes() == b'{"a":1}'
    assert not store.path(clip).with_name(f"{clip}.json").exists()
