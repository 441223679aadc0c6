"""Addresses of bulletins, and of where and when they air."""

from loa.bulletins.tests.making import make_bulletin
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs import commands as organizing
from loa.orgs.rules import Role
from loa.schedules.rules import Place, places_sha256
from loa.shell.tests.addresses.kinds import HERE_ONLY, NEIGHBOR, Desk
from loa.shell.tests.desk import make_asked_later, make_waiting, make_wish, tomorrow_at_five


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


def waiting(world):
    make_devices(world.commune)
    return {"bulletin_id": make_waiting(world).pk}


def asked_later(world):
    make_devices(world.commune)
    wish = make_asked_later(world)
    return {"bulletin_id": wish.bulletin_id, "slot_id": wish.pk}


def slot(world):
    make_devices(world.commune)
    return {"slot_id": make_wish(world, make_bulletin(world, now=clock.now())).pk}


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


PLACES = places_sha256([Place(unit_path="26/251/09043", device_ids=None, start_at=tomorrow_at_five())])
"""What the leader saw of `waiting`."""

ENTRIES = {
    "bulletins:list": Desk(needs="bulletins.view", role=Role.OFFICER, lacking=Role.TECHNICIAN, has_object=False),
    "bulletins:write": Desk(needs="bulletins.write", role=Role.OFFICER, lacking=Role.LEADER, has_object=False),
    "bulletins:edit": Desk(needs="bulletins.write", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER),
    "bulletins:detail": Desk(needs="bulletins.view", role=Role.MONITOR, make=bulletin, lacking=Role.TECHNICIAN),
    "bulletins:place": Desk(
        needs="schedules.request",
        role=Role.OFFICER,
        make=bulletin,
        lacking=Role.LEADER,
        method="post",
        smuggled=({"unit": NEIGHBOR, "reach": "all", "when": "approved"},),
    ),
    "bulletins:place_devices": Desk(
        needs="schedules.request", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, smuggled=HERE_ONLY
    ),
    "bulletins:submit": Desk(
        needs="bulletins.write", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, method="post"
    ),
    "bulletins:approve": Desk(
        needs="bulletins.approve",
        role=Role.LEADER,
        make=waiting,
        lacking=Role.OFFICER,
        method="post",
        data={"number": "1", "step": "1", "places": PLACES},
    ),
    "bulletins:approve_slot": Desk(
        needs="bulletins.approve", role=Role.LEADER, make=asked_later, lacking=Role.OFFICER, method="post"
    ),
    "bulletins:decline_slot": Desk(
        needs="bulletins.approve", role=Role.LEADER, make=asked_later, lacking=Role.OFFICER, method="post"
    ),
    "bulletins:send_back": Desk(
        needs="bulletins.approve",
        role=Role.LEADER,
        make=waiting,
        lacking=Role.OFFICER,
        method="post",
        data={"number": "1", "step": "1", "note": "sửa lại"},
    ),
    "bulletins:withdraw": Desk(
        needs="bulletins.write", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER, method="post"
    ),
    "bulletins:drop_slot": Desk(
        needs="schedules.request", role=Role.OFFICER, make=slot, lacking=Role.LEADER, method="post"
    ),
}
