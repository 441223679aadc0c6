"""How loud a device may be: the lowest of the ceilings that touch a stretch of time. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loa_protocol.plan import Ceiling

DAY_MIN = 24 * 60
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


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
