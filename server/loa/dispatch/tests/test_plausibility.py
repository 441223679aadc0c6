from collections import Counter
from datetime import timedelta

import pytest

from loa.devices import queries as devices
from loa.dispatch import plausibility, queries, rules, suspicions
from loa.dispatch.plausibility import Oddity
from loa.dispatch.rules import Verdict
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices, make_evidence
from loa.media.rules import ClipFacts

SECOND = timedelta(seconds=1)
DAY = 24 * HOUR
OTHER = "cd" * 32
LONG = ClipFacts(id=None, sha256="ab" * 32, size_bytes=1, duration_ms=100_000, level_dbfs=-19.0, envelope=[], voice="")


def moved(airing, by, **more):
    """A whole sound that began `by` after its time."""
    start = airing.start_at + by
    length = timedelta(milliseconds=airing.clip_duration_ms)
    return {"started_at": start, "ended_at": start + length, "received_at": start + length, **more}


def lasting(airing, length, **more):
    end = airing.start_at + length
    return {"started_at": airing.start_at, "ended_at": end, "received_at": end, **more}


POSSIBLE = {
    "on time": lambda airing: moved(airing, SECOND),
    "as late as its rule allows": lambda airing: moved(airing, 60 * SECOND),
    "a moment later, by a slow disk": lambda airing: moved(airing, 69 * SECOND),
    "told a week after": lambda airing: moved(airing, SECOND, received_at=airing.start_at + 7 * DAY),
    "by a clock that is ahead": lambda airing: moved(airing, 0 * SECOND, received_at=airing.start_at + 60 * SECOND),
    "in the time of a clock known to be wrong": lambda airing: moved(airing, HOUR, clock_offset_ms=3_600_000),
    "with a clock that drifts": lambda airing: moved(airing, 0 * SECOND, clock_offset_ms=-50_000),
    "a moment short": lambda airing: lasting(airing, 96 * SECOND),
    "a moment long": lambda airing: lasting(airing, 125 * SECOND),
    "resumed": lambda airing: lasting(airing, 159 * SECOND, reason="resumed"),
    "in part": lambda airing: lasting(airing, SECOND, outcome="partial"),
    "in part, ended when the power was back": lambda airing: lasting(airing, DAY, outcome="partial", reason="stopped"),
    "in part, the file forgotten": lambda airing: lasting(airing, SECOND, outcome="partial", clip=None),
    "in part, the power cut": lambda airing: moved(airing, SECOND, outcome="partial", ended_at=None),
    "interrupted": lambda airing: lasting(airing, SECOND, outcome="pre_empted", reason="alert"),
}  # fmt: skip

IMPOSSIBLE = {
    "a day late": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, DAY)),
    "later than its rule allows": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, 71 * SECOND)),
    "too early": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, -11 * SECOND)),
    "in part, a day late": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, DAY, outcome="partial")),
    "interrupted, a day late": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, DAY, outcome="pre_empted")),
    "a day late by both clocks": (Oddity.OUT_OF_TIME, lambda airing: moved(airing, DAY, clock_offset_ms=40_000)),
    "told the day before": (Oddity.FORETOLD, lambda airing: moved(airing, SECOND, received_at=airing.start_at - DAY)),
    "told while it began": (Oddity.FORETOLD, lambda airing: moved(airing, SECOND, received_at=airing.start_at)),
    "another file": (Oddity.OTHER_CLIP, lambda airing: moved(airing, SECOND, clip=OTHER)),
    "another file in part": (Oddity.OTHER_CLIP, lambda airing: moved(airing, SECOND, clip=OTHER, outcome="partial")),
    "no file": (Oddity.UNNAMED, lambda airing: moved(airing, SECOND, clip=None)),
    "no start": (Oddity.UNTIMED, lambda airing: moved(airing, SECOND, started_at=None)),
    "no start in part": (Oddity.UNTIMED, lambda airing: moved(airing, SECOND, started_at=None, outcome="partial")),
    "no end": (Oddity.UNTIMED, lambda airing: moved(airing, SECOND, ended_at=None)),
    "backwards": (Oddity.BACKWARDS, lambda airing: lasting(airing, -SECOND)),
    "half of it": (Oddity.TOO_SHORT, lambda airing: lasting(airing, 50 * SECOND)),
    "twice as long": (Oddity.TOO_LONG, lambda airing: lasting(airing, 200 * SECOND)),
    "resumed past its window": (Oddity.TOO_LONG, lambda airing: lasting(airing, HOUR, reason="resumed")),
}


@pytest.fixture
def told(world):
    """An airing of a hundred seconds, set for a time, and what tells about it."""
    (device,) = make_devices(world.commune, count=1)
    airing = make_airing(world, clip=LONG, start_at=NOW + HOUR)

    def tell(**changes):
        make_evidence(airing, device, changes.pop("outcome", "played"), **changes)

    return airing, tell


