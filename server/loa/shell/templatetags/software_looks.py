"""The looks of software for devices: of a release, of its way to devices, of what a device came to with it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from loa.shell.templatetags.looks import Look

SOFTWARE: Mapping[str, Mapping[str, Look]] = {
    "release": {
        "waiting": Look("warn", "wait", _("Waits for a second person")),
        "confirmed": Look("good", "good", _("Confirmed")),
        "expired": Look("", "refused", _("Expired")),
    },
    "rollout": {
        "running": Look("accent", "wait", _("Going out")),
        "paused": Look("warn", "wait", _("Paused")),
        "stopped": Look("bad", "warn", _("Stopped by itself")),
        "withdrawn": Look("", "refused", _("Withdrawn")),
        "done": Look("good", "good", _("Everywhere")),
    },
    "step": {
        "refused": Look("bad", "refused", _("Refused")),
        "waiting": Look("", "wait", _("Waits for a quiet moment")),
        "trying": Look("accent", "wait", _("On trial")),
        "proved": Look("good", "good", _("Runs")),
        "returned": Look("bad", "warn", _("Went back")),
    },
}
