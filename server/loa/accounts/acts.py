"""What the acts of this room are called in the record."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: Mapping[str, str | Promise] = {
    "accounts.add_passkey": _("set up a passkey"),
    "accounts.add_totp": _("set up an app as second factor"),
    "accounts.change_password": _("change the own password"),
    "accounts.deactivate": _("close an account"),
    "accounts.end_sessions": _("end own sessions"),
    "accounts.invite": _("invite somebody to bind an identity"),
    "accounts.link_identity": _("bind an identity"),
    "accounts.open_account": _("open an account"),
    "accounts.reactivate": _("open a closed account again"),
    "accounts.rehome": _("let accounts belong to the unit that follows"),
    "accounts.remove_passkey": _("take a passkey away"),
    "accounts.remove_totp": _("take the app of the second factor away"),
    "accounts.renew_recovery_codes": _("make new recovery codes"),
    "accounts.reset_factors": _("take every second factor of a person away"),
    "accounts.reset_password": _("set a new password for somebody"),
    "accounts.settle": _("let an account belong to a unit"),
    "accounts.unlink_identity": _("let an identity go"),
}
