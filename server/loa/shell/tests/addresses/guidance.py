"""Addresses of guidance: the commune receives from the province, and publishes for its hamlet."""

from loa.bulletins import commands
from loa.bulletins.tests.guiding import addressee_at, make_guidance
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def received(world):
    return {"addressee_id": addressee_at(world, make_guidance(world, due_on=None, now=clock.now())).pk}


def published(world):
    made = commands.publish_guidance(
        world.province_editor, world.commune, title="Hướng dẫn", text="Kiểm tra loa.", units=[world.hamlet],
        now=clock.now(),
    )  # fmt: skip
    return {"guidance_id": made.pk}


_PUBLISHER = {"needs": "bulletins.guide", "role": Role.EDITOR, "lacking": Role.OFFICER}

ENTRIES = {
    "guidance:list": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "guidance:received": Desk(needs="bulletins.view", role=Role.MONITOR, make=received, lacking=Role.TECHNICIAN),
    "guidance:done": Desk(
        needs="bulletins.write",
        role=Role.OFFICER,
        make=received,
        lacking=Role.LEADER,
        method="post",
        data={"words": "Đã kiểm tra."},
    ),
    "guidance:publish": Desk(**_PUBLISHER, has_object=False),
    "guidance:detail": Desk(needs="bulletins.view", role=Role.MONITOR, make=published, lacking=Role.TECHNICIAN),
    "guidance:remind": Desk(**_PUBLISHER, make=published, method="post"),
    "guidance:end": Desk(**_PUBLISHER, make=published, method="post", data={"reason": "Đã xong"}),
}
