import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.media import commands, queries, refusals, speech
from loa.media.keeping import PronunciationKeeper
from loa.media.models import Pronunciation
from loa.media.speakable import Word
from loa.orgs.ports import Move

pytestmark = pytest.mark.django_db

NOW = clock.now()
LATER = NOW + dt.timedelta(hours=1)
YAGI = Word(written="Yagi", spoken="ya ghi")


def words(unit):
    return {entry.written: entry.spoken for entry in queries.heard_at(unit)[::-1]}


def running(**facts):
    return Pronunciation.objects.unscoped("test").filter(ended_at=None, **facts)


def test_an_officer_adds_a_word_and_texts_of_the_commune_are_read_with_it(world):
    entry = commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)

    lexicon = queries.lexicon_of(world.commune)
    assert speech.normalise("Bão YAGI vào đất liền", lexicon=lexicon) == "Bão ya ghi vào đất liền"
    assert speech.normalise("Bão YAGI", lexicon=queries.lexicon_of(world.outsider_commune)) == "Bão yagi"
    noted = Entry.objects.get(action="media.pronounce")
    assert (noted.result, noted.detail["written"], noted.detail["word"]) == ("done", "Yagi", str(entry.pk))


def test_a_commune_reads_as_the_province_does_until_it_says_otherwise(world):
    commands.pronounce(world.province_editor, world.province, word=YAGI, now=NOW)
    assert words(world.commune) == {"Yagi": "ya ghi"}

    own = commands.pronounce(world.officer, world.commune, word=Word(written="Yagi", spoken="da ghi"), now=NOW)
    assert speech.normalise("Yagi", lexicon=queries.lexicon_of(world.commune)) == "da ghi"
    assert speech.normalise("Yagi", lexicon=queries.lexicon_of(world.province)) == "ya ghi"

    commands.stop_pronouncing(world.officer, own, now=LATER)
    assert speech.normalise("Yagi", lexicon=queries.lexicon_of(world.commune)) == "ya ghi"


@pytest.mark.parametrize(("who", "refusal"), [("outsider", NotFound), ("leader", Denied), ("monitor", Denied)])
def test_who_does_not_keep_the_dictionary_changes_nothing(world, who, refusal):
    entry = commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)
    person = getattr(world, who)

    for act in (
        lambda: commands.pronounce(person, world.commune, word=Word(written="Noru", spoken="nô ru"), now=NOW),
        lambda: commands.pronounce_otherwise(person, entry, word=Word(written="Yagi", spoken="da ghi"), now=NOW),
        lambda: commands.stop_pronouncing(person, entry, now=NOW),
        lambda: commands.pronounce_all(person, world.commune, words=[Word(written="A", spoken="a")], now=NOW),
    ):
        with pytest.raises(refusal):
            act()

    assert words(world.commune) == {"Yagi": "ya ghi"}


def test_a_commune_may_not_change_a_word_of_its_province(world):
    entry = commands.pronounce(world.province_editor, world.province, word=YAGI, now=NOW)

    with pytest.raises((NotFound, Denied)):
        commands.stop_pronouncing(world.officer, entry, now=NOW)

    assert words(world.commune) == {"Yagi": "ya ghi"}


def test_a_changed_word_keeps_what_it_was(world):
    entry = commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)

    changed = commands.pronounce_otherwise(world.officer, entry, word=Word(written="Yagi", spoken="da ghi"), now=LATER)

    former = Pronunciation.objects.unscoped("test").get(pk=entry.pk)
    assert (former.spoken, former.ended_at) == ("ya ghi", LATER)
    assert (changed.spoken, changed.started_at, changed.ended_at) == ("da ghi", LATER, None)
    assert words(world.commune) == {"Yagi": "da ghi"}


def test_of_two_who_change_a_word_at_once_the_second_is_told(world):
    entry = commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)
    commands.pronounce_otherwise(world.officer, entry, word=Word(written="Yagi", spoken="da ghi"), now=LATER)

    with pytest.raises(refusals.WordEnded):
        commands.pronounce_otherwise(world.officer, entry, word=Word(written="Yagi", spoken="gia ghi"), now=LATER)
    with pytest.raises(refusals.WordEnded):
        commands.stop_pronouncing(world.officer, entry, now=LATER)

    assert words(world.commune) == {"Yagi": "da ghi"}


def test_a_unit_reads_a_word_in_one_way(world):
    commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)

    with pytest.raises(refusals.WordKnown) as caught:
        commands.pronounce(world.officer, world.commune, word=Word(written="Yagi", spoken="da ghi"), now=NOW)

    assert "Yagi" in str(caught.value)


@pytest.mark.parametrize("written", ["", "…", "x" * 81, "()"])
def test_what_is_no_word_is_not_taken(world, written):
    with pytest.raises(refusals.UnfitWriting):
        commands.pronounce(world.officer, world.commune, word=Word(written=written, spoken="a"), now=NOW)


