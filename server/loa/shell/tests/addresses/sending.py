"""Addresses of inboxes and of what was sent down: here a commune sends to its hamlet, and receives from above."""

from loa.bulletins import commands as bulletins
from loa.bulletins import queries
from loa.bulletins.rules import Urgency
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.schedules import commands as schedules
from loa.schedules.models import Clash
from loa.schedules.tests.sending import approve_all, make_sending, own_priority, receipt_at
from loa.shell.tests.addresses.kinds import Desk
from loa.shell.tests.desk import tomorrow_at_five


def received(world):
    make_devices(world.commune)
    return {"receipt_id": receipt_at(world, make_sending(world, now=clock.now())).pk}


def clash(world):
    make_devices(world.commune)
    now, at = clock.now(), tomorrow_at_five()
    approve_all(world, own_priority(world, start_at=at, now=now), now=now)
    receipt = receipt_at(world, make_sending(world, now=now, wanted_from=at))
    schedules.place_sent(world.system, receipt, now=now)
    return {"clash_id": Clash.objects.unscoped("test").get().pk}


def approved(world):
    make_devices(world.hamlet)
    bulletin = make_bulletin(world, now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())
    return {"bulletin_id": bulletin.pk}


def _sent(world, urgency):
    bulletin = queries.get(world.system, approved(world)["bulletin_id"])
    sent = make_sending(world, world.hamlet, urgency=urgency, bulletin=bulletin, now=clock.now())
    return {"sending_id": sent.pk}


def sent(world):
    return _sent(world, Urgency.NORMAL)


def alarm(world):
    return _sent(world, Urgency.EMERGENCY)


ENTRIES = {
    "inbox:list": Desk(needs="bulletins.view", role=Role.OFFICER, lacking=Role.TECHNICIAN, has_object=False),
    "inbox:item": Desk(needs="bulletins.view", role=Role.MONITOR, make=received, lacking=Role.TECHNICIAN),
    "inbox:take": Desk(
        needs="schedules.request",
        role=Role.OFFICER,
        make=received,
        lacking=Role.LEADER,
        method="post",
        data={"when": "at", "day": tomorrow_at_five().date().isoformat(), "at": "17:00"},
    ),
    "inbox:skip": Desk(
        needs="schedules.request",
        role=Role.OFFICER,
        make=received,
        lacking=Role.LEADER,
        method="post",
        data={"reason": "not_here"},
    ),
    "inbox:move": Desk(
        needs="schedules.request",
        role=Role.OFFICER,
        make=received,
        lacking=Role.LEADER,
        method="post",
        data={"to": "up"},
    ),
    "inbox:order": Desk(needs="schedules.view", role=Role.MONITOR, make=clash, lacking=Role.TECHNICIAN),
    "sent:list": Desk(needs="bulletins.view", role=Role.EDITOR, lacking=Role.TECHNICIAN, has_object=False),
    "sent:send": Desk(needs="bulletins.send", role=Role.EDITOR, make=approved, lacking=Role.OFFICER),
    "sent:detail": Desk(needs="bulletins.view", role=Role.MONITOR, make=sent, lacking=Role.TECHNICIAN),
    "sent:release": Desk(needs="bulletins.release", role=Role.LEADER, make=alarm, lacking=Role.OFFICER, method="post"),
    "sent:remind": Desk(needs="bulletins.send", role=Role.EDITOR, make=sent, lacking=Role.LEADER, method="post"),
    "sent:call_back": Desk(
        needs="bulletins.send",
        role=Role.EDITOR,
        make=sent,
        lacking=Role.LEADER,
        method="post",
        data={"reason": "sai ngày"},
    ),
}
