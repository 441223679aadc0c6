"""The forms of these pages."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.orgs.rules import Role

ROLE_WORDS: dict[Role, str | Promise] = {
    Role.OFFICER: _("Officer: writes and airs"),
    Role.LEADER: _("Leader: approves"),
    Role.EDITOR: _("Editor: writes for many communes"),
    Role.MONITOR: _("Monitor: only sees"),
    Role.TECHNICIAN: _("Technician: devices"),
    Role.ADMINISTRATOR: _("Administrator: people and rights"),
}


class RoleForm(forms.Form):
    """A role at a unit."""

    unit = forms.CharField(label=_("Unit"), max_length=32, error_messages={"required": _("Please choose a unit.")})
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, words) for role, words in ROLE_WORDS.items()],
        error_messages={"required": _("Please choose a role."), "invalid_choice": _("Please choose a role.")},
    )


class PersonForm(RoleForm):
    """A new person with a first role."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=120, error_messages={"required": _("Please give the full name.")}
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        error_messages={"required": _("Please give a user name.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("full_name", "username", "unit", "role")
