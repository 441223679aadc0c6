"""Addresses of live speech: the leader of the commune speaks."""

from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.schedules.tests.speaking import agree, make_speech
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk


def speech(world):
    make_devices(world.commune)
    return {"airing_id": make_speech(world, now=clock.now()).pk}


def agreed(world):
    return {"consent_id": agree(world, now=clock.now()).pk}


def chunk(world):
    return speech(world) | {"seq": 0}


ENTRIES = {
    "live:begin": Desk(
        needs="schedules.speak", role=Role.LEADER, lacking=Role.OFFICER, has_object=False, smuggled=HERE_ONLY
    ),
    "live:agree": Desk(
        needs="schedules.request", role=Role.OFFICER, lacking=Role.LEADER, has_object=False, smuggled=HERE_ONLY
    ),
    "live:take_back": Desk(
        needs="schedules.request", role=Role.OFFICER, make=agreed, lacking=Role.LEADER, method="post"
    ),
    "live:speak": Desk(needs="schedules.speak", role=Role.LEADER, make=speech, lacking=Role.OFFICER),
    "live:state": Desk(needs="schedules.speak", role=Role.LEADER, make=speech, lacking=Role.OFFICER),
    "live:sound": Desk(needs="schedules.speak", role=Role.LEADER, make=chunk, lacking=Role.OFFICER, method="post"),
    "live:end": Desk(needs="schedules.speak", role=Role.LEADER, make=speech, lacking=Role.OFFICER, method="post"),
}
