"""Addresses of hour rules, of what was set aside, and of how loud it may be."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from loa.bulletins.rules import Urgency
from loa.dispatch import commands as dispatching
from loa.dispatch.models import Ceiling
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.schedules import commands as schedules
from loa.schedules.tests.hour_rules import propose
from loa.schedules.tests.sending import make_sending, receipt_at
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk
from loa.shell.tests.desk import tomorrow_at_five


def proposed(world):
    now = clock.now()
    return {"rule_id": propose(world, first=timezone.localdate(now), now=now).pk}


def waiting(world):
    """Let the officer take an item from above at ten in the evening: it waits for a second person."""
    make_devices(world.commune)
    now = clock.now()
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL, now=now))
    night = tomorrow_at_five() + timedelta(hours=5)
    return {"slot_id": schedules.take(world.officer, receipt, start_at=night, wakes=99, now=now).pk}


def ceiling(world):
    made = dispatching.set_ceiling(world.leader, world.commune, start_min=0, end_min=1440, most_pct=60, now=clock.now())
    return {"ceiling_id": made.pk}


def asked_to_end(world):
    named = ceiling(world)
    rows = Ceiling.objects.unscoped("test").select_related("unit")
    dispatching.ask_to_end(world.officer, rows.get(pk=named["ceiling_id"]), now=clock.now())
    return named


NOTHING_BREAKS = {"preview": hashlib.sha256(b"[]").hexdigest()}
_SEE = {"needs": "schedules.view", "role": Role.MONITOR, "lacking": Role.TECHNICIAN}
_DECIDE = {"needs": "schedules.lay_down_hours", "role": Role.LEADER, "make": proposed, "lacking": Role.OFFICER}
_AGREE = {"needs": "bulletins.approve", "role": Role.LEADER, "make": waiting, "lacking": Role.OFFICER}

_LIMIT = {"needs": "dispatch.limit", "role": Role.LEADER, "lacking": Role.MONITOR, "method": "post"}

ENTRIES = {
    "hours:unit": Desk(**_SEE, has_object=False, smuggled=HERE_ONLY),
    "hours:overrides": Desk(**_SEE, has_object=False),
    "hours:rule": Desk(**_SEE, make=proposed),
    "hours:propose": Desk(
        needs="schedules.propose_hours",
        role=Role.OFFICER,
        lacking=Role.LEADER,
        has_object=False,
        smuggled=HERE_ONLY,
    ),
    "hours:lay_down": Desk(**_DECIDE, method="post", data=NOTHING_BREAKS),
    "hours:decline": Desk(**_DECIDE, method="post"),
    "hours:take_back": Desk(
        needs="schedules.propose_hours", role=Role.OFFICER, make=proposed, lacking=Role.LEADER, method="post"
    ),
    "inbox:agree": Desk(**_AGREE, method="post", data={"wakes": "99"}),
    "inbox:disagree": Desk(**_AGREE, method="post"),
    "dispatch:ceilings": Desk(
        needs="dispatch.view", role=Role.MONITOR, lacking=Role.ADMINISTRATOR, has_object=False, smuggled=HERE_ONLY
    ),
    "dispatch:measured": Desk(
        needs="dispatch.measure",
        role=Role.TECHNICIAN,
        lacking=Role.MONITOR,
        method="post",
        has_object=False,
        smuggled=HERE_ONLY,
    ),
    "dispatch:ask_to_end_ceiling": Desk(**_LIMIT, make=ceiling),
    "dispatch:end_ceiling": Desk(**_LIMIT, make=asked_to_end),
    "dispatch:keep_ceiling": Desk(**_LIMIT, make=asked_to_end),
}
