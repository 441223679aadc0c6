from datetime import timedelta

import pytest
from django.utils import translation

from loa.devices.queries import DeviceFacts, EvidenceRow
from loa.dispatch import rules, verdicts
from loa.dispatch.models import Airing
from loa.dispatch.rules import Verdict
from loa.dispatch.tests.making import CLIP, HOUR, NOW
from loa_protocol import uuid7
from loa_protocol.refusal import Reason

SECOND = timedelta(seconds=1)
FACTS = {
    "start_at": NOW, "clip_sha256": CLIP.sha256, "clip_size_bytes": CLIP.size_bytes,
    "clip_duration_ms": CLIP.duration_ms, "priority": 20, "late_rule": "start", "late_tolerance_ms": 60_000,
}  # fmt: skip
AIRING = Airing(**FACTS, end_at=NOW + 2 * timedelta(minutes=1), state="released")
OVER = AIRING.end_at + rules.EVIDENCE_GRACE


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def row(outcome, *, level=-20.0, reason="", at=NOW + 5 * SECOND, started=True):
    return EvidenceRow(
        id=uuid7.make(),
        device_id=uuid7.make(),
        airing_id=uuid7.make(),
        seq=1,
        outcome=outcome,
        reason=reason,
        clip=CLIP.sha256,
        started_at=NOW if started else None,
        ended_at=NOW + 4 * SECOND if started else None,
        lateness_ms=3,
        level_dbfs=level,
        volume_pct=60,
        clock_offset_ms=0,
        at=at,
        received_at=at,
    )


def device(*, connected=True, seen_at=NOW):
    return DeviceFacts(
        id=uuid7.make(), name="Cụm 1", unit_id=1, unit_name="Thôn", unit_path="26", latitude=None, longitude=None,
        connected=connected, seen_at=seen_at,
    )  # fmt: skip


def judgment_of(evidence, *, airing=AIRING, reachable=True, now=OVER):
    some = uuid7.make()
    return verdicts.judge(airing, {some: evidence}, reachable={some} if reachable else set(), now=now)[some]


def judged(evidence, *, airing=AIRING, facts=None, now=OVER):
    facts = facts or device()
    judgment = judgment_of(evidence, airing=airing, reachable=facts.connected, now=now)
    return judgment.verdict, verdicts.why(airing, judgment, device=facts, now=now)


@pytest.mark.parametrize(
    ("outcome", "level", "verdict", "word"),
    [
        ("played", -20.0, Verdict.HEARD, ""),
        ("played", -50.0, Verdict.SILENT, "no sound left its output"),
        ("played", -120.0, Verdict.SILENT, "-120 dBFS"),
        ("played", None, Verdict.SILENT, "did not measure"),
        ("partial", -20.0, Verdict.PARTIAL, "Only a part"),
        ("partial", None, Verdict.PARTIAL, "Only a part"),
        ("partial", -80.0, Verdict.SILENT, "no sound"),
        ("pre_empted", -20.0, Verdict.PARTIAL, "more important"),
        ("missed", None, Verdict.MISSED, "did not play"),
        ("refused", None, Verdict.REFUSED, "refused the order"),
        ("received", None, Verdict.MISSED, "has not reported that it played"),
    ],
)
def test_evidence_becomes_a_verdict_with_a_reason(outcome, level, verdict, word):
    found, why = judged([row(outcome, level=level)])

    assert found is verdict
    assert (word in why) if word else why == ""


def test_what_never_began_because_of_something_more_important_is_missed():
    assert judged([row("pre_empted", started=False)])[0] is Verdict.MISSED


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("media_missing", "arrived too late"),
        ("learned_late", "only at 11:00 23/11"),
        ("power_off", "no power"),
        ("odd", "(odd)"),
    ],
)
def test_a_reason_of_a_device_becomes_a_sentence(reason, word):
    assert word in judged([row("missed", reason=reason, at=NOW + HOUR)])[1]


def test_every_refusal_of_the_protocol_has_a_sentence():
    assert {reason.value for reason in Reason} <= set(verdicts.REASONS)


def test_the_best_outcome_of_a_device_counts_once():
    worse = [row(outcome) for outcome in ("received", "refused", "missed", "pre_empted", "partial")]
    told = [*worse, row("played", level=-90.0), row("played", level=-15.0), row("unheard of")]

    assert judgment_of(told).evidence.level_dbfs == -15.0
    for count, best in enumerate(["received", "refused", "missed", "pre_empted", "partial", "played"], start=1):
        assert judgment_of(told[:count]).evidence.outcome == best
    assert judgment_of([]).evidence is None
    assert judgment_of(told[-1:]).evidence is None


def test_without_evidence_we_wait_and_then_say_whether_the_device_could_have_told():
    away, never = device(connected=False, seen_at=NOW - HOUR), device(connected=False, seen_at=None)

    assert judged([], now=NOW - SECOND) == (Verdict.WAITING, "It has not begun yet.")
    assert judged([], now=OVER - SECOND) == (Verdict.WAITING, "The report of the device is still to come.")
    assert judged([row("received")], now=NOW)[1] == "The device has taken the order; its report is still to come."
    assert "not been reachable since 09:00 23/11" in judged([], facts=away, now=NOW)[1]
    assert judged([]) == (Verdict.MISSED, "The device is on line but has not reported anything about this airing.")
    verdict, why = judged([], facts=away)
    assert verdict is Verdict.UNREACHABLE
    assert "not reachable from 09:00 23/11 to 10:02 23/11" in why
    assert judged([], facts=never) == (Verdict.UNREACHABLE, "The device has never been reachable so far.")
    assert "since 11:03" in judged([], facts=device(connected=False, seen_at=NOW + HOUR + 3 * timedelta(minutes=1)))[1]


def test_a_stopped_or_cancelled_airing_is_not_waited_for():
    stopped = Airing(**FACTS, end_at=NOW + HOUR, state="stopped", stopped_at=NOW + SECOND)
    cancelled = Airing(**FACTS | {"start_at": NOW + HOUR}, end_at=NOW + 2 * HOUR, state="cancelled", stopped_at=NOW)
    away = device(connected=False)

    assert judged([], airing=stopped, now=NOW + 2 * SECOND)[0] is Verdict.WAITING
    verdict, why = judged([], airing=stopped, facts=away, now=NOW + SECOND + rules.EVIDENCE_GRACE)
    assert (verdict, why) == (Verdict.MISSED, "It was stopped before this device reported a sound.")
    assert judged([], airing=cancelled, now=NOW) == (Verdict.MISSED, "It was cancelled before it began.")
    assert judged([row("partial", reason="stopped")], airing=stopped, now=NOW) == (Verdict.PARTIAL, "It was stopped.")
