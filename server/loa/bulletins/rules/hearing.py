"""Whether who decides has heard all of it: spans of a recording, merged, against its length. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ENOUGH_PCT = 95
"""Of a recording must have been played; the rest is breath at its ends."""

SLACK = timedelta(seconds=2)
"""A page's clock and ours differ a little."""

SPANS_MOST = 200
_DAY_MS = 86_400_000


class Way(StrEnum):
    """How the program knows: the page played it, or the person says so after the time it takes has passed."""

    PLAYED = "played"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a page can say of one person's listening since `opened_at`; `spans` are milliseconds, half-open."""

    way: Way
    opened_at: datetime
    spans: Sequence[tuple[int, int]] = ()


def parsed(text: str) -> list[tuple[int, int]]:
    """Return the spans of `0-4000,5200-9000` that make sense; what does not is left out, at most `SPANS_MOST`."""
    found = []
    for part in text.split(",")[:SPANS_MOST]:
        begin, _, end = part.strip().partition("-")
        if all(side.isascii() and side.isdecimal() and len(side) < 10 for side in (begin, end)):
            found.append((int(begin), int(end)))
    return merged(found)


def merged(spans: Iterable[tuple[int, int]], *, duration_ms: int = _DAY_MS) -> list[tuple[int, int]]:
    """Return the spans within the recording in order, those that meet as one."""
    kept: list[tuple[int, int]] = []
    for begin, end in sorted((max(0, begin), min(end, duration_ms)) for begin, end in spans):
        if end <= begin:
            continue
        if kept and begin <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((begin, end))
    return kept


def covered_ms(spans: Iterable[tuple[int, int]], *, duration_ms: int) -> int:
    """Return how much of the recording the spans cover; what was played twice counts once."""
    return sum(end - begin for begin, end in merged(spans, duration_ms=duration_ms))


def heard_pct(hearing: Hearing, *, duration_ms: int, now: datetime) -> int:
    """Return how much of it was played, in whole percent rounded down: never more than time allows since it opened."""
    most_ms = max(timedelta(), now - hearing.opened_at + SLACK) / timedelta(milliseconds=1)
    return int(min(covered_ms(hearing.spans, duration_ms=duration_ms), most_ms) * 100 // max(1, duration_ms))


def has_heard(hearing: Hearing, *, duration_ms: int, now: datetime) -> bool:
    """Tell whether that is all of it: played, or declared once the time it takes has passed."""
    if hearing.way is Way.DECLARED and now - hearing.opened_at >= timedelta(milliseconds=duration_ms):
        return True
    return heard_pct(hearing, duration_ms=duration_ms, now=now) >= ENOUGH_PCT
