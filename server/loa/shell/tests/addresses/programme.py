"""Addresses of the programme."""

from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.schedules import planning
from loa.schedules.models import EntryVersion
from loa.schedules.tests import programme_making as making
from loa.shell.tests.addresses.kinds import HERE_ONLY, Desk


def draft(world):
    make_devices(world.commune)
    now = clock.now()
    version = making.written(world, making.make_words(world, now=now), now=now, start_on=planning.today(now))
    return {"entry_id": version.entry_id}


def waiting(world):
    now = clock.now()
    entry = draft(world)
    version = EntryVersion.objects.unscoped("test").select_related("entry__unit").get()
    making.handed_in(world, version, now=now)
    return entry


SEE = {"needs": "schedules.view", "role": Role.MONITOR, "lacking": Role.TECHNICIAN}
WRITE = {"needs": "schedules.request", "role": Role.OFFICER, "lacking": Role.LEADER}
DECIDE = {"needs": "bulletins.approve", "role": Role.LEADER, "lacking": Role.OFFICER, "method": "post"}
ENTRIES = {
    "programme:week": Desk(**SEE, has_object=False, smuggled=HERE_ONLY),
    "programme:preview": Desk(**SEE, has_object=False, smuggled=HERE_ONLY),
    "programme:why": Desk(**SEE, has_object=False, smuggled=HERE_ONLY),
    "programme:entry": Desk(**SEE, make=draft),
    "programme:new": Desk(**WRITE, has_object=False, smuggled=HERE_ONLY),
    "programme:copy": Desk(**WRITE, has_object=False, method="post", smuggled=HERE_ONLY),
    "programme:edit": Desk(**WRITE, make=draft),
    "programme:hand_in": Desk(**WRITE, make=draft, method="post"),
    "programme:take_back": Desk(**WRITE, make=draft, method="post"),
    "programme:end": Desk(**WRITE, make=draft, method="post"),
    "programme:approve": Desk(**DECIDE, make=waiting, data={"number": "1"}),
    "programme:send_back": Desk(**DECIDE, make=waiting, data={"number": "1", "words": "Dời giờ."}),
}
