"""Hour rules: proposed by one person, laid down by another who saw what they would break."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from loa.bulletins.rules import line
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa.schedules import bounds, checks, concerned, laid, nights, planning, rule_preview, rules
from loa.schedules.models import HourRule
from loa.schedules.night_refusals import NightsShorter
from loa.schedules.refusals import OwnProposal, PreviewChanged, RuleRefused
from loa.schedules.rules import RuleState
from loa.schedules.rules.hours import Window
from loa.schedules.rules.narrowing import after_noon
from loa.schedules.rules.nights import Night

_WHY = "the command checked the right"
_WEEK = 7


@command("schedules.propose_hours", channel=HourRule.scope_channel)
def propose_hours(
    scope: Scope,
    unit: Unit,
    /,
    *,
    first: date,
    last: date | None,
    windows: Mapping[int, Sequence[Window]],
    sessions_most: int | None = None,
    session_minutes: int | None = None,
    quiet_from: time = rules.QUIET_FROM,
    quiet_until: time = rules.QUIET_UNTIL,
    is_special: bool = False,
    is_limit: bool = True,
    decision: str = "",
    now: datetime,
) -> HourRule:
    """Propose when a unit may sound from `first` up to and with `last`; another person lays it down.

    `is_special` is for single days by a decision with its number. Raises `RuleRefused` with the reason,
    `DaysOutOfReach`.
    """
    proposer = checks.person(scope)
    words = line(decision)
    _possible(first, last, windows, today=timezone.localdate(now))
    if is_special and (last is None or not words):
        raise RuleRefused(why=_("Special days have a last day and the number of a decision."))
    if len(words) > rules.DECISION_LONGEST:
        raise RuleRefused(why=_("The number of the decision is too long."))
    if after_noon(quiet_from) >= after_noon(quiet_until):
        raise RuleRefused(why=_("The quiet hours begin in the evening or at night and end before noon."))
    _quiet_enough(unit, Night(start=quiet_from, end=quiet_until), on=first)
    if (sessions_most is not None and sessions_most < 1) or (session_minutes is not None and session_minutes < 1):
        raise RuleRefused(why=_("A limit is at least one. Where nothing may sound, leave the day without hours."))
    made: HourRule = HourRule.objects.create(
        unit=unit,
        during=DateRange(first, None if last is None else last + rule_preview.DAY),
        is_special=is_special,
        is_limit=is_limit,
        windows=_stored(windows),
        sessions_most=sessions_most,
        session_minutes=session_minutes,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        decision=words,
        state=RuleState.PROPOSED,
        proposed_by_id=proposer,
        proposed_at=now,
    )
    note(hours=made.pk, first=first, last=last)
    return made


@command("schedules.lay_down_hours", needs_fresh=True, channel=HourRule.scope_channel)
def lay_down_hours(
    scope: Scope, rule: HourRule, /, *, preview: str, loses: int | None = None, now: datetime
) -> HourRule:
    """Lay down what another person proposed; the rule before it ends the day before.

    What comes again and was let break the former rule leaves the plan where the new one says something else of it.
    `preview` is the digest of what it breaks in the next days, as the page showed it, `loses` how many minutes of the
    quiet hours of a night the person agreed to give up: more are `NightsShorter`. Raises `OwnProposal`,
    `WrongState`, `PreviewChanged`, `DaysOutOfReach`, `RuleRefused` when it would leave a gap inside the present rule.
    """
    decider = checks.person(scope)
    held = _hold(rule)
    if held.proposed_by_id == decider:
        raise OwnProposal
    bounds.days([held.during.lower], today=timezone.localdate(now))
    if held.during.lower < timezone.localdate(now):
        raise RuleRefused(why=_("Its first day has passed. Propose it again."))
    told = rule_preview.preview(held, now=now)
    if told.digest != preview:
        raise PreviewChanged
    shorter = nights.shorter(held, now=now)
    if shorter is not None and (loses is None or shorter.lost > loses):
        raise NightsShorter(told=shorter.sentence)
    _make_room(held)
    held.state, held.decided_by_id, held.decided_at = RuleState.IN_FORCE, decider, now
    held.save(update_fields=["state", "decided_by", "decided_at"])
    planning.look_again(concerned.set_aside(held.unit.path, on=timezone.localdate(now)))
    note(breaks=len(told.lines), preview=told.digest, loses=0 if shorter is None else shorter.lost)
    return held


@command("schedules.lay_down_hours", channel=HourRule.scope_channel)
def decline_hours(scope: Scope, rule: HourRule, /, *, now: datetime) -> HourRule:
    """Decide against a proposal. `OwnProposal`: one's own is taken back."""
    decider = checks.person(scope)
    held = _hold(rule)
    if held.proposed_by_id == decider:
        raise OwnProposal
    held.state, held.decided_by_id, held.decided_at = RuleState.DECLINED, decider, now
    held.save(update_fields=["state", "decided_by", "decided_at"])
    return held


