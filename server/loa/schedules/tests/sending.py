"""Items from above, as tests of this room and of those above need them."""

from dataclasses import replace
from datetime import timedelta

from loa.bulletins import commands as bulletins
from loa.bulletins import queries
from loa.bulletins.rules import Urgency
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_clip
from loa.orgs import queries as orgs
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.schedules import commands
from loa.schedules import queries as schedules
from loa.schedules.models import Slot
from loa.schedules.tests.making import asked

LATER = NOW + timedelta(hours=3)


def chief_of(world, *, username="lanhdaotinh", unit=None):
    """Return the scope of a leader of the province, made when first asked for."""
    user = make_user(username, "Đinh Văn Trưởng", unit=unit or world.province, role=Role.LEADER)
    return replace(orgs.scope_for(user), is_fresh=True)


def make_approved(world, *, unit=None, now=NOW, by=None, content=b"tinh", duration_ms=60_000, facts=None):
    """Let the province's editor write a bulletin and its leader approve it."""
    place = unit or world.province
    clip = make_clip(place, content=content, duration_ms=duration_ms)
    bulletin = make_bulletin(
        world, unit=place, scope=world.province_editor, user=world.province_editor_user, now=now, clip=clip, facts=facts
    )
    bulletins.submit(world.province_editor, bulletin, now=now)
    bulletins.approve(by or chief_of(world), bulletin, number=1, hearing=HEARD, now=now)
    return queries.get(world.province_editor, bulletin.pk)


def make_sending(world, *units, urgency=Urgency.PRIORITY, bulletin=None, now=NOW, scope=None, **about):
    """Send an approved bulletin of the province to these units, or to the commune."""
    return bulletins.send(
        scope or world.province_editor,
        bulletin or make_approved(world, now=now),
        units=units or [world.commune],
        urgency=urgency,
        now=now,
        **about,
    )


def receipt_at(world, sending, unit=None):
    """Return what a unit has of a sending, as it stands."""
    place = unit or world.commune
    return next(one for one in queries.receipts_of_sending(sending.pk) if one.unit_id == place.pk)


def own_priority(world, *, start_at=LATER, duration_ms=30_000, now=NOW):
    """Let the commune have an approved item of its own that comes first; return its slot."""
    clip = make_clip(world.commune, content=b"xa", duration_ms=duration_ms)
    bulletin = make_bulletin(world, now=now, clip=clip)
    asked(world, bulletin, start_at=start_at, priority_reason="Mất nước từ trưa", now=now)
    bulletins.submit(world.officer, bulletin, now=now)
    return bulletin


def slots(**about):
    """Return slots as they stand, oldest first."""
    return list(
        Slot.objects.unscoped("test").filter(**about).select_related("airing", "unit").order_by("requested_at", "pk")
    )


def approve_all(world, bulletin, *, now=NOW):
    """Let the commune's leader approve a bulletin with its places, and plan them as the listener does."""
    waiting = list(schedules.of_bulletin(world.officer, bulletin.pk).filter(state="waiting"))
    commands.approve(
        world.leader, bulletin, number=1, hearing=HEARD, places=schedules.places_sha256(waiting), wakes=99, now=now
    )
    for slot in slots(bulletin=bulletin, state="approved"):
        commands.place(world.system, slot, now=now)
