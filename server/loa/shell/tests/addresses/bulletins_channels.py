"""Addresses of what a bulletin says on each channel."""

from loa.bulletins.tests.making import make_bulletin
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


def form_of(name):
    return lambda world: bulletin(world) | {"form": name}


ENTRIES = {
    "bulletins:channels": Desk(needs="bulletins.view", role=Role.MONITOR, make=bulletin, lacking=Role.TECHNICIAN),
    "bulletins:channel": Desk(needs="bulletins.write", role=Role.OFFICER, make=form_of("sms"), lacking=Role.LEADER),
    "bulletins:channel_pdf": Desk(
        needs="bulletins.view", role=Role.MONITOR, make=form_of("leaflet"), lacking=Role.TECHNICIAN
    ),
    "bulletins:channel_picture": Desk(
        needs="bulletins.view", role=Role.MONITOR, make=form_of("briefing"), lacking=Role.TECHNICIAN
    ),
}
