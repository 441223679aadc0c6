"""The forms of these pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.dispatch import rules


class StopForm(forms.Form):
    """Why an airing is broken off."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.REASON_LONGEST,
        error_messages={"required": _("Say why it is stopped.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
