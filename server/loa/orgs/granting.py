"""What must hold before a right is given: nobody gives more than they have, and duties stay with two people."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest, Lower

from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.kernel import clock, permissions
from loa.kernel.command import demand_fresh
from loa.kernel.scope import Scope, is_covered, is_within
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports, queries, rules
from loa.orgs.models import Grant, Level, Role, Unit
from loa.orgs.refusals_rights import (
    BadPeriod,
    BeyondOwn,
    BeyondReach,
    ClosedAccount,
    ClosedUnit,
    HoldsElsewhere,
    OwnRightsGiven,
    RoleNotHere,
    RoleRetired,
    TwoDuties,
    UnknownThing,
)

_LOCK_PERSON = 7303010


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where and for what a right is given, and from when to when; an open end is None."""

    unit: Unit
    device_id: uuid.UUID | None = None
    channel: str = ""
    is_here_only: bool = False
    start_at: datetime
    end_at: datetime | None = None

    @property
    def root(self) -> str:
        """Return what it reaches, as `Scope.grants` writes it."""
        return rules.root(
            self.unit.path, device_id=self.device_id, channel=self.channel, is_here_only=self.is_here_only
        )

    @property
    def during(self) -> DateTimeTZRange:
        """Return its time as the database keeps it."""
        return DateTimeTZRange(self.start_at, self.end_at)


def reach_of(held: Grant) -> Reach:
    """Return where and when a grant holds."""
    return Reach(
        unit=held.unit,
        device_id=held.device_id,
        channel=held.channel,
        is_here_only=held.is_here_only,
        start_at=held.during.lower,
        end_at=held.during.upper,
    )


def hold(user: User) -> None:
    """Let one change of a person's rights come after the other, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_PERSON, user.pk % 2**31])


def not_own(scope: Scope, user: User) -> None:
    """Raise `OwnRightsGiven` when the person is the one who asks."""
    if scope.actor.id == str(user.pk):
        raise OwnRightsGiven


def check(scope: Scope, user: User, role: Role, reach: Reach, *, now: datetime) -> None:
    """Raise what stands against giving a role: to oneself, out of reach, beyond one's own, against the two duties."""
    not_own(scope, user)
    if not user.is_active:
        raise ClosedAccount
    if reach.unit.closed_on is not None:
        raise ClosedUnit(place=reach.unit.name)
    if reach.end_at is not None and reach.end_at <= max(now, reach.start_at):
        raise BadPeriod
    fits(role, reach.unit)
    within_reach(scope, role, reach.root)
    if reach.device_id is not None:
        standing_there(reach.device_id, reach.unit)
    apart(user, role, reach)


def fits(role: Role, unit: Unit) -> None:
    """Raise `RoleRetired` or `RoleNotHere`."""
    if role.retired_at is not None:
        raise RoleRetired(role=role.name())
    if not queries.is_made_at(role, unit) or (role.levels and unit.level not in role.levels):
        raise RoleNotHere(role=role.name(), place=unit.name)


def within_reach(scope: Scope, role: Role, root: str) -> None:
    """Raise `BeyondReach`, or `BeyondOwn` for a right over people and units that who gives it does not have there."""
    covers_all(scope, root)
    for code in sorted(permissions.administrative() & set(role.permissions)):
        if not scope.covers(code, root):
            raise BeyondOwn(permission=permissions.sentence(code))


def covers_all(scope: Scope, root: str) -> None:
    """Raise `BeyondReach` unless who asks administers everything that the root reaches."""
    if not scope.covers("orgs.administer", root):
        raise BeyondReach


def demand_weight(scope: Scope, role: Role, reach: Reach) -> None:
    """Demand a fresh factor for a role that weighs much, or that reaches beyond one commune."""
    if rules.weighty(role.permissions) or _is_wide(reach):
        demand_fresh(scope)


def demand_reach(scope: Scope, user: User, *, opens: bool) -> None:
    """Raise `HoldsElsewhere` or `BeyondOwn` when the person has, or is going to have, a right beyond who asks."""
    if scope.everywhere:
        return
    held = queries.unended(at=clock.now()).filter(user=user).select_related("unit", "role")
    for one in held.order_by("unit__path", "pk"):
        if not scope.covers("orgs.administer", one.root):
            raise HoldsElsewhere(place=one.unit.name)
        if opens:
            within_reach(scope, one.role, one.root)


def standing_there(device_id: uuid.UUID, unit: Unit) -> None:
    """Raise `UnknownThing` unless the device stands at the unit itself."""
    thing = ports.things([device_id]).get(device_id)
    if thing is None or thing.unit_id != unit.pk:
        raise UnknownThing(place=unit.name)


def apart(user: User, role: Role, reach: Reach) -> None:
    """Raise `TwoDuties` when the person would write and approve at one place at one time."""
    if settings.LOA_TWO_DUTIES:
        return
    held = Grant.objects.unscoped("all that the person holds counts").filter(
        user=user, during__overlap=reach.during, unit__path__in=_line(reach.unit.path)
    ) | Grant.objects.unscoped("as above").filter(
        user=user, during__overlap=reach.during, unit__path__startswith=f"{reach.unit.path}/"
    )
    for other in held.exclude(role=role).select_related("role", "unit"):
        if not rules.parted([*role.permissions, *other.role.permissions]) and _overlap(reach.root, other.root):
            raise TwoDuties(place=other.unit.name if is_within(other.unit.path, reach.unit.path) else reach.unit.name)


def clash(one: Grant, other: Grant) -> bool:
    """Tell whether two rights of one person, at one time, bring both duties at one place."""
    if settings.LOA_TWO_DUTIES or one.role_id == other.role_id:
        return False
    return not rules.parted([*one.role.permissions, *other.role.permissions]) and _overlap(one.root, other.root)


def end(held: ScopedQuerySet[Grant], *, now: datetime) -> int:
    """End these grants, and what was lent of them, from now on; one that has not begun never does. Return how many.

    Whatever their people are doing at this moment is waited for; what they begin afterwards finds the right gone.
    """
    ids = list(held.values_list("pk", flat=True))
    concerned = Grant.objects.unscoped("the caller asked; what was lent ends with its source").filter(
        Q(pk__in=ids) | Q(delegated_from__in=ids),
        Q(during__endswith=None) | Q(during__endswith__gt=now),
        during__isempty=False,
    )
    for pk in sorted(set(concerned.values_list("user_id", flat=True))):
        accounting.held(pk, to_change=True)
    ended = Func(Lower(F("during")), Greatest(Lower(F("during")), now), function="tstzrange")
    lent: int = concerned.filter(delegated_from__in=ids).update(during=ended)
    own: int = concerned.update(during=ended)
    return lent + own


def _is_wide(reach: Reach) -> bool:
    """Tell whether units below this one are reached that are no part of one commune."""
    if reach.is_here_only or reach.device_id is not None:
        return False
    return Level.objects.filter(
        code=reach.unit.level, rank__lt=Level.objects.filter(code=rules.Level.COMMUNE).values("rank")
    ).exists()


def _line(path: str) -> list[str]:
    return rules.ancestor_paths(path)


def _overlap(one: str, other: str) -> bool:
    return is_covered(one, other) or is_covered(other, one)