def seen(world, airing):
    """The one row of the page, and the kinds that SQL finds."""
    (row,) = queries.outcome(world.system, airing.pk, now=airing.end_at + DAY).rows
    return row, [one.oddity for one in suspicions.found()]


@pytest.mark.parametrize("how", POSSIBLE)
def test_what_a_device_may_well_have_done_is_believed(world, told, how):
    airing, tell = told

    tell(**POSSIBLE[how](airing))

    row, found = seen(world, airing)
    assert row.verdict in {Verdict.HEARD, Verdict.PARTIAL}
    assert found == []


@pytest.mark.parametrize("how", IMPOSSIBLE)
def test_what_cannot_be_so_is_odd_on_the_page_and_in_sql(world, told, how):
    airing, tell = told
    oddity, changes = IMPOSSIBLE[how]

    tell(**changes(airing))

    row, found = seen(world, airing)
    assert row.verdict is Verdict.ODD
    assert row.why == str(plausibility.SENTENCES[oddity])
    assert found == [oddity]


def test_each_oddity_has_its_sentence():
    assert set(plausibility.SENTENCES) == set(Oddity)
    assert len(set(map(str, plausibility.SENTENCES.values()))) == len(Oddity)


@pytest.mark.parametrize("late_rule", ["start", "join", "skip"])
@pytest.mark.parametrize("by", [0.4, 11, 60, 69, 71, 99, 109, 111])
def test_page_and_sql_know_the_same_last_start(world, told, late_rule, by):
    airing, tell = told
    airing.late_rule, airing.late_tolerance_ms = late_rule, 200_000 if late_rule == "join" else 60_000
    airing.save()

    tell(**moved(airing, by * SECOND))

    row, found = seen(world, airing)
    last = {"start": 70, "join": 110, "skip": 10.5}[late_rule]
    assert (row.verdict is Verdict.ODD) == bool(found) == (by > last)


def test_who_has_said_it_missed_an_airing_cannot_have_played_it(world, told):
    airing, tell = told

    tell(outcome="missed", reason="learned_late", started=False, received_at=airing.start_at + HOUR)
    tell(**moved(airing, SECOND, received_at=airing.start_at + 2 * HOUR))

    row, found = seen(world, airing)
    assert row.verdict is Verdict.ODD
    assert row.why == str(plausibility.SENTENCES[Oddity.AFTER_MISSED])
    assert found == ["after_missed"]


def test_a_miss_told_after_the_sound_takes_nothing_back(world, told):
    airing, tell = told

    tell(**moved(airing, SECOND, received_at=airing.start_at + HOUR))
    tell(outcome="missed", reason="power_off", started=False, received_at=airing.start_at + HOUR)

    assert seen(world, airing)[0].verdict is Verdict.HEARD


def test_an_order_refused_before_does_not_speak_against_the_sound(world, told):
    airing, tell = told

    tell(outcome="refused", reason="bad_signature", started=False, received_at=airing.start_at)
    tell(**moved(airing, SECOND))

    row, found = seen(world, airing)
    assert row.verdict is Verdict.HEARD
    assert found == []


def test_an_odd_claim_takes_nothing_from_a_sound_that_can_be(world, told):
    airing, tell = told

    tell(**moved(airing, SECOND))
    tell(**moved(airing, DAY, level_dbfs=-1.0))

    row, found = seen(world, airing)
    assert row.verdict is Verdict.HEARD
    assert row.started_at == airing.start_at + SECOND
    assert found == ["out_of_time"]


def test_odd_claims_stand_first_are_counted_and_are_not_heard(world):
    heard, odd, missed = make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)
    make_evidence(airing, heard)
    make_evidence(airing, odd, clip=OTHER)
    make_evidence(airing, missed, "missed", started=False)
    over = airing.end_at + rules.EVIDENCE_GRACE

    outcome = queries.outcome(world.system, airing.pk, now=over)
    airings = queries.beginning(world.system, world.commune, day_start=NOW, day_end=NOW + DAY)
    (line,) = queries.summaries(world.commune, airings, now=over)

    assert (outcome.expected, outcome.heard, outcome.odd, outcome.missed) == (3, 1, 1, 1)
    assert outcome.rows[0].device_id == odd.pk
    assert outcome.last_sound_ms == outcome.first_sound_ms == 10
    assert (line.heard, line.missed) == (1, 2)


def test_sql_also_finds_devices_that_were_not_meant_and_airings_played_twice(world, told):
    airing, tell = told
    stranger, other = make_devices(world.commune, count=2)

    for _time in range(3):
        tell(**moved(airing, SECOND))
    make_evidence(airing, stranger)
    make_evidence(airing, other, **moved(airing, DAY))

    found = {one.oddity: one for one in suspicions.found()}
    assert {oddity: (one.claims, one.devices) for oddity, one in found.items()} == {"twice": (2, 1), "foreign": (2, 2)}
    assert found["foreign"].first_device == stranger.pk
    assert found["foreign"].first_airing == airing.pk
    assert Counter(row.outcome for row in devices.evidence_of([airing.pk])) == {"played": 5}
