"""A ZIP that comes by a page: looked through, taken in by the worker, forgotten."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from loa.bulletins import commands, queries, receiving, tasks
from loa.bulletins.models import Bulletin
from loa.bulletins.receiving import Sent
from loa.bulletins.tests.making import NOW
from loa.kernel.errors import Denied, DomainError, NotFound, WrongState
from loa.media import refusals
from loa.media.tests import sounds

HEAD = "Tên tệp;Tiêu đề;Ngày phát\n"


@pytest.fixture
def tape(tmp_path):
    return sounds.write(tmp_path / "tin.mp3", sounds.speechlike(2), container="mp3", codec="libmp3lame")


def packed(tmp_path, *entries, name="băng.zip"):
    place = tmp_path / name
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as zipped:
        for inner, content in entries:
            zipped.writestr(inner, content)
    return Sent(files=place, name=name, sheet=None)


def receive(world, sent, *, scope=None, unit=None):
    return receiving.receive(
        scope or world.officer,
        unit or world.commune,
        sent,
        author_id=world.officer_user.pk,
        is_written_down=False,
        now=NOW,
    )


def fates(world, batch):
    return {tape.name: (tape.state, tape.reason) for tape in queries.tapes(world.officer, batch.pk)}


@pytest.mark.django_db(transaction=True)
def test_nothing_comes_in_before_somebody_says_so_and_then_all_of_it_once(world, tmp_path, tape):
    sheet = (HEAD + "1998/tin.mp3;Lũ trên sông;15/08/1998\n").encode("utf-8-sig")
    batch = receive(world, packed(tmp_path, ("1998/tin.mp3", tape.read_bytes()), ("danh sách.csv", sheet)))
    assert fates(world, batch) == {"1998/tin.mp3": ("new", "")}
    assert not receiving.carry_on(batch) or Bulletin.objects.unscoped("test").count() == 0

    commands.start_batch(world.officer, batch, now=NOW)
    receiving.carry_on(batch)
    receiving.carry_on(batch)

    assert fates(world, batch) == {"1998/tin.mp3": ("taken", "")}
    assert [one.title for one in Bulletin.objects.unscoped("test")] == ["Lũ trên sông"]
    batch.refresh_from_db()
    assert batch.ended_at is not None
    assert not Path(batch.folder).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_hostile_in_a_zip_is_refused_file_by_file(world, tmp_path, tape):
    link = zipfile.ZipInfo("lối tắt.mp3")
    link.external_attr = 0o120777 << 16
    sent = packed(
        tmp_path,
        ("tốt.mp3", tape.read_bytes()),
        ("../../ngoài.mp3", b"x"),
        ("/gốc.mp3", b"x"),
        ("đảo\u202e3pm.mp3", b"x"),
        ("Tốt.MP3", b"x"),
        (link, "/etc/passwd"),
        ("rỗng.mp3", b""),
        ("__MACOSX/._tốt.mp3", b"x"),
    )

    met = fates(world, receive(world, sent))

    assert met.pop("tốt.mp3") == ("new", "")
    assert met.pop("rỗng.mp3") == ("refused", "tape_empty")
    assert met.pop("Tốt.MP3") == ("refused", "tape_twice")
    assert len(met) == 4
    assert set(met.values()) == {("refused", "tape_name")}
    assert not (tmp_path.parent / "ngoài.mp3").exists()


@pytest.mark.django_db
def test_a_file_packed_in_a_way_nobody_knows_is_refused_and_the_rest_goes_on(world, tmp_path, tape):
    sent = packed(tmp_path, ("tốt.mp3", tape.read_bytes()), ("lạ.mp3", b"x" * 200))
    content = bytearray(sent.files.read_bytes())
    for head, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):  # of the file and of the directory, APPNOTE 4.3
        content[content.rfind(head) + method] = 97
    sent.files.write_bytes(content)

    met = fates(world, receive(world, sent))

    assert met["tốt.mp3"] == ("new", "")
    assert met["lạ.mp3"][0] == "refused"


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 10_000])
def test_what_is_no_zip_is_refused_and_nothing_stays(world, tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(refusals.DocumentTruncated):
        receive(world, Sent(files=tmp_path / "x.zip", name="x.zip", sheet=None))

    assert queries.batches(world.officer).count() == 0


@pytest.mark.django_db
def test_a_zip_that_swells_is_refused_whole(world, tmp_path, settings):
    sent = packed(tmp_path, *((f"{number}.wav", b"\0" * 60_000_000) for number in range(10)))

    with pytest.raises(refusals.Overblown):
        receive(world, sent)

    uploads = Path(settings.MEDIA_FOLDER) / ".uploads"
    assert list(uploads.iterdir()) == []


@pytest.mark.django_db
def test_only_who_may_write_there_sends_a_zip(world, tmp_path, settings):
    sent = packed(tmp_path, ("a.mp3", b"x"))

    with pytest.raises(Denied):
        receive(world, sent, scope=world.leader)
    with pytest.raises(NotFound):
        receive(world, sent, scope=world.outsider)

    assert list((Path(settings.MEDIA_FOLDER) / ".uploads").iterdir()) == []


@pytest.mark.django_db
def test_what_is_dropped_never_comes_in(world, tmp_path):
    batch = receive(world, packed(tmp_path, ("a.mp3", b"x")))

    receiving.drop(world.officer, batch, now=NOW)

    assert fates(world, batch) == {"a.mp3": ("refused", "tape_dropped")}
    assert not Path(batch.folder).exists()
    with pytest.raises(WrongState):
        commands.start_batch(world.officer, batch, now=NOW)
    with pytest.raises(WrongState):
        receiving.drop(world.officer, batch, now=NOW)


@pytest.mark.django_db
def test_a_batch_is_started_once_and_only_by_who_may(world, tmp_path):
    batch = receive(world, packed(tmp_path, ("a.mp3", b"x")))

    with pytest.raises(Denied):
        commands.start_batch(world.leader, batch, now=NOW)
    with pytest.raises(NotFound):
        commands.start_batch(world.outsider, batch, now=NOW)
    commands.start_batch(world.officer, batch, now=NOW)
    with pytest.raises(WrongState):
        commands.start_batch(world.officer, batch, now=NOW)
    with pytest.raises(WrongState):
        commands.drop_batch(world.officer, batch, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_right_meanwhile_brings_nothing_in(world, tmp_path, tape):
    batch = receive(world, packed(tmp_path, ("tin.mp3", tape.read_bytes())))
    commands.start_batch(world.officer, batch, now=NOW)
    world.officer_user.is_active = False
    world.officer_user.save()

    with pytest.raises(DomainError):
        receiving.carry_on(batch)

    assert fates(world, batch) == {"tin.mp3": ("new", "")}
    assert batch not in receiving.left_behind()


@pytest.mark.django_db
def test_what_nobody_gave_their_word_for_is_dropped_after_a_week(world, tmp_path):
    batch = receive(world, packed(tmp_path, ("a.mp3", b"x")))

    tasks.keep_archives_going(now=NOW + timedelta(days=6))
    batch.refresh_from_db()
    assert batch.ended_at is None
    tasks.keep_archives_going(now=NOW + timedelta(days=8))

    batch.refresh_from_db()
    assert batch.ended_at is not None
    assert not Path(batch.folder).exists()
