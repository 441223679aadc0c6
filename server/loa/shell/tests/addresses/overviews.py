"""Addresses of what is seen from above."""

from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def unit(world):
    return {"code": world.commune.code}


def devices(world):
    return {"code": world.commune.code, "kind": "meant"}


ENTRIES = {
    "shell:overview_top": Desk(needs="dispatch.view", role=Role.OFFICER, lacking=Role.ADMINISTRATOR, has_object=False),
    "shell:overview": Desk(needs="dispatch.view", role=Role.OFFICER, make=unit, lacking=Role.ADMINISTRATOR),
    "shell:compare": Desk(needs="dispatch.view", role=Role.MONITOR, make=unit, lacking=Role.ADMINISTRATOR),
    "shell:overview_rows": Desk(needs="dispatch.view", role=Role.MONITOR, make=devices, lacking=Role.ADMINISTRATOR),
}
