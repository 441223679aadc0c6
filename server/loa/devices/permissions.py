"""What this room lets people and processes do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "devices.view": _("see devices and what they reported"),
    "devices.enrol": _("add devices, give out enrolment codes and shut devices out"),
    "devices.control": _("set the volume of a device and send it orders"),
    "devices.silence": _("silence loudspeakers at once, and let them sound again"),
    "devices.repair": _("report faults of devices, have them mended and close them"),
    "devices.keep_stations": _("keep stations without a device, and note what was played there by hand"),
    "devices.group": _("put devices together in named groups"),
    "devices.update": _("take in, confirm and send out new software for devices"),
    "devices.tend": _("open, escalate and close faults as devices tell of them"),
    "devices.plan": _("assign plans to devices"),
    "devices.publish": _("send urgent messages to the devices of an area"),
}

FOR_PROGRAMS = frozenset({"devices.plan", "devices.publish", "devices.tend"})
