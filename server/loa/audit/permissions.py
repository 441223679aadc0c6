"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "audit.view": _("read the record of who did what"),
    "audit.administer": _("set how long the record is kept"),
}
