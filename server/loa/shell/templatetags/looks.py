"""What a state looks like, and the looks of what stands in the field without a device."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown."""

    tone: str
    icon: str
    word: str | Promise


UNKNOWN = Look("", "info", _("Unknown"))

FIELD = {
    "station": {
        "working": Look("good", "good", _("Works")),
        "weak": Look("warn", "warn", _("Works badly")),
        "broken": Look("bad", "bad", _("Broken")),
        "gone": Look("", "info", _("No longer used")),
    },
    "chain": {"wired": Look("", "speaker", _("Wired")), "fm": Look("", "speaker", _("FM"))},
}
