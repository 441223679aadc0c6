"""Addresses of fault tickets, and of devices in the field."""

from loa.devices import commands
from loa.devices.fitting import Fitted
from loa.devices.models import Fitting, Ticket
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.media.tests.papers import make_document, picture
from loa.orgs.rules import Role
from loa.shell.tests.addresses.devices import device
from loa.shell.tests.addresses.kinds import NEIGHBOR, Desk


def ticket(world):
    (broken,) = make_devices(world.commune, count=1)
    made = commands.report(world.system, broken, cause="noise", words="Loa rít", now=clock.now())
    return {"ticket_id": made.pk}


def mended(world):
    named = ticket(world)
    photo = make_document(world, name="loa.jpg", content=picture())
    Ticket.objects.unscoped("test").filter(pk=named["ticket_id"]).update(
        closed_at=clock.now(), proof="photo", photo=photo, closed_by="Người sửa"
    )
    return named


def fitted(world):
    (there,) = make_devices(world.commune, count=1)
    commands.fit(
        world.system, there, unit=world.commune, latitude=None, longitude=None, fitted=Fitted(), now=clock.now()
    )
    photo = make_document(world, name="noi-lap.jpg", content=picture())
    Fitting.objects.unscoped("test").filter(device=there).update(photo=photo)
    return {"device_id": there.pk}


ENTRIES = {
    "devices:field": Desk(
        needs="devices.enrol",
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        make=device,
        method="post",
        smuggled=({"unit": NEIGHBOR, "source": "mains"},),
    ),
    "devices:label": Desk(needs="devices.enrol", role=Role.TECHNICIAN, lacking=Role.OFFICER, make=device),
    "devices:place_photo": Desk(needs="devices.view", role=Role.MONITOR, make=fitted),
    "devices:thresholds": Desk(
        needs="devices.control",
        role=Role.TECHNICIAN,
        lacking=Role.OFFICER,
        has_object=False,
        method="post",
        smuggled=({"unit": NEIGHBOR, "action": "above"},),
    ),
    "devices:tickets": Desk(needs="devices.view", role=Role.MONITOR, has_object=False),
    "devices:ticket": Desk(needs="devices.view", role=Role.MONITOR, make=ticket),
    "devices:ticket_photo": Desk(needs="devices.view", role=Role.MONITOR, make=mended),
    "devices:ticket_report": Desk(
        needs="devices.repair", role=Role.OFFICER, lacking=Role.MONITOR, make=device, method="post"
    ),
    "devices:ticket_assign": Desk(
        needs="devices.repair", role=Role.TECHNICIAN, lacking=Role.MONITOR, make=ticket, method="post"
    ),
    "devices:ticket_close": Desk(
        needs="devices.repair", role=Role.TECHNICIAN, lacking=Role.MONITOR, make=ticket, method="post"
    ),
}
