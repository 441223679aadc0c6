"""A ceiling of volume, and a level that was measured, as forms."""

from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.dispatch import rules

_CLOCK = {"type": "time"}
NEARBY = (
    ("", gettext_lazy("Nothing in particular")),
    (rules.Nearby.SCHOOL.value, gettext_lazy("A school")),
    (rules.Nearby.CLINIC.value, gettext_lazy("A clinic or hospital")),
    (rules.Nearby.PAGODA.value, gettext_lazy("A pagoda, temple or church")),
    (rules.Nearby.OTHER.value, gettext_lazy("Another place that needs quiet")),
)


class CeilingForm(forms.Form):
    """How loud, from when to when, where and why."""

    device = forms.ChoiceField(label=gettext_lazy("Where?"), required=False)
    start = forms.TimeField(label=gettext_lazy("From what time"), widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"))
    end = forms.TimeField(label=gettext_lazy("Until what time"), widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"))
    most_pct = forms.IntegerField(label=gettext_lazy("At most, in percent"), min_value=0, max_value=100)
    is_alert = forms.BooleanField(label=gettext_lazy("For alerts, which obey no other ceiling"), required=False)
    nearby = forms.ChoiceField(label=gettext_lazy("What stands nearby?"), choices=NEARBY, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=rules.REASON_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, clusters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = [("", _("Everywhere in this unit")), *clusters]  # type: ignore[attr-defined]  # a choice field


class LevelForm(forms.Form):
    """What a meter showed, where and when."""

    at_device = forms.ChoiceField(label=gettext_lazy("Which loudspeaker?"), required=False)
    level_dba = forms.FloatField(label=gettext_lazy("Level in dB(A)"), min_value=20, max_value=140)
    distance_m = forms.IntegerField(label=gettext_lazy("Distance in m"), min_value=1, max_value=1000)
    spot = forms.CharField(
        label=gettext_lazy("At which spot?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    measured_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    measured_at = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"))

    def __init__(self, *args: Any, clusters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at_device"].choices = [("", _("Several together")), *clusters]  # type: ignore[attr-defined]  # a choice field
