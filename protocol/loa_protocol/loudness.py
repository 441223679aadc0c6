"""How loud a device may be: the lowest of the ceilings that touch a stretch of time. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loa_protocol.plan import Ceiling

DAY_MIN = 24 * 60
_MINUTE = timedelta(minutes=1)


def most_pct(
    ceilings: Iterable[Ceiling], start_at: datetime, end_at: datetime, *, is_alert: bool, zone: str
) -> int | None:
    """Return the most in percent from one moment to another; None without a limit.

    Alerts obey the ceilings for alerts alone. Where the zone is not known every ceiling holds at any hour.
    """
    mine = [one for one in ceilings if one.is_alert == is_alert]
    if not mine:
        return None
    first = _minute(start_at, zone)
    if first is None:
        return min(one.most_pct for one in mine)
    last = first + max((end_at - start_at) / _MINUTE, 1 / DAY_MIN)
    return min((one.most_pct for one in mine if _touches(one, first, last)), default=None)


def _touches(ceiling: Ceiling, first: float, last: float) -> bool:
    """Tell whether minutes, counted on from the local midnight before them, meet a ceiling on any day."""
    end_min = ceiling.end_min if ceiling.start_min < ceiling.end_min else ceiling.end_min + DAY_MIN
    days = range(-1, int(last // DAY_MIN) + 1)
    return any(first < end_min + day * DAY_MIN and last > ceiling.start_min + day * DAY_MIN for day in days)


def _minute(moment: datetime, zone: str) -> float | None:
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
