"""Hour rules of a unit: when it may sound, how often a day, how long at a time, and what breaks them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from loa.schedules.rules.slots import QUIET_FROM, QUIET_UNTIL, ZONE

SESSION_GAP = timedelta(minutes=5)
"""What begins within five minutes of the end before it belongs to the same session."""

DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)


DECISION_LONGEST = 120
OVERRIDE_LONGEST = 300


class RuleState(StrEnum):
    """Where an hour rule stands: asked for, laid down, decided against, taken back, or gone when another came."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"


class Broken(StrEnum):
    """Which rule an item breaks; edges have a sentence for each."""

    QUIET = "quiet"
    DAY = "day"
    WINDOW = "window"
    SESSIONS = "sessions"
    LENGTH = "length"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Minutes of a local day, half-open, 0 to 1440; one over midnight is two windows of two days."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no stretch of one day."""
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"{self.start} to {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRule:
    """What a unit allows. `windows` by weekday, 0 to 6 from Monday: a day without any is a day without sound.

    `special` are days with windows of their own, each by a decision with its number: feasts, floods, elections.
    """

    windows: Mapping[int, Sequence[Window]]
    sessions_most: int | None = None
    session_longest: timedelta | None = None
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    special: Mapping[date, Sequence[Window]] = field(default_factory=dict)

    def on(self, day: date) -> Sequence[Window]:
        """Return the windows of a day."""
        return self.special[day] if day in self.special else self.windows.get(day.weekday(), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Something that sounds: `key` names it to who asks. An emergency breaks no rule."""

    key: str
    start_at: datetime
    end_at: datetime
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """An item and the rule it breaks, on the local day it begins; `place` is the unit whose rule it is, for people.

    `law` is what that rule says of it: whoever sets it aside sets this aside, and no other that comes later.
    """

    key: str
    rule: Broken
    on: date
    place: str = ""
    law: str = field(default="", compare=False)


ANY_HOUR = HourRule(windows={day: (Window(0, DAY_MINUTES),) for day in range(7)})
"""What holds where nobody laid anything down: only the default quiet hours."""


def breaches(items: Iterable[Timed], rule: HourRule) -> list[Breach]:
    """Return what the items of some days break, in the order in which they begin; nothing twice.

    Sessions are counted by the local day on which they begin. Of too many sessions those that come last are named, of
    a session that is too long the items that pass the limit. Quiet hours are asked of every minute that sounds.
    """
    ordinary = sorted((one for one in items if not one.is_emergency), key=lambda one: (one.start_at, one.end_at))
    found = [breach for one in ordinary for breach in _of_hours(one, rule)]
    held: dict[date, int] = {}
    for session in _sessions(ordinary):
        day = _local(session[0].start_at).date()
        held[day] = held.get(day, 0) + 1
        if rule.sessions_most is not None and held[day] > rule.sessions_most:
            found += [_breach(one, Broken.SESSIONS, str(rule.sessions_most)) for one in session]
        found += _too_long(session, rule)
    begins = {one.key: one.start_at for one in ordinary}
    return sorted(found, key=lambda breach: (begins[breach.key], list(Broken).index(breach.rule)))


def added(items: Sequence[Timed], standing: Sequence[Timed], rule: HourRule) -> list[Breach]:
    """Return what items break that come to what stands already.

    One that makes a standing one the session too many, or too long, breaks that rule itself.
    """
    there = [one for one in standing if one.key not in {item.key for item in items}]
    before = set(breaches(there, rule))
    own = {one.key: one for one in items if not one.is_emergency}
    found: dict[Breach, None] = {}
    for breach in breaches([*items, *there], rule):
        if breach.key in own:
            found[breach] = None
        elif breach not in before:
            those = [one for one in own.values() if _local(one.start_at).date() == breach.on]
            found |= dict.fromkeys(replace(breach, key=one.key) for one in those)
    return list(found)


def is_quiet(start_at: datetime, end_at: datetime, rule: HourRule) -> bool:
    """Tell whether any moment of a stretch lies in the quiet hours of the rule, which may reach over midnight."""
    if rule.quiet_from == rule.quiet_until:
        return False
    start, end = _local(start_at), _local(end_at)
    day = start.date() - _DAY
    while day <= end.date():
        quiet_at = datetime.combine(day, rule.quiet_from, tzinfo=ZONE)
        over = day + _DAY if rule.quiet_until < rule.quiet_from else day
        if start < datetime.combine(over, rule.quiet_until, tzinfo=ZONE) and end > quiet_at:
            return True
        day += _DAY
    return False


def _of_hours(one: Timed, rule: HourRule) -> Iterator[Breach]:
    day = _local(one.start_at).date()
    if is_quiet(one.start_at, one.end_at, rule):
        yield _breach(one, Broken.QUIET, f"{rule.quiet_from:%H:%M}-{rule.quiet_until:%H:%M}")
    if not rule.on(day):
        yield _breach(one, Broken.DAY, "")
    elif not all(_fits(start, end, rule.on(on)) for on, start, end in _by_day(one)):
        yield _breach(one, Broken.WINDOW, ",".join(f"{span.start}-{span.end}" for span in sorted(rule.on(day))))


def _breach(one: Timed, rule: Broken, says: str) -> Breach:
    """Return that an item breaks a rule, and what that rule says."""
    return Breach(key=one.key, rule=rule, on=_local(one.start_at).date(), law=f"{rule.value} {says}".strip())


def _by_day(one: Timed) -> Iterator[tuple[date, int, int]]:
    """Yield the minutes an item takes of each local day: the first it touches, to the first it leaves free."""
    start, end = _local(one.start_at), _local(one.end_at)
    day = start.date()
    while datetime.combine(day, time.min, tzinfo=ZONE) < end or day == start.date():
        midnight = datetime.combine(day, time.min, tzinfo=ZONE)
        first = max(0, int((start - midnight) / timedelta(minutes=1)))
        last = min(DAY_MINUTES, -int((midnight - end) // timedelta(minutes=1)))
        yield day, first, max(last, first + 1)
        day += _DAY


def _fits(start: int, end: int, windows: Sequence[Window]) -> bool:
    """Tell whether minutes lie in the windows; windows that touch are one."""
    at = start
    for window in sorted(windows):
        if window.start <= at < window.end:
            at = window.end
    return at >= end


def _sessions(items: Sequence[Timed]) -> list[list[Timed]]:
    found: list[list[Timed]] = []
    until: datetime | None = None
    for one in items:
        if until is not None and one.start_at - until <= SESSION_GAP:
            found[-1].append(one)
        else:
            found.append([one])
        until = max(until or one.end_at, one.end_at)
    return found


def _too_long(session: Sequence[Timed], rule: HourRule) -> list[Breach]:
    if rule.session_longest is None:
        return []
    limit = session[0].start_at + rule.session_longest
    late = [one for one in session if one.end_at > limit]
    return [_breach(one, Broken.LENGTH, str(int(rule.session_longest / timedelta(minutes=1)))) for one in late]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)
