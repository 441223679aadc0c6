"""How an airing stands at a moment, in one word for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa.dispatch import rules
from loa.dispatch.queries import AiringOutcome, AiringSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the day: an airing, or the present moment when `airing` is None."""

    airing: AiringSummary | None
    standing: str
    tone: str


TONES = {"running": "running", "complete": "heard", "partial": "short", "unheard": "failed", "stopped": "failed"}


def of_summary(airing: AiringSummary, *, now: datetime) -> str:
    """Return `planned`, `running`, `collecting`, `complete`, `partial`, `unheard`, `stopped` or `cancelled`."""
    return _standing(
        airing.state,
        start_at=airing.start_at,
        length=airing.duration,
        counts=(airing.expected, airing.heard, airing.waiting),
        now=now,
    )


def of_outcome(outcome: AiringOutcome, *, now: datetime) -> str:
    """Return the same word for an airing with its devices."""
    airing = outcome.airing
    return _standing(
        rules.State(airing.state),
        start_at=airing.start_at,
        length=timedelta(milliseconds=airing.clip_duration_ms),
        counts=(outcome.expected, outcome.heard, outcome.waiting),
        now=now,
    )


def is_live(outcome: AiringOutcome, *, now: datetime) -> bool:
    """Tell whether the page of an airing may still change by itself soon."""
    airing = outcome.airing
    if airing.state == rules.State.CANCELLED or now < airing.start_at - timedelta(minutes=2):
        return False
    return now < airing.end_at + rules.EVIDENCE_GRACE and (outcome.waiting > 0 or now < airing.start_at)


def day(airings: Sequence[AiringSummary], *, now: datetime, is_today: bool) -> list[Line]:
    """Return the lines of a day in order, with the present moment among them when the day is today."""
    lines = [_line(airing, now=now) for airing in airings]
    if is_today:
        place = sum(airing.start_at <= now for airing in airings)
        lines.insert(place, Line(airing=None, standing="now", tone="now"))
    return lines


def _line(airing: AiringSummary, *, now: datetime) -> Line:
    standing = of_summary(airing, now=now)
    return Line(airing=airing, standing=standing, tone=TONES.get(standing, ""))


def _standing(
    state: rules.State, *, start_at: datetime, length: timedelta, counts: tuple[int, int, int], now: datetime
) -> str:
    expected, heard, waiting = counts
    if state not in rules.STANDING:
        return state.value
    if now < start_at:
        return "planned"
    if heard == expected:
        return "running" if now < start_at + length else "complete"
    if now < start_at + length:
        return "running"
    if waiting:
        return "collecting"
    return "partial" if heard else "unheard"
