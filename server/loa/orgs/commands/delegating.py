"""Letting somebody stand in with one's own role for a while."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.accounts.models import User
from loa.kernel import permissions, text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import granting, queries
from loa.orgs.granting import Reach
from loa.orgs.models import Grant
from loa.orgs.refusals_rights import (
    AlreadyHeld,
    BadPeriod,
    ClosedAccount,
    LendsRightsOver,
    NotConcerned,
    NotLendable,
    Over,
)


@command("orgs.delegate")
def delegate(
    scope: Scope,
    held: Grant,
    /,
    *,
    to: User,
    until: datetime,
    reason: str,
    start_at: datetime | None = None,
    now: datetime,
) -> Grant:
    """Let another person stand in with one's own running role until a moment, which is not after its own end.

    It cannot be passed on, ends with its source and at once when taken back, and what is done with it names the person
    stood in for. `NotLendable`, `LendsRightsOver`, `BadPeriod`, `ClosedAccount`, `TwoDuties`, `AlreadyHeld`.
    """
    mine: Grant | None = _running(held, now=now).select_related("role", "unit").select_for_update(of=("self",)).first()
    is_mine = mine is not None and scope.actor.id == str(mine.user_id)
    if mine is None or not is_mine or mine.delegated_from_id is not None or to.pk == mine.user_id:
        raise NotLendable
    if "orgs.delegate" not in mine.role.permissions:
        raise NotLendable
    if permissions.administrative() & set(mine.role.permissions) and not settings.LOA_LEND_ADMINISTRATION:
        raise LendsRightsOver
    if not to.is_active:
        raise ClosedAccount
    begins = max(start_at or now, now)
    if until <= begins or (mine.during.upper is not None and until > mine.during.upper):
        raise BadPeriod
    granting.hold(to)
    reach = Reach(
        unit=mine.unit,
        device_id=mine.device_id,
        channel=mine.channel,
        is_here_only=mine.is_here_only,
        start_at=begins,
        end_at=until,
    )
    granting.demand_weight(scope, mine.role, reach)
    granting.apart(to, mine.role, reach)
    lent = _lend(scope, mine, to, reach, reason=reason, now=now)
    note(grant=lent.pk, source=mine.pk, user=to.pk, role=mine.role_id, until=until)
    return lent


@command("orgs.view")
def end_delegation(scope: Scope, lent: Grant, /, *, now: datetime) -> None:
    """End a delegation before its time: who lent it takes it back, or who stands in gives it back.

    `NotConcerned` for anybody else: an administrator takes the role away instead. `Over` when it has ended.
    """
    source = lent.delegated_from
    if source is None or scope.actor.id not in {str(source.user_id), str(lent.user_id)}:
        raise NotConcerned
    if not granting.end(_unended(lent, now=now), now=now):
        raise Over
    note(grant=lent.pk, source=source.pk, user=lent.user_id)


def _lend(scope: Scope, mine: Grant, to: User, reach: Reach, *, reason: str, now: datetime) -> Grant:
    try:
        with transaction.atomic():
            lent: Grant = Grant.objects.create(
                user=to,
                role=mine.role,
                unit=mine.unit,
                device_id=mine.device_id,
                channel=mine.channel,
                is_here_only=mine.is_here_only,
                during=DateTimeTZRange(reach.start_at, reach.end_at),
                delegated_from=mine,
                reason=text.stored(reason).strip()[:200],
                granted_by=scope.actor.id,
                granted_at=now,
            )
    except IntegrityError as taken:
        raise AlreadyHeld from taken
    return lent


def _running(held: Grant, *, now: datetime) -> ScopedQuerySet[Grant]:
    return queries.standing(at=now).filter(pk=held.pk)


def _unended(held: Grant, *, now: datetime) -> ScopedQuerySet[Grant]:
    return queries.unended(at=now).filter(pk=held.pk)