@pytest.mark.parametrize(
    "spoken", ["", "2", "quốc lộ 2", "<b>a</b>", "a\nb", "a\u202eb", "x" * 201, "[[xin]]", "a…", " a"]
)
def test_what_is_read_is_words_alone(world, spoken):
    with pytest.raises(refusals.UnfitSpeech):
        commands.pronounce(world.officer, world.commune, word=Word(written="QL2", spoken=spoken), now=NOW)


def test_a_dictionary_has_an_end(world, monkeypatch):
    monkeypatch.setattr(commands, "WORDS_MOST", 1)
    commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)

    with pytest.raises(refusals.TooManyWords):
        commands.pronounce(world.officer, world.commune, word=Word(written="Noru", spoken="nô ru"), now=NOW)


def test_a_list_is_taken_whole_or_not_at_all(world):
    commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)
    listed = [Word(written="Yagi", spoken="da ghi"), Word(written="Noru", spoken="nô ru")]

    with pytest.raises(refusals.UnfitLine) as caught:
        commands.pronounce_all(world.officer, world.commune, words=[*listed, Word(written="X", spoken="1")], now=LATER)
    assert caught.value.facts["line"] == 3
    assert words(world.commune) == {"Yagi": "ya ghi"}

    assert commands.pronounce_all(world.officer, world.commune, words=listed, now=LATER) == 2
    assert commands.pronounce_all(world.officer, world.commune, words=listed, now=LATER) == 0
    assert words(world.commune) == {"Yagi": "da ghi", "Noru": "nô ru"}


@pytest.mark.parametrize(
    "facts",
    [
        {"written": "a\u0301"},
        {"written": " a"},
        {"written": "a\nb"},
        {"spoken": "a\u0301"},
        {"spoken": "số 2"},
        {"spoken": "<a>"},
        {"ended_at": NOW - dt.timedelta(days=1)},
    ],
)
def test_the_database_takes_no_word_that_is_not_right(world, facts):
    row = {"written": "Yagi", "spoken": "ya ghi", "is_exact_case": False, "started_at": NOW} | facts

    with pytest.raises(IntegrityError), transaction.atomic():
        Pronunciation.objects.create(unit_id=world.commune.pk, **row)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE media_pronunciation SET spoken = 'khác'",
        "UPDATE media_pronunciation SET written = 'khác'",
        "UPDATE media_pronunciation SET started_at = now()",
        "DELETE FROM media_pronunciation",
        "TRUNCATE media_pronunciation CASCADE",
    ],
)
def test_no_sql_changes_what_was_said(world, attack):
    commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_an_ended_word_does_not_come_back(world):
    entry = commands.pronounce(world.officer, world.commune, word=YAGI, now=NOW)
    commands.stop_pronouncing(world.officer, entry, now=LATER)

    with pytest.raises(DatabaseError), transaction.atomic():
        Pronunciation.objects.unscoped("test").filter(pk=entry.pk).update(ended_at=None)


def test_words_go_along_when_units_merge_and_come_back_when_it_is_undone(world):
    heir, gone = world.commune, world.other_commune
    keeper = PronunciationKeeper()
    for unit, listed in (
        (heir, [Word(written="TTVH", spoken="trung tâm văn hóa")]),
        (gone, [Word(written="TTVH", spoken="tê tê vê hát"), YAGI]),
    ):
        commands.pronounce_all(world.system, unit, words=listed, now=NOW)
    moves = [Move(from_unit=gone.pk, to_unit=heir.pk)]

    assert keeper.holdings([gone.pk]) == {gone.pk: 2}
    [clash] = keeper.clashes(moves, on=NOW.date())
    assert clash.unit == heir.pk
    assert "trung tâm văn hóa" in str(clash.sentence)
    moved = keeper.hand_over(moves, now=LATER)

    assert {one.name for one in moved} == {"TTVH", "Yagi"}
    assert words(heir) == {"TTVH": "trung tâm văn hóa", "Yagi": "ya ghi"}
    assert not running(unit_id=gone.pk).exists()

    assert keeper.take_back(moved, now=LATER) == 2
    assert {entry.written: entry.spoken for entry in running(unit_id=gone.pk)} == {
        "TTVH": "tê tê vê hát",
        "Yagi": "ya ghi",
    }
    assert words(heir) == {"TTVH": "trung tâm văn hóa"}


def test_two_units_that_merge_into_a_third_keep_one_reading(world):
    keeper = PronunciationKeeper()
    for unit, spoken in ((world.commune, "da ghi"), (world.other_commune, "ya ghi")):
        commands.pronounce(world.system, unit, word=Word(written="Yagi", spoken=spoken), now=NOW)
    moves = [Move(from_unit=one.pk, to_unit=world.province.pk) for one in (world.commune, world.other_commune)]

    [clash] = keeper.clashes(moves, on=NOW.date())
    keeper.hand_over(moves, now=LATER)

    [left] = running()
    assert left.unit_id == world.province.pk
    assert f"“{left.spoken}”" in str(clash.sentence).split(" và ")[0].split(" and ")[0]
