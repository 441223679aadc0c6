"""The forms of agencies, posts and support sessions."""

from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.orgs import rules
from loa.orgs.models import Agency, Role
from loa.orgs.web.forms import NAME_INPUT, RoleForm, day_field
from loa.orgs.web.telling import CHANNELS

KINDS = {
    rules.AgencyKind.COMMITTEE: _("People’s committee"),
    rules.AgencyKind.DEPARTMENT: _("Department"),
    rules.AgencyKind.OFFICE: _("Office"),
    rules.AgencyKind.CENTRE: _("Regional centre"),
    rules.AgencyKind.OTHER: _("Other body"),
}


class NameForm(forms.Form):
    """What an agency is called from a day on."""

    name = forms.CharField(label=_("Name"), max_length=160)
    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)
    on = day_field(_("From this day"), required=True)


class AgencyForm(forms.Form):
    """A new agency."""

    unit = forms.CharField(label=_("Unit"), max_length=32, error_messages={"required": _("Please choose a unit.")})
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Name"), max_length=160)
    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)
    opened_on = day_field(_("Opened on"))


class CloseForm(forms.Form):
    """On which day an agency closes, and which one takes its posts over."""

    on = day_field(_("Closed on"), required=True)
    succeeded_by = forms.TypedChoiceField(label=_("Its posts go to"), required=False, coerce=int)

    def __init__(self, *args: Any, others: Sequence[tuple[Agency, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", _("No other agency")), *((agency.pk, name) for agency, name in others)]
        self.fields["succeeded_by"].choices = named  # type: ignore[attr-defined]  # a choice field


class PostForm(RoleForm):
    """A new post at a unit."""

    title = forms.CharField(label=_("Post"), max_length=160)
    channel = forms.ChoiceField(label=_("Only for one channel"), required=False)
    is_here_only = forms.BooleanField(label=_("Only at the unit itself, nothing below"), required=False)
    seats = forms.IntegerField(label=_("How many people hold it"), min_value=1, max_value=99, initial=1)

    field_order = ("title", "unit", "role", "channel", "is_here_only", "seats")

    def __init__(self, *args: Any, roles: Sequence[Role] = (), **kwargs: Any) -> None:
        super().__init__(*args, roles=roles, **kwargs)
        every = [("", _("All channels")), *CHANNELS.items()]
        self.fields["channel"].choices = every  # type: ignore[attr-defined]  # a choice field


class AppointForm(forms.Form):
    """Who holds a post, and from when to when."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        error_messages={"required": _("Please give a user name.")},
        widget=forms.TextInput(attrs={**NAME_INPUT, "list": "colleagues"}),
    )
    start_on = day_field(_("First day"))
    end_on = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class SupportForm(RoleForm):
    """Who helps where, as what, why and for how long."""

    username = forms.CharField(
        label=_("User name of the person who helps"),
        max_length=64,
        error_messages={"required": _("Please give a user name.")},
        widget=forms.TextInput(attrs=NAME_INPUT),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    minutes = forms.IntegerField(label=_("For how many minutes"), min_value=5, max_value=240, initial=60)
    helped = forms.CharField(
        label=_("User name of the person who is helped"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs=NAME_INPUT),
    )
    is_on_behalf = forms.BooleanField(
        label=_("They cannot agree themselves: I agree in their place. This is put on record."), required=False
    )

    field_order = ("username", "unit", "role", "reason", "minutes", "helped", "is_on_behalf")
