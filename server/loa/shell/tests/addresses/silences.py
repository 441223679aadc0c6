"""Addresses of silences."""

from loa.devices import commands
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def silence(world):
    make_devices(world.commune, count=1)
    return {"silence_id": commands.silence(world.system, world.commune, reason="Nội dung lạ", now=clock.now()).pk}


ENTRIES = {
    "devices:silences": Desk(needs="devices.view", role=Role.MONITOR, has_object=False),
    "devices:silence_new": Desk(
        needs="devices.silence",
        role=Role.OFFICER,
        lacking=Role.MONITOR,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "mode": "real", "reason": "Nội dung lạ"},),
    ),
    "devices:silence": Desk(needs="devices.view", role=Role.MONITOR, make=silence),
    "devices:silence_progress": Desk(needs="devices.view", role=Role.MONITOR, make=silence),
    "devices:silence_lift": Desk(
        needs="devices.silence", role=Role.OFFICER, lacking=Role.MONITOR, make=silence, method="post"
    ),
}
