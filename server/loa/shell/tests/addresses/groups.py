"""Addresses of groups of devices."""

from loa.devices import commands
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def group(world):
    (device,) = make_devices(world.commune, count=1)
    made = commands.make_group(world.system, world.commune, name="Dọc đê", device_ids=[device.pk], now=clock.now())
    return {"group_id": made.pk}


ENTRIES = {
    "devices:groups": Desk(needs="devices.view", role=Role.MONITOR, has_object=False),
    "devices:group_new": Desk(
        needs="devices.group",
        role=Role.OFFICER,
        lacking=Role.MONITOR,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Dọc đê"},),
    ),
    "devices:group": Desk(needs="devices.group", role=Role.OFFICER, lacking=Role.MONITOR, make=group, method="post"),
    "devices:group_drop": Desk(
        needs="devices.group", role=Role.OFFICER, lacking=Role.MONITOR, make=group, method="post"
    ),
}
