"""Addresses of software for devices."""

from datetime import timedelta

from loa.devices import commands
from loa.devices.tests.released import make_release, second_person
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def waiting(world):
    return {"release_id": make_release(world.system, world.commune).pk}


def confirmed(world):
    made = make_release(world.system, world.commune)
    commands.confirm(second_person(), made, now=clock.now())
    return {"release_id": made.pk}


def going(world):
    make_devices(world.commune, count=1)
    made = make_release(world.system, world.commune)
    commands.confirm(second_person(), made, now=clock.now())
    begun = commands.roll_out(
        world.system, world.commune, release=made, wait=timedelta(hours=1), failures_most_pct=5,
        silent_after=timedelta(minutes=30), now=clock.now(),
    )  # fmt: skip
    return {"rollout_id": begun.pk}


START = {"wait_min": "60", "failures_most_pct": "5", "silent_min": "30"}
ENTRIES = {
    "devices:releases": Desk(needs="devices.view", role=Role.MONITOR, has_object=False),
    "devices:release_take": Desk(
        needs="devices.update",
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
    ),
    "devices:release": Desk(needs="devices.view", role=Role.MONITOR, make=waiting),
    "devices:release_confirm": Desk(
        needs="devices.update", role=Role.TECHNICIAN, lacking=Role.OFFICER, make=waiting, method="post"
    ),
    "devices:release_start": Desk(
        needs="devices.update",
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        make=confirmed,
        method="post",
        data=START,
        smuggled=({**START, "unit": NEIGHBOR},),
    ),
    "devices:rollout_turn": Desk(
        needs="devices.update", role=Role.TECHNICIAN, lacking=Role.OFFICER, make=going, method="post"
    ),
    "devices:rollout_withdraw": Desk(
        needs="devices.update", role=Role.TECHNICIAN, lacking=Role.OFFICER, make=going, method="post"
    ),
}
