"""Deciding who may do what where, from when to when."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.accounts import commands as accounts
from loa.accounts.models import User
from loa.kernel import clock, text
from loa.kernel.command import Place, command, note
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import granting, queries
from loa.orgs.granting import Reach
from loa.orgs.models import Grant, Role, Unit
from loa.orgs.refusals_rights import AlreadyHeld, NotLendable, Over, OwnRights

REASON_LONGEST = 200


@command("orgs.administer")
def grant(
    scope: Scope,
    unit: Unit,
    /,
    *,
    user: User,
    role: str,
    device_id: uuid.UUID | None = None,
    channel: str = "",
    is_here_only: bool = False,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Grant:
    """Give a person a role, by its code, at a unit, for it and everything below; twice is once.

    With `device_id` for that device alone, with `channel` for what goes out there, with `is_here_only` for nothing
    below; from now on unless `start_at` says later, for ever unless `end_at` says until. `OwnRightsGiven`,
    `BeyondReach`, `BeyondOwn`, `RoleNotHere`, `RoleRetired`, `TwoDuties`, `UnknownThing`, `ClosedUnit`,
    `ClosedAccount`, `BadPeriod`, `AlreadyHeld`.
    """
    at = now or clock.now()
    kind = queries.known_role(role)
    granting.hold(user)
    reach = Reach(
        unit=unit,
        device_id=device_id,
        channel=channel,
        is_here_only=is_here_only,
        start_at=max(start_at or at, at),
        end_at=end_at,
    )
    found = _same(user, kind, reach, at=at)
    granting.demand_weight(scope, kind, reach)
    if found is None:
        granting.check(scope, user, kind, reach, now=at)
    held = found or _give(scope, user, kind, reach, reason=reason, now=at)
    if not user.unit_path:
        accounts.settle(scope, Place(scope_path=unit.path, audit_name=user.audit_name), user=user)
    note(user=user.pk, role=role, new=found is None)
    note(grant=held.pk, until=end_at)
    return held


@command("orgs.administer")
def withdraw(scope: Scope, held: Grant, /, *, now: datetime) -> None:
    """Take a role from a person from now on. Nobody takes their own: a province must not lock itself out.

    What the person is doing at this moment is waited for; what they begin afterwards finds the right gone. What they
    lent of it ends with it. `Over` when it has ended.
    """
    if scope.actor.id == str(held.user_id):
        raise OwnRights
    ended = granting.end(_one(held), now=now)
    if not ended:
        raise Over
    note(user=held.user_id, role=held.role_id, grant=held.pk, ended=ended)


@command("orgs.administer")
def extend(scope: Scope, held: Grant, /, *, until: datetime | None, reason: str = "", now: datetime) -> Grant:
    """Let a role that has not ended last until another day, or for ever; asked like giving it anew.

    `NotLendable` for what was lent: it ends when it was said to. `Over`, `AlreadyHeld`, and as for `grant`.
    """
    granting.hold(held.user)
    kept: Grant | None = _one(held).filter(pk__in=queries.unended(at=now).values("pk")).select_for_update().first()
    if kept is None:
        raise Over
    if kept.delegated_from_id is not None:
        raise NotLendable
    begins = kept.during.lower or now
    reach = Reach(
        unit=held.unit,
        device_id=kept.device_id,
        channel=kept.channel,
        is_here_only=kept.is_here_only,
        start_at=begins,
        end_at=until,
    )
    granting.demand_weight(scope, held.role, reach)
    granting.check(scope, held.user, held.role, reach, now=now)
    try:
        with transaction.atomic():
            _one(held).update(during=DateTimeTZRange(begins, until))
    except IntegrityError as taken:
        raise AlreadyHeld from taken
    note(user=held.user_id, role=held.role_id, grant=held.pk, until=until, reason=text.stored(reason).strip())
    held.refresh_from_db(fields=["during"])
    return held


def _give(scope: Scope, user: User, role: Role, reach: Reach, *, reason: str, now: datetime) -> Grant:
    try:
        with transaction.atomic():
            given: Grant = Grant.objects.create(
                user=user,
                role=role,
                unit=reach.unit,
                device_id=reach.device_id,
                channel=reach.channel,
                is_here_only=reach.is_here_only,
                during=reach.during,
                reason=text.stored(reason).strip()[:REASON_LONGEST],
                granted_by=scope.actor.id,
                granted_at=now,
            )
    except IntegrityError as taken:
        raise AlreadyHeld from taken
    return given


def _same(user: User, role: Role, reach: Reach, *, at: datetime) -> Grant | None:
    """Return the grant in force that says the same, when one without an end of its own is asked for."""
    standing = queries.standing(at=at).filter(user=user, role=role, unit=reach.unit, post=None, delegated_from=None)
    same: Grant | None = standing.filter(
        device_id=reach.device_id,
        channel=reach.channel,
        is_here_only=reach.is_here_only,
        during__endswith=reach.end_at,
    ).first()
    return same if reach.start_at <= at else None


def _one(held: Grant) -> ScopedQuerySet[Grant]:
    found: ScopedQuerySet[Grant] = Grant.objects.unscoped("the command asked").filter(pk=held.pk)
    return found
