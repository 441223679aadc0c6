"""Addresses of stations without a device."""

from datetime import timedelta

from loa.devices import commands
from loa.devices.by_hand import Chain, Condition, Told
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import HERE_ONLY, NEIGHBOR, Desk

TOLD = Told(name="Đài FM xã", chain=Chain.FM, condition=Condition.WORKING)


def kept(world):
    return commands.add_station(world.system, world.commune, told=TOLD, now=clock.now())


def station(world):
    return {"station_id": kept(world).pk}


def line(world):
    now = clock.now()
    made = commands.note_hand_play(
        world.system, kept(world), played_at=now - timedelta(minutes=5), words="Đọc thông báo", now=now
    )
    return {"line_id": made.pk}


ENTRIES = {
    "devices:stations": Desk(needs="devices.view", role=Role.MONITOR, has_object=False, smuggled=HERE_ONLY),
    "devices:station": Desk(needs="devices.view", role=Role.MONITOR, make=station),
    "devices:station_new": Desk(
        needs="devices.keep_stations",
        role=Role.OFFICER,
        lacking=Role.MONITOR,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Đài", "chain": "fm", "condition": "working"},),
    ),
    "devices:station_change": Desk(
        needs="devices.keep_stations",
        role=Role.OFFICER,
        lacking=Role.MONITOR,
        make=station,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Đài", "chain": "fm", "condition": "working"},),
    ),
    "devices:hand_play": Desk(
        needs="devices.keep_stations", role=Role.OFFICER, lacking=Role.MONITOR, make=station, method="post"
    ),
    "devices:hand_play_correct": Desk(
        needs="devices.keep_stations", role=Role.OFFICER, lacking=Role.MONITOR, make=line, method="post"
    ),
}
