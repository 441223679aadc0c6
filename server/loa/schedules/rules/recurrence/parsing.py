"""Reading and writing the text of a rule: RFC 5545 3.3.10 and RFC 7529, the part a programme needs."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from loa.schedules.rules.recurrence.parts import WEEKDAYS, Calendar, Freq, Rule, Skip, Weekday

LONGEST = 400
INTERVAL_MOST = 366
COUNT_MOST = 1000
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAY = re.compile("([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_MONTH = re.compile("([0-9]{1,2})(L?)")
_UNTIL = re.compile("([0-9]{8})(?:T([0-9]{6})(Z?))?")
_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


class Fault(StrEnum):
    """What is wrong with a rule; edges have a sentence for each."""

    TOO_LONG = "too_long"
    NOT_A_RULE = "not_a_rule"
    TOO_OFTEN = "too_often"
    UNKNOWN_PART = "unknown_part"
    TWICE = "twice"
    BAD_VALUE = "bad_value"
    TOGETHER = "together"
    NEVER = "never"


class BadRule(ValueError):
    """The text is no rule that can be followed. `part` is the name or the piece of text that is to blame."""

    def __init__(self, fault: Fault, part: str) -> None:
        super().__init__(f"{fault}: {part}")
        self.fault, self.part = fault, part


def parse(given: str) -> Rule:
    """Return the rule a text says; raise `BadRule`. Lower case, blanks and a leading `RRULE:` are forgiven."""
    if len(given) > LONGEST:
        raise BadRule(Fault.TOO_LONG, given[:20])
    parts = _parts(given.strip().upper().removeprefix("RRULE:"))
    for name in parts:
        if name not in _READERS:
            raise BadRule(Fault.UNKNOWN_PART, name)
    if parts.get("FREQ") in _OFTEN:
        raise BadRule(Fault.TOO_OFTEN, parts["FREQ"])
    if "FREQ" not in parts:
        raise BadRule(Fault.NOT_A_RULE, "FREQ")
    read: dict[str, object] = {}
    for name, value in parts.items():
        read |= _read(name, value)
    rule = Rule(**read)  # type: ignore[arg-type]  # each reader returns fields of Rule with their types
    _agree(rule)
    return rule


def _parts(given: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in given.split(";"):
        name, sign, value = piece.strip().partition("=")
        if not sign or not value:
            raise BadRule(Fault.NOT_A_RULE, piece[:20])
        if name in found:
            raise BadRule(Fault.TWICE, name[:20])
        found[name] = value
    return found


def _read(name: str, value: str) -> Mapping[str, object]:
    try:
        return _READERS[name](value)
    except (ValueError, OverflowError) as wrong:  # a moment at the end of the calendar has no local day
        raise BadRule(Fault.BAD_VALUE, f"{name}={value}"[:60]) from wrong


def _number(value: str, least: int, most: int) -> int:
    if not re.fullmatch("[+-]?[0-9]{1,6}", value) or not least <= int(value) <= most:
        raise ValueError(value)
    return int(value)


def _numbers(value: str, most: int, *, signed: bool) -> frozenset[int]:
    found = frozenset(_number(one, -most if signed else 1, most) for one in value.split(","))
    if 0 in found:
        raise ValueError(value)
    return found


def _until(value: str) -> date:
    found = _UNTIL.fullmatch(value)
    if found is None:
        raise ValueError(value)
    day, clock, universal = found.groups()
    if not clock:
        return datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a local day, RFC 5545 3.3.4
    moment = datetime.strptime(day + clock, "%Y%m%d%H%M%S")  # noqa: DTZ007 - local unless it ends in Z
    return (moment.replace(tzinfo=UTC).astimezone(_ZONE) if universal else moment).date()


def _weekdays(value: str) -> frozenset[Weekday]:
    found = set()
    for one in value.split(","):
        match = _WEEKDAY.fullmatch(one)
        nth = int(match[1] or 0) if match else 99
        if match is None or not -53 <= nth <= 53 or (match[1] and nth == 0):
            raise ValueError(value)
        found.add(Weekday(WEEKDAYS.index(match[2]), nth))
    return frozenset(found)


def _months(value: str) -> Mapping[str, frozenset[int]]:
    found = [_MONTH.fullmatch(one) for one in value.split(",")]
    if any(one is None or not 1 <= int(one[1]) <= 12 for one in found):
        raise ValueError(value)
    pairs = {(int(one[1]), bool(one[2])) for one in found if one}
    return {
        "months": frozenset(month for month, leap in pairs if not leap),
        "leap_months": frozenset(month for month, leap in pairs if leap),
    }


_READERS: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "FREQ": lambda value: {"freq": Freq(value)},
    "INTERVAL": lambda value: {"interval": _number(value, 1, INTERVAL_MOST)},
    "COUNT": lambda value: {"count": _number(value, 1, COUNT_MOST)},
    "UNTIL": lambda value: {"until": _until(value)},
    "BYMONTH": _months,
    "BYMONTHDAY": lambda value: {"month_days": _numbers(value, 31, signed=True)},
    "BYYEARDAY": lambda value: {"year_days": _numbers(value, 366, signed=True)},
    "BYDAY": lambda value: {"weekdays": _weekdays(value)},
    "BYSETPOS": lambda value: {"positions": _numbers(value, 366, signed=True)},
    "WKST": lambda value: {"week_start": WEEKDAYS.index(value)},
    "RSCALE": lambda value: {"calendar": Calendar(value)},
    "SKIP": lambda value: {"skip": Skip(value)},
}


def _agree(rule: Rule) -> None:
    """Raise `BadRule` for parts that RFC 5545 does not let stand together, or that no calendar has."""
    is_lunar = rule.calendar is Calendar.VIETNAMESE
    has_nth = any(one.nth for one in rule.weekdays)
    wrong = {
        "COUNT;UNTIL": rule.count is not None and rule.until is not None,
        "BYDAY": has_nth and rule.freq in {Freq.DAILY, Freq.WEEKLY},
        "BYMONTHDAY": bool(rule.month_days) and rule.freq is Freq.WEEKLY,
        "BYYEARDAY": bool(rule.year_days) and rule.freq is not Freq.YEARLY,
        "BYMONTH=…L": bool(rule.leap_months) and not is_lunar,
        "RSCALE;BYDAY": is_lunar and (has_nth or bool(rule.year_days)),
        "RSCALE;FREQ": is_lunar and rule.freq in {Freq.DAILY, Freq.WEEKLY},
        "RSCALE;INTERVAL": is_lunar and rule.freq is Freq.MONTHLY and rule.interval > 1,
        "SKIP": rule.skip is Skip.BACKWARD and not rule.month_days,
        "BYSETPOS": bool(rule.positions)
        and (rule.freq is Freq.DAILY or not (rule.weekdays or rule.month_days or rule.year_days)),
    }
    for part, is_wrong in wrong.items():
        if is_wrong:
            raise BadRule(Fault.TOGETHER, part)


def text(rule: Rule) -> str:
    """Return the text of a rule, always the same for the same rule."""
    told = {
        "RSCALE": "" if rule.calendar is Calendar.GREGORIAN else rule.calendar,
        "FREQ": rule.freq,
        "INTERVAL": "" if rule.interval == 1 else str(rule.interval),
        "COUNT": "" if rule.count is None else str(rule.count),
        "UNTIL": "" if rule.until is None else f"{rule.until:%Y%m%d}",
        "BYMONTH": ",".join([*_sorted(rule.months), *(f"{one}L" for one in sorted(rule.leap_months))]),
        "BYMONTHDAY": ",".join(_sorted(rule.month_days)),
        "BYYEARDAY": ",".join(_sorted(rule.year_days)),
        "BYDAY": ",".join(f"{one.nth or ''}{WEEKDAYS[one.day]}" for one in sorted(rule.weekdays)),
        "BYSETPOS": ",".join(_sorted(rule.positions)),
        "WKST": "" if rule.week_start == 0 else WEEKDAYS[rule.week_start],
        "SKIP": "" if rule.skip is Skip.OMIT else rule.skip,
    }
    return ";".join(f"{name}={value}" for name, value in told.items() if value)


def _sorted(numbers: Iterable[int]) -> list[str]:
    return [str(one) for one in sorted(numbers)]
