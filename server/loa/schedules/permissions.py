"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "schedules.view": _("see when bulletins are to air"),
    "schedules.request": _("ask for bulletins to air at a place and time"),
    "schedules.speak": _("speak live on the loudspeakers"),
}
