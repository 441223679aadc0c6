"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "accounts.own": _("change the own password and end the own sessions"),
    "accounts.administer": _("open and close accounts and set new passwords"),
}

ADMINISTRATIVE = frozenset({"accounts.administer"})
FOR_NO_ROLE = frozenset({"accounts.own"})
