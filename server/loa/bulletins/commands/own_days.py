"""Setting days on which a unit works otherwise than the calendar says."""

from datetime import date, datetime

from loa.bulletins import rules
from loa.bulletins.models import OwnDay
from loa.bulletins.refusals import DayPast, DayWordsNeeded, PersonNeeded
from loa.kernel.command import command, note
from loa.kernel.scope import ActorKind, Scope
from loa.orgs.models import Unit


@command("bulletins.administer")
def set_day(scope: Scope, unit: Unit, /, *, day: date, is_off: bool, words: str, now: datetime) -> OwnDay:
    """Say that a unit is off on a day, or works then. What was said of it before is replaced.

    Deadlines that were counted already stay. `DayPast`, `DayWordsNeeded`.
    """
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    why = rules.line(words)
    if not why or len(why) > rules.NAME_LONGEST:
        raise DayWordsNeeded(longest=rules.NAME_LONGEST)
    if day < _today(now):
        raise DayPast
    OwnDay.objects.unscoped("the command checked the right").filter(unit=unit, day=day).delete()
    kept: OwnDay = OwnDay.objects.create(
        unit=unit, day=day, is_off=is_off, words=why, set_by_id=int(scope.actor.id), set_at=now
    )
    note(day=day, is_off=is_off)
    return kept


@command("bulletins.administer")
def clear_day(_scope: Scope, own: OwnDay, /, *, now: datetime) -> None:
    """Let the calendar say again whether a unit is off on a day. `DayPast`."""
    if own.day < _today(now):
        raise DayPast
    note(day=own.day)
    OwnDay.objects.unscoped("the command checked the right").filter(pk=own.pk).delete()


def _today(now: datetime) -> date:
    return now.astimezone(rules.ZONE).date()
