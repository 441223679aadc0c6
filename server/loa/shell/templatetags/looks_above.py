"""The looks of what is seen from above."""

from django.utils.translation import gettext_lazy as _

from loa.shell.templatetags.looks import Look

ABOVE = {
    "play": {
        "heard": Look("good", "good", _("Heard")),
        "said": Look("info", "info", _("Said, unverified")),
        "partial": Look("warn", "partial", _("Heard in part")),
        "silent": Look("warn", "silent", _("Played without sound")),
        "missed": Look("bad", "bad", _("Missed")),
        "refused": Look("bad", "refused", _("Refused")),
        "odd": Look("bad", "warn", _("Doubtful report")),
        "untold": Look("bad", "offline", _("No report")),
    },
    "trouble": {
        "silent": Look("bad", "silent", _("not proven to be heard")),
        "offline": Look("bad", "offline", _("out of contact")),
        "refused": Look("bad", "refused", _("refused or doubtful")),
        "faults": Look("bad", "warn", _("faults overdue")),
        "unanswered": Look("warn", "bulletin", _("priority items unanswered")),
        "held": Look("warn", "calendar", _("held back in the coming days")),
        "overrides": Look("info", "wait", _("hour rules set aside")),
    },
    "standing": {
        "online": Look("good", "online", _("In contact")),
        "playing": Look("accent", "speaker", _("Playing")),
        "muted": Look("warn", "silent", _("Silenced")),
        "late": Look("warn", "wait", _("Contact is late")),
        "offline": Look("bad", "offline", _("No contact")),
        "power_lost": Look("bad", "offline", _("Power lost")),
        "registered": Look("info", "key", _("Waiting for enrolment")),
        "revoked": Look("", "refused", _("Revoked")),
    },
}
