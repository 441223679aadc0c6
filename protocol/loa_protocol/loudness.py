"""How loud a device may be: the lowest of the ceilings that touch a stretch of time. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loa_protocol import limits
from loa_protocol.plan import CEILINGS_MOST, Ceiling

DAY_MIN = 24 * 60
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)

_GRIDS_MIN = (1, 5, 15, 30)
"""To which minutes stretches are widened until a plan takes them all; on the last a day has 48 for each kind."""


def unasked_pct(ordered_pct: int, *, is_alert: bool) -> int:
    """Return the volume of what asks for none, before ceilings: as ordered, and for an alert loud enough to be heard.

    Who turned a loudspeaker down for the programme did not mean the flood.
    """
    return max(ordered_pct, limits.ALERT_LEAST_PCT) if is_alert else ordered_pct


def most_pct(
    ceilings: Iterable[Ceiling], start_at: datetime, end_at: datetime, *, is_alert: bool, zone: str
) -> int | None:
    """Return the most in percent from one moment to another; None without a limit.

    Alerts obey the ceilings for alerts alone. Where the zone is not known every ceiling holds at any hour.
    """
    mine = [one for one in ceilings if one.is_alert == is_alert]
    if not mine:
        return None
    since_midnight = _since_midnight(start_at, zone)
    if since_midnight is None:
        return min(one.most_pct for one in mine)
    first = since_midnight / _MINUTE
    last = first + max((end_at - start_at) / _MINUTE, 1 / DAY_MIN)
    return min((one.most_pct for one in mine if _touches(one, first, last)), default=None)


def steps(
    ceilings: Collection[Ceiling], start_at: datetime, end_at: datetime, *, is_alert: bool, zone: str
) -> list[tuple[datetime, int | None]]:
    """Return the most at each moment of a stretch, as the moments from which on it is another; the first is its start.

    Live sound follows the ceilings like this, where a clip keeps the lowest of them.
    """
    edges = {start_at}
    since_midnight = _since_midnight(start_at, zone)
    if since_midnight is not None:
        for minute in {minute for one in ceilings for minute in (one.start_min, one.end_min)}:
            at = start_at + (minute * _MINUTE - since_midnight) % _DAY
            while at < end_at:
                edges.add(at)
                at += _DAY
    found: list[tuple[datetime, int | None]] = []
    for at in sorted(edges):
        most = most_pct(ceilings, at, at, is_alert=is_alert, zone=zone)
        if not found or found[-1][1] != most:
            found.append((at, most))
    return found


def merged(ceilings: Collection[Ceiling]) -> Sequence[Ceiling]:
    """Return ceilings that say the same of every minute without saying it twice: as many as a plan takes, or fewer.

    Where the lowest changes more often than `CEILINGS_MOST` times a day, stretches are widened: never louder.
    """
    found: list[Ceiling] = []
    for grid_min in _GRIDS_MIN:
        found = [one for is_alert in (False, True) for one in _stretches(ceilings, grid_min, is_alert=is_alert)]
        if len(found) <= CEILINGS_MOST:
            break
    return tuple(sorted(found, key=lambda one: (one.start_min, one.end_min, one.most_pct, one.is_alert)))


def _stretches(ceilings: Iterable[Ceiling], grid_min: int, *, is_alert: bool) -> list[Ceiling]:
    """Return the stretches of a day in which the lowest ceiling is the same."""
    wide = [
        (one.start_min // grid_min * grid_min, -(-one.end_min // grid_min) * grid_min, one)
        for one in ceilings
        if one.is_alert == is_alert
    ]
    edges = sorted({0, *(minute % DAY_MIN for start, end, _ in wide for minute in (start, end))})
    found: list[tuple[int, int, int]] = []
    for first, last in zip(edges, [*edges[1:], DAY_MIN], strict=True):
        holding = [
            one.most_pct
            for start, end, one in wide
            if (start <= first < end if one.start_min < one.end_min else first >= start or first < end)
        ]
        if not holding:
            continue
        if found and found[-1][1:] == (first, min(holding)):
            first = found.pop()[0]  # noqa: PLW2901 - the one before goes on
        found.append((first, last, min(holding)))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1:] == (DAY_MIN, found[0][2]):
        found[0] = (found.pop()[0], *found[0][1:])  # over midnight
    return [Ceiling(start_min=start, end_min=end, most_pct=most, is_alert=is_alert) for start, end, most in found]


def _touches(ceiling: Ceiling, first: float, last: float) -> bool:
    """Tell whether minutes, counted on from the local midnight before them, meet a ceiling on any day."""
    end_min = ceiling.end_min if ceiling.start_min < ceiling.end_min else ceiling.end_min + DAY_MIN
    days = range(-1, int(last // DAY_MIN) + 1)
    return any(first < end_min + day * DAY_MIN and last > ceiling.start_min + day * DAY_MIN for day in days)


def _since_midnight(moment: datetime, zone: str) -> timedelta | None:
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
