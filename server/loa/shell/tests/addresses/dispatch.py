"""Addresses of what airs and was heard."""

from datetime import timedelta

from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.orgs import commands as organizing
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk


def airing(world):
    make_devices(world.commune)
    return {"airing_id": make_airing(world, now=clock.now()).pk}


def heard_line(world):
    make_devices(world.commune)
    airing = make_airing(world, now=clock.now() - timedelta(hours=1))
    counting.refresh(now=clock.now())
    assert airing.unit_id == world.commune.pk
    return {"code": world.commune.code}


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


ENTRIES = {
    "dispatch:timeline": Desk(
        needs="dispatch.view", role=Role.OFFICER, lacking=Role.ADMINISTRATOR, has_object=False, smuggled=HERE_ONLY
    ),
    "dispatch:heard": Desk(needs="dispatch.view", role=Role.MONITOR, lacking=Role.ADMINISTRATOR, has_object=False),
    "dispatch:heard_table": Desk(
        needs="dispatch.view", role=Role.MONITOR, lacking=Role.ADMINISTRATOR, has_object=False
    ),
    "dispatch:heard_behind": Desk(
        needs="dispatch.view", role=Role.MONITOR, make=heard_line, lacking=Role.ADMINISTRATOR
    ),
    "dispatch:airing": Desk(needs="dispatch.view", role=Role.MONITOR, make=airing, lacking=Role.ADMINISTRATOR),
    "dispatch:live": Desk(needs="dispatch.view", role=Role.MONITOR, make=airing, lacking=Role.ADMINISTRATOR),
    "dispatch:stop": Desk(
        needs="dispatch.stop",
        role=Role.LEADER,
        make=airing,
        lacking=Role.MONITOR,
        method="post",
        data={"reason": "nhầm"},
    ),
}
