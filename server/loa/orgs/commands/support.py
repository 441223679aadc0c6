"""Letting somebody from outside help at a unit: for a while, for a reason, before all eyes."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.accounts.models import User
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import granting, queries, rules
from loa.orgs.models import SupportSession, Unit
from loa.orgs.refusals_rights import BadSupport, ClosedAccount, ClosedUnit, NotConcerned, Over, SupporterBusy

SHORTEST = timedelta(minutes=5)
REASON_LONGEST = 300
_MOMENT = timedelta(microseconds=1)


@command("orgs.administer", needs_fresh=True)
def open_support(
    scope: Scope, unit: Unit, /, *, supporter: User, role: str, reason: str, minutes: int, now: datetime
) -> SupportSession:
    """Let a named person help at the unit and below from now on; `role` brings no more than is safe in support.

    The unit's administrator opens it, never the helper. `OwnRightsGiven`, `BadSupport`, `ClosedAccount`, `ClosedUnit`,
    `RoleNotHere`, `RoleRetired`, `BeyondReach`; `SupporterBusy` when they help elsewhere in that time.
    """
    granting.not_own(scope, supporter)
    if not supporter.is_active:
        raise ClosedAccount
    if unit.closed_on is not None:
        raise ClosedUnit(place=unit.name)
    why, length = text.stored(reason).strip(), timedelta(minutes=minutes)
    fits = SHORTEST <= length <= rules.SUPPORT_LONGEST
    if not (fits and 0 < len(why) <= REASON_LONGEST and scope.actor.id.isdecimal()):
        raise BadSupport
    kind = queries.known_role(role)
    granting.fits(kind, unit)
    granting.covers_all(scope, unit.path)
    try:
        with transaction.atomic():
            session: SupportSession = SupportSession.objects.create(
                supporter=supporter,
                unit=unit,
                role=kind,
                reason=why,
                during=DateTimeTZRange(now, now + length),
                opened_by_id=int(scope.actor.id),
            )
    except IntegrityError as taken:
        raise SupporterBusy from taken
    note(session=session.pk, supporter=supporter.pk, role=role, until=now + length)
    return session


@command("orgs.view")
def end_support(scope: Scope, session: SupportSession, /, *, now: datetime) -> None:
    """End a support session before its time: the helper, or whoever administers the unit. `NotConcerned`, `Over`."""
    is_helper = scope.actor.id == str(session.supporter_id)
    if not is_helper and not scope.can("orgs.administer", session.scope_path):
        raise NotConcerned
    sessions = SupportSession.objects.unscoped("the command asked").select_for_update()
    if not _end(sessions.filter(pk=session.pk), scope, now=now):
        raise Over
    note(session=session.pk)


def end_running(scope: Scope, supporter: User, *, now: datetime) -> int:
    """End whatever a person helps with at this moment; part of an act that asked for the right. Return how many."""
    mine = SupportSession.objects.unscoped("the account closes").select_for_update().filter(supporter=supporter)
    return _end(mine, scope, now=now)


def _end(sessions: ScopedQuerySet[SupportSession], scope: Scope, *, now: datetime) -> int:
    running = list(sessions.filter(during__contains=now))
    for session in running:
        until = max(now, session.during.lower + _MOMENT)
        session.during = DateTimeTZRange(session.during.lower, until)
        session.ended_at, session.ended_by = now, scope.actor.id
        session.save(update_fields=["during", "ended_at", "ended_by"])
    return len(running)
