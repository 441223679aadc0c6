"""Addresses of the approval of bulletins."""

from datetime import timedelta

from django.utils.timezone import localdate

from loa.bulletins import commands
from loa.bulletins.models import Mark
from loa.bulletins.rules import Ask, Passage
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.bulletins import waiting
from loa.shell.tests.addresses.kinds import Desk
from loa.shell.tests.desk import make_waiting


def marked(world):
    bulletin = make_waiting(world)
    commands.send_back(
        world.leader, bulletin, number=1, note="", marks=[Passage(begin=0, end=4, note="Ghi rõ.")], now=clock.now()
    )
    return {"bulletin_id": bulletin.pk, "mark_id": Mark.objects.unscoped("test").get(revision__bulletin=bulletin).pk}


def flow(world):
    laid = commands.lay_down_flow(
        world.administrator,
        world.commune,
        name="Một bước",
        asks=[Ask()],
        starts_on=localdate(clock.now()),
        now=clock.now(),
    )
    return {"flow_id": laid.pk}


def own_day(world):
    day = localdate(clock.now()) + timedelta(days=9)
    own = commands.set_day(world.administrator, world.commune, day=day, is_off=True, words="Bầu cử", now=clock.now())
    return {"own_day_id": own.pk}


ENTRIES = {
    "bulletins:days": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False
    ),
    "bulletins:day_clear": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, make=own_day, lacking=Role.OFFICER, method="post"
    ),
    "bulletins:flows": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False
    ),
    "bulletins:flow_add": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, lacking=Role.OFFICER, has_object=False
    ),
    "bulletins:flow_end": Desk(
        needs="bulletins.administer", role=Role.ADMINISTRATOR, make=flow, lacking=Role.OFFICER, method="post"
    ),
    "bulletins:overview": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "bulletins:overdue": Desk(needs="bulletins.view", role=Role.MONITOR, lacking=Role.TECHNICIAN, has_object=False),
    "bulletins:answer_mark": Desk(
        needs="bulletins.write", role=Role.OFFICER, make=marked, lacking=Role.LEADER, method="post"
    ),
    "bulletins:heard": Desk(
        needs="bulletins.approve",
        role=Role.LEADER,
        make=waiting,
        lacking=Role.OFFICER,
        method="post",
        data={"number": "1", "spans": "0-4000"},
    ),
}
