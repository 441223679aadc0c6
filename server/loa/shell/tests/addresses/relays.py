"""Addresses of sources of relays."""

from django.test import override_settings

from loa.kernel import clock
from loa.orgs.rules import Role
from loa.schedules.tests.relays import HOST, proposed
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk


def source(world):
    with override_settings(LOA_STREAM_HOSTS=[HOST]):
        return {"source_id": proposed(world, now=clock.now()).pk}


SEE = {"needs": "schedules.view", "role": Role.MONITOR, "lacking": Role.TECHNICIAN}
WRITE = {"needs": "schedules.request", "role": Role.OFFICER}
DECIDE = {"needs": "bulletins.approve", "role": Role.LEADER, "lacking": Role.OFFICER, "method": "post"}
ENTRIES = {
    "programme:sources": Desk(**SEE, has_object=False, smuggled=HERE_ONLY),
    "programme:source": Desk(**SEE, make=source),
    "programme:propose_source": Desk(**WRITE, lacking=Role.LEADER, has_object=False, smuggled=HERE_ONLY),
    "programme:put_source_in_force": Desk(**DECIDE, make=source),
    "programme:decline_source": Desk(**DECIDE, make=source),
    "programme:withdraw_source": Desk(**WRITE, lacking=Role.LEADER, make=source, method="post"),
}
