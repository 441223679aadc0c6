"""Addresses of screens on a wall."""

from datetime import timedelta

from loa.dispatch import commands
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk, Open


def unit(world):
    return {"code": world.commune.code}


def link(world):
    made, _secret = commands.show_wall(
        world.leader, world.commune, name="Sảnh", lasts=timedelta(days=30), now=clock.now()
    )
    return {"link_id": made.pk}


def wrong_secret(world):
    return {"secret": "x"}


ENTRIES = {
    "shell:wall": Desk(
        needs="dispatch.view", role=Role.OFFICER, lacking=Role.ADMINISTRATOR, has_object=False, smuggled=HERE_ONLY
    ),
    "dispatch:walls": Desk(
        needs="dispatch.show_wall", role=Role.LEADER, make=unit, lacking=Role.MONITOR, method="post"
    ),
    "dispatch:wall_end": Desk(
        needs="dispatch.show_wall", role=Role.LEADER, make=link, lacking=Role.MONITOR, method="post"
    ),
    "wall:wall": Open(why="shows nothing without the secret of a link", statuses=frozenset({404})),
    "wall:open": Open(
        why="shows nothing without the secret of a link", statuses=frozenset({404}), arguments=wrong_secret
    ),
}
