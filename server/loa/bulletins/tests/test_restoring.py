"""An archive that was written out is taken over by an empty system: the same bulletins, words and sounds."""

import json

import pytest

from loa.bulletins import archiving, commands, exporting, queries, receiving, restoring
from loa.bulletins.models import Bulletin, Rendition, Revision
from loa.bulletins.rules import Facts, Kind, State, imports
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import intake
from loa.media.tests import papers, sounds

SAME = (
    "number", "title", "text", "kind", "category", "abstract", "byline", "language", "valid_from", "valid_until",
    "is_must", "sound", "voice", "created_at", "renditions",
)  # fmt: skip


def nobody(_done, _of):
    """Hear how far it is, and say nothing."""


def nothing(_sha256):
    """Know nothing."""
    return False


def make_sound(tmp_path, unit, *, seed):
    file = sounds.write(tmp_path / f"{seed}.wav", sounds.speechlike(2, seed=seed), container="wav", codec="pcm_s16le")
    from_mouth = intake.from_upload(file)
    return media.keep(scopes.system("test"), unit, prepared=from_mouth)


def told(folder):
    lines = (folder / "bulletins.jsonl").read_text("utf-8").splitlines()
    return {one["title"]: one for one in map(json.loads, lines)}


def take_over(world, folder, *, scope=None, unit=None):
    found = restoring.look(folder, known=lambda sha256: queries.is_taken((unit or world.commune).pk, sha256))
    batch = restoring.begin(
        scope or world.officer, unit or world.commune, author_id=world.officer_user.pk, folder=folder, found=found,
        now=NOW,
    )  # fmt: skip
    receiving.run(scope or world.officer, batch, now=lambda: NOW, told=nobody)
    return batch


def fates(world, batch):
    return sorted((tape.state, tape.reason) for tape in queries.tapes(world.system, batch.pk))


@pytest.fixture
def written(world, tmp_path):
    """Write three bulletins of several kinds, and their archive."""
    first = make_sound(tmp_path, world.commune, seed=1)
    second = make_sound(tmp_path, world.commune, seed=2)
    facts = Facts(kind=Kind.OTHER, category="disaster.weather", byline="Nguyễn Văn A", abstract="Tóm tắt")
    aired = commands.write(
        world.officer, world.commune, title="Lũ trên sông", text="Nước đang lên.", author_id=world.officer_user.pk,
        clip_id=first.pk, facts=facts, now=NOW,
    )  # fmt: skip
    commands.submit(world.officer, aired, now=NOW)
    commands.revise(
        world.officer, aired, title="Lũ trên sông Phó Đáy", text="Nước đang lên nhanh.", clip_id=second.pk, voice="",
        now=NOW + A_MINUTE,
    )  # fmt: skip
    commands.submit(world.officer, aired, now=NOW + A_MINUTE)
    commands.approve(world.leader, aired, number=2, hearing=HEARD, now=NOW + 2 * A_MINUTE)
    commands.write(world.officer, world.commune, title="Nháp", text="", author_id=world.officer_user.pk, now=NOW)
    tapes = tmp_path / "băng"
    tapes.mkdir()
    (tapes / "Thông báo.docx").write_bytes(papers.docx(document=papers.body("Mời họp dân")))
    batch = archiving.begin(
        world.officer, world.commune, author_id=world.officer_user.pk, folder=tapes,
        planned=archiving.look(tapes, [], known=nothing), is_written_down=False, now=NOW,
    )  # fmt: skip
    archiving.run(world.officer, batch, now=lambda: NOW, told=nobody)
    exporting.write(world.system, world.commune, tmp_path / "kho", now=NOW)
    return tmp_path / "kho"


@pytest.mark.django_db(transaction=True)
def test_an_archive_that_was_written_out_gives_the_same_items_words_and_sounds(world, written, tmp_path):
    elsewhere = world.other_commune

    batch = take_over(world, written, scope=world.system, unit=elsewhere)

    assert fates(world, batch) == [("taken", "")] * 3
    exporting.write(world.system, elsewhere, tmp_path / "lại", now=NOW)
    before, after = told(written), told(tmp_path / "lại")
    assert set(after) == set(before) == {"Lũ trên sông Phó Đáy", "Nháp", "Thông báo"}
    for title, one in before.items():
        other = after[title]
        assert [{name: each[name] for name in SAME} for each in other["revisions"]] == [
            {name: each[name] for name in SAME} for each in one["revisions"]
        ]
        assert (other["created_at"], other["changed_at"]) == (one["created_at"], one["changed_at"])
        assert (other["state"], other["tape"]["origin"]["state"]) == ("archived", one["state"])
        assert other["tape"]["origin"]["id"] == one["id"]
    for name in ("sounds", "documents"):
        assert {file.name: file.read_bytes() for file in (tmp_path / "lại" / name).iterdir()} == {
            file.name: file.read_bytes() for file in (written / name).iterdir()
        }
    assert len(list((written / "sounds").iterdir())) == 2
    found = queries.search(
        world.system, "pho day", queries.Filters(unit_path=elsewhere.path), offset=0, limit=5, now=NOW
    )
    assert [one.state for one in found.bulletins] == [State.ARCHIVED]


@pytest.mark.django_db(transaction=True)
def test_what_came_once_does_not_come_twice(world, written):
    take_over(world, written)

    again = take_over(world, written)

    assert fates(world, again) == [("known", "")] * 3


@pytest.mark.django_db(transaction=True)
def test_a_changed_or_missing_sound_refuses_its_bulletin_alone(world, written):
    first, second = sorted((written / "sounds").iterdir())
    first.write_bytes(second.read_bytes())

    batch = take_over(world, written)

    assert fates(world, batch) == [("refused", "media_changed"), ("taken", ""), ("taken", "")]


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_over_stands_and_is_no_approval(world, written):
    take_over(world, written)
    bulletin = Bulletin.objects.unscoped("test").filter(state=State.ARCHIVED, title="Lũ trên sông Phó Đáy").get()

    states = set(Revision.objects.unscoped("test").filter(bulletin=bulletin).values_list("state", flat=True))

    assert states == {"archived"}
    assert Rendition.objects.unscoped("test").filter(revision__bulletin=bulletin).count() > 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"id": "x", "revisions": []}',
        b'{"id":"018f0000-0000-7000-8000-000000000000","unit":"1","created_at":"x","changed_at":"x","revisions":[{}]}',
    ],
)  # fmt: skip
def test_a_line_that_tells_of_no_bulletin_is_refused(line):
    with pytest.raises(imports.NoItem):
        imports.read(line)


@pytest.mark.django_db
def test_a_folder_that_only_looks_like_one_is_taken_as_files(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": "khác"}')
    (tmp_path / "bulletins.jsonl").write_text("{}")

    assert not restoring.is_archive(tmp_path)
