"""Where and when a bulletin airs, as a form."""

import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.orgs.models import Unit
from loa.schedules import rules

EVENING = time(17, 0)
MORNING = time(5, 30)


class PlaceForm(forms.Form):
    """A unit with all or some of its clusters; as soon as approved, or at a time."""

    unit = forms.ChoiceField(label=_("Unit"))
    reach = forms.ChoiceField(label=_("Which clusters?"), choices=[("all", _("All")), ("chosen", _("Chosen"))])
    devices = forms.TypedMultipleChoiceField(label=_("Clusters"), required=False, coerce=uuid.UUID)
    when = forms.ChoiceField(label=_("When?"), choices=[("approved", _("Approved")), ("at", _("At"))])
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    confirmed = forms.BooleanField(label=_("It must air also between 21:00 and 05:30"), required=False)
    wakes = forms.IntegerField(label=_("It must air also between 21:00 and 05:30"), required=False, min_value=0)

    def __init__(self, *args: Any, units: Sequence[Unit], device_ids: Sequence[uuid.UUID] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(code, unit.name) for code, unit in self.units.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["devices"].choices = [(str(device), str(device)) for device in device_ids]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """Ask for clusters and for a time where they were promised."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == "chosen" and not cleaned.get("devices") and not self.has_error("devices"):
            self.add_error("devices", _("Choose at least one cluster."))
        if cleaned.get("when") == "at":
            for name, words in (("day", _("Choose the day.")), ("at", _("Choose the time."))):
                if not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        return cleaned

    @property
    def chosen_unit(self) -> Unit:
        """Return the unit below which it airs."""
        return self.units[self.cleaned_data["unit"]]

    @property
    def device_ids(self) -> list[uuid.UUID] | None:
        """Return the chosen devices; None for all."""
        return list(self.cleaned_data["devices"]) if self.cleaned_data["reach"] == "chosen" else None

    @property
    def start_at(self) -> datetime | None:
        """Return the time asked for; None for as soon as approved."""
        if self.cleaned_data["when"] == "approved":
            return None
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], tzinfo=rules.ZONE)


def usual_time(now: datetime) -> datetime:
    """Return the next time at which communes usually air: this evening, or tomorrow morning."""
    local = now.astimezone(rules.ZONE)
    evening = datetime.combine(local.date(), EVENING, tzinfo=rules.ZONE)
    if local < evening - timedelta(minutes=10):
        return evening
    return datetime.combine(local.date() + timedelta(days=1), MORNING, tzinfo=rules.ZONE)
