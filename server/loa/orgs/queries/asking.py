"""Answering who may do something somewhere, and why; and what a person may do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from loa.accounts.models import User
from loa.kernel.scope import is_within
from loa.orgs import rules
from loa.orgs.models import Grant, Role, SupportSession, Unit
from loa.orgs.queries.rights import standing, supported


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a person may do something: a grant, or a support session. Exactly one of them is there.

    `is_partial` says that it holds for one thing or one channel only, not for all that was asked.
    """

    user: User
    role: Role
    unit: Unit
    grant: Grant | None = None
    session: SupportSession | None = None
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a person may do by one grant or session."""

    reason: Reason
    codes: Sequence[str]


def who_may(
    permission: str, unit: Unit, *, device_id: uuid.UUID | None = None, channel: str = "", at: datetime
) -> list[Reason]:
    """Return who may do something at a unit, and why: whose right reaches all of it first, the nearest unit first.

    With `device_id` or `channel`: for that thing or what goes out there. The caller administers the unit. Two queries.
    """
    paths = {path: depth for former in (unit.path, *unit.former_paths) for depth, path in _line(former)}
    asked = rules.root(unit.path, device_id=device_id, channel=channel)
    above = Q(unit__path__in=list(paths)) | Q(unit__former_paths__overlap=list(paths))
    held = standing(at=at).filter(above, role__permissions__contains=[permission], user__is_active=True)
    reasons = []
    for grant in held.select_related("unit", "user", "role", "post__agency", "delegated_from__user"):
        reaches = is_within(asked, grant.root) or any(is_within(asked, root) for root in _former(grant))
        if reaches or (grant.unit_id == unit.pk and not (device_id or channel)):
            reasons.append(_by_grant(grant, is_partial=not reaches))
    if permission in rules.SUPPORT_SAFE:
        sessions = SupportSession.objects.unscoped("beside the grants").filter(
            unit__path__in=list(paths), during__contains=at, supporter__is_active=True
        )
        whole = sessions.select_related("supporter", "unit", "role", "opened_by")
        reasons += [_by_session(session) for session in whole if permission in supported(session.role)]
    return sorted(reasons, key=_nearest_first)


def what_may(user: User, *, at: datetime) -> list[Holding]:
    """Return all that a person may do, by grant and support session, the highest unit first. Two queries."""
    held = standing(at=at).filter(user=user).order_by("unit__path", "role", "pk")
    whole = held.select_related("unit", "user", "role", "post__agency", "delegated_from__user")
    holdings = [
        Holding(reason=_by_grant(grant, is_partial=False), codes=sorted(grant.role.permissions)) for grant in whole
    ]
    sessions = SupportSession.objects.unscoped("of a person already in scope").filter(
        supporter=user, during__contains=at
    )
    holdings += [
        Holding(reason=_by_session(session), codes=sorted(supported(session.role)))
        for session in sessions.select_related("supporter", "unit", "role", "opened_by")
    ]
    return holdings if user.is_active else []


def administrators_over(path: str, *, at: datetime) -> list[tuple[str, str]]:
    """Return where and as what somebody administers the unit at a path, the nearest first: whom to ask, no names."""
    place = path.partition("#")[0].partition("/@")[0].partition("/~")[0]
    held = standing(at=at).filter(
        unit__path__in=rules.ancestor_paths(place),
        role__permissions__contains=["orgs.administer"],
        device_id=None,
        channel="",
        user__is_active=True,
    )
    found = held.filter(Q(is_here_only=False) | Q(unit__path=place)).select_related("unit", "role")
    nearest = sorted(found, key=lambda grant: (-grant.unit.path.count("/"), grant.role_id))
    return list(dict.fromkeys((grant.role.name(), grant.unit.name) for grant in nearest))


def _by_grant(grant: Grant, *, is_partial: bool) -> Reason:
    return Reason(user=grant.user, role=grant.role, unit=grant.unit, grant=grant, is_partial=is_partial)


def _by_session(session: SupportSession) -> Reason:
    return Reason(user=session.supporter, role=session.role, unit=session.unit, session=session)


def _nearest_first(reason: Reason) -> tuple[bool, int, str, int]:
    return reason.is_partial, -reason.unit.path.count("/"), reason.role.code, reason.user.pk


def _line(path: str) -> list[tuple[int, str]]:
    return list(enumerate(rules.ancestor_paths(path)))


def _former(grant: Grant) -> list[str]:
    return [
        rules.root(path, device_id=grant.device_id, channel=grant.channel, is_here_only=grant.is_here_only)
        for path in grant.unit.former_paths
    ]
