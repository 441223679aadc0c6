"""Addresses of devices."""

from loa.dispatch.tests.making import make_devices
from loa.orgs import commands as organizing
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import HERE_ONLY, NEIGHBOR, Desk, Open


def device(world):
    return {"device_id": make_devices(world.commune, count=1)[0].pk}


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


ENTRIES = {
    "device:api-root": Open(why="an empty page of the API", statuses=frozenset({404})),
    "device:enrol": Open(why="needs a one-time code", statuses=frozenset({400, 403, 422}), method="post"),
    "device:key_list": Open(why="public keys, signed", statuses=frozenset({200, 503})),
    "device:time": Open(why="the time", statuses=frozenset({200})),
    "devices:list": Desk(needs="devices.view", role=Role.OFFICER, has_object=False, smuggled=HERE_ONLY),
    "devices:add": Desk(
        needs="devices.enrol",
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Cụm loa", "kind": "loudspeaker"},),
    ),
    "devices:detail": Desk(needs="devices.view", role=Role.MONITOR, make=device),
    "devices:enrol_code": Desk(
        needs="devices.enrol", role=Role.TECHNICIAN, make=device, lacking=Role.OFFICER, method="post"
    ),
    "devices:volume": Desk(
        needs="devices.control",
        role=Role.TECHNICIAN,
        make=device,
        lacking=Role.OFFICER,
        method="post",
        data={"volume_pct": "50"},
    ),
    "devices:revoke": Desk(
        needs="devices.enrol", role=Role.TECHNICIAN, make=device, lacking=Role.OFFICER, method="post"
    ),
}
