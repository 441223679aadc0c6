"""Letting a screen on a wall show a unit, and ending that."""

import secrets
from datetime import datetime, timedelta

from loa.dispatch import rules, walls
from loa.dispatch.models import WallLink
from loa.dispatch.refusals import NoWallName
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit


@command(walls.RIGHT, needs_fresh=True, channel=WallLink.scope_channel)
def show_wall(scope: Scope, unit: Unit, /, *, name: str, lasts: timedelta, now: datetime) -> tuple[WallLink, str]:
    """Let a screen show a unit for a while; return the link with its secret, which is told once and kept nowhere."""
    words = text.line(name)
    if not words or len(words) > rules.WALL_NAME_LONGEST or not timedelta() < lasts <= rules.WALL_LASTS_MOST:
        raise NoWallName(longest=rules.WALL_NAME_LONGEST)
    secret = secrets.token_urlsafe(32)
    made: WallLink = WallLink.objects.create(
        unit=unit,
        name=words,
        digest=walls.digest(secret),
        made_by_id=int(scope.actor.id),
        made_at=now,
        expires_at=now + lasts,
    )
    note(wall=made.pk)
    return made, secret


@command(walls.RIGHT, channel=WallLink.scope_channel)
def end_wall(scope: Scope, link: WallLink, /, *, now: datetime) -> WallLink:
    """End a link: its screen shows nothing from its next look on. `WrongState` when it was ended before."""
    rows = WallLink.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: WallLink = rows.select_related("unit").get(pk=link.pk)
    if held.ended_at is not None:
        raise WrongState
    held.ended_at, held.ended_by_id = now, int(scope.actor.id)
    held.save(update_fields=["ended_at", "ended_by"])
    note(wall=held.pk)
    return held
