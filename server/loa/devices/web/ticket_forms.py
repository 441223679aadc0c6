"""The forms of fault tickets."""

from collections.abc import Mapping
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import faults
from loa.devices.faults import Cause

CAUSES: Mapping[Cause, str | Promise] = {
    Cause.NOISE: _("It screeches or disturbs people"),
    Cause.SILENT: _("No sound"),
    Cause.SPEAKER: _("A loudspeaker is broken"),
    Cause.AMPLIFIER: _("The amplifier is broken"),
    Cause.POWER: _("No power"),
    Cause.OFFLINE: _("No contact"),
    Cause.DRIFT: _("Its clock is wrong"),
    Cause.SUPPLY: _("The supply is too low or too high"),
    Cause.HOT: _("It is too hot"),
    Cause.STORAGE: _("Its storage is full"),
    Cause.OTHER: _("Something else"),
}


class ReportForm(forms.Form):
    """What is wrong with a device."""

    cause = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(cause.value, CAUSES[cause]) for cause in faults.BY_PEOPLE],
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("What do you see or hear?"),
        max_length=faults.WORDS_LONGEST,
        error_messages={"required": _("Describe it in a few words.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mutes = forms.BooleanField(label=_("Silence this loudspeaker until it is mended"), required=False)


class AssignForm(forms.Form):
    """Who mends it."""

    assignee = forms.ChoiceField(label=_("Who mends it?"), required=False)

    def __init__(self, *args: Any, people: Mapping[int, str], chosen: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [("", _("Nobody yet")), *((str(pk), name) for pk, name in people.items())]  # type: ignore[attr-defined]  # a choice field
        self.fields["assignee"].initial = "" if chosen is None else str(chosen)

    @property
    def chosen(self) -> int | None:
        """Return whose it is; None is nobody's."""
        named = self.cleaned_data["assignee"]
        return int(named) if named else None


class CloseForm(forms.Form):
    """What was done, and the proof."""

    words = forms.CharField(
        label=_("What was done?"),
        max_length=faults.WORDS_LONGEST,
        error_messages={"required": _("Describe it in a few words.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo of the repair"),
        required=False,
        error_messages={"empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
