"""Addresses of putting sound together."""

from loa.bulletins.tests.making import make_bulletin, make_clip
from loa.kernel import clock
from loa.media import commands
from loa.media.rules import TuneUse
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


def tune(world):
    clip = make_clip(world.commune)
    kept = commands.add_tune(
        world.officer, world.commune, clip=clip, name="Nhạc hiệu", use=TuneUse.INTRO, now=clock.now()
    )
    return {"tune_id": kept.pk}


ENTRIES = {
    "bulletins:studio": Desk(needs="bulletins.write", role=Role.OFFICER, make=bulletin, lacking=Role.LEADER),
    "bulletins:import_text": Desk(
        needs="bulletins.write", role=Role.OFFICER, lacking=Role.LEADER, has_object=False, method="post"
    ),
    "bulletins:tunes": Desk(
        needs="media.add",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "name": "Nhạc", "use": "intro"},),
    ),
    "bulletins:tune_end": Desk(needs="media.add", role=Role.OFFICER, make=tune, lacking=Role.LEADER, method="post"),
}