@command("schedules.propose_hours", channel=HourRule.scope_channel)
def take_hours_back(scope: Scope, rule: HourRule, /, *, now: datetime) -> HourRule:
    """Take a proposal back before anybody decided."""
    checks.person(scope)
    held = _hold(rule)
    held.state, held.decided_at = RuleState.TAKEN_BACK, now
    held.save(update_fields=["state", "decided_at"])
    return held


def _possible(first: date, last: date | None, windows: Mapping[int, Sequence[Window]], *, today: date) -> None:
    bounds.days([first] if last is None else [first, last], today=today)
    if first < today:
        raise RuleRefused(why=_("The first day has passed."))
    if last is not None and last < first:
        raise RuleRefused(why=_("The last day comes before the first."))
    for day, spans in windows.items():
        ordered = sorted(spans)
        if not 0 <= day < _WEEK or any(one.end > other.start for one, other in itertools.pairwise(ordered)):
            raise RuleRefused(why=_("Two stretches of the same day overlap."))


def _quiet_enough(unit: Unit, night: Night, *, on: date) -> None:
    """Refuse quiet hours of a unit below the province that leave out what only a province lets be less quiet."""
    if unit.level in laid.FREE:
        return
    core = laid.laid([unit.path], first=on, last=on, below=False).core(unit.path, on)
    if not night.covers(core):
        told = _("From %(start)s to %(end)s it stays quiet: only the province can lay down otherwise.")
        raise RuleRefused(why=told % {"start": f"{core.start:%H:%M}", "end": f"{core.end:%H:%M}"})


def _stored(windows: Mapping[int, Sequence[Window]]) -> dict[str, list[list[int]]]:
    return {
        str(day): [[one.start, one.end] for one in sorted(spans)] for day, spans in sorted(windows.items()) if spans
    }


def _hold(rule: HourRule) -> HourRule:
    """Return the proposal as it stands now, locked with its unit's other rules; `WrongState` once it was decided."""
    kept: ScopedQuerySet[HourRule] = HourRule.objects.unscoped(_WHY).filter(unit_id=rule.unit_id)
    rows = {row.pk: row for row in kept.select_for_update(of=("self",)).select_related("unit").order_by("pk")}
    held: HourRule = rows[rule.pk]
    if held.state != RuleState.PROPOSED:
        raise WrongState
    return held


def _make_room(new: HourRule) -> None:
    """End the rules in force that the new one takes the place of."""
    there: ScopedQuerySet[HourRule] = HourRule.objects.unscoped(_WHY).filter(
        unit_id=new.unit_id, state=RuleState.IN_FORCE, is_special=new.is_special, during__overlap=new.during
    )
    for old in there.order_by("pk"):
        goes_on = new.during.upper is not None and (old.during.upper is None or old.during.upper > new.during.upper)
        if goes_on:
            raise RuleRefused(why=_("The present hours would go on after it. Make it last as long, or a special day."))
        if old.during.lower >= new.during.lower:
            old.state = RuleState.REPLACED
            old.save(update_fields=["state"])
        else:
            old.during = DateRange(old.during.lower, new.during.lower)
            old.save(update_fields=["during"])
