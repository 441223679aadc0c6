"""Reads of wall links, and the scope a screen on a wall acts in: the figures of one unit, nothing to open or to do."""

import hashlib
import uuid
from datetime import datetime, timedelta

from loa.dispatch.models import WallLink
from loa.kernel.errors import NotFound
from loa.kernel.scope import Actor, ActorKind, Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit

VIEW, RIGHT = "dispatch.view", "dispatch.show_wall"
SEES = ("dispatch.view", "devices.view", "schedules.view", "bulletins.view")
"""What its figures are made of. Its page shows counts and names of units only."""

_SEEN_EVERY = timedelta(minutes=1)


def links(scope: Scope, unit: Unit) -> ScopedQuerySet[WallLink]:
    """Return the links of a unit in scope, those that hold first, newest first."""
    found: ScopedQuerySet[WallLink] = WallLink.objects.within(scope, RIGHT).filter(unit=unit)
    return found.select_related("unit", "made_by", "ended_by").order_by("-ended_at", "-made_at", "-pk")


def get(scope: Scope, link_id: uuid.UUID) -> WallLink:
    """Return one link; `NotFound` when it is absent or outside the scope."""
    found: ScopedQuerySet[WallLink] = WallLink.objects.within(scope, VIEW).filter(pk=link_id)
    link = found.select_related("unit").first()
    if link is None:
        raise NotFound
    return link


def opened(secret: str, *, now: datetime) -> WallLink:
    """Return the link a secret opens, with its unit; `NotFound` when there is none, or it is over."""
    found: ScopedQuerySet[WallLink] = WallLink.objects.unscoped("whoever has the secret may look")
    holds = found.filter(digest=digest(secret), ended_at=None, expires_at__gt=now, unit__closed_on=None)
    link = holds.select_related("unit").first()
    if link is None:
        raise NotFound
    if link.seen_at is None or now - link.seen_at >= _SEEN_EVERY:
        found.filter(pk=link.pk).update(seen_at=now)
    return link


def scope_of(link: WallLink) -> Scope:
    """Return what a screen sees: its unit and what is below."""
    actor = Actor(kind=ActorKind.SYSTEM, id=link.audit_name, name=link.name)
    return Scope(actor=actor, grants={code: frozenset({link.unit.path}) for code in SEES})


def digest(secret: str) -> str:
    """Return what is kept of a secret: it is random, so one round is enough."""
    return hashlib.sha256(b"loa/1/wall/" + secret.encode("utf-8", "replace")).hexdigest()
