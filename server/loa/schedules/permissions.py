"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "schedules.view": _("see when bulletins are to air"),
    "schedules.request": _("ask for bulletins to air at a place and time"),
    "schedules.speak": _("speak live on the loudspeakers"),
    "schedules.override": _("let something air although it breaks hour rules, with a reason"),
    "schedules.propose_hours": _("propose hour rules of a unit"),
    "schedules.lay_down_hours": _("lay down hour rules that another person proposed"),
}
