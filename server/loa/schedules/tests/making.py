"""Wishes to air, as an officer asks for them."""

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import HOUR
from loa.schedules import commands


def asked(world, bulletin, *, scope=None, unit=None, start_at=NOW + HOUR, now=NOW, **about):
    """Ask for the commune an hour from now; `about` goes to the command as it is."""
    return commands.ask(
        scope or world.officer,
        unit or world.commune,
        bulletin_id=bulletin.pk,
        start_at=start_at,
        requested_by="Trần Văn Cán",
        now=now,
        **{"device_ids": None, "confirmed": True} | about,
    )
