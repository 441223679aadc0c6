"""Where and when a bulletin airs, as a form."""

import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules import Urgency
from loa.devices.queries import GroupFacts
from loa.orgs.models import Unit
from loa.orgs.rules import Level
from loa.orgs.unit_form import UnitForm
from loa.schedules import bounds, rules

EVENING = time(17, 0)
MORNING = time(5, 30)


class PlaceForm(UnitForm):
    """A unit with all or some of its clusters; as soon as approved, or at a time."""

    reach = forms.ChoiceField(label=_("Which clusters?"), choices=[("all", _("All")), ("chosen", _("Chosen"))])
    devices = forms.TypedMultipleChoiceField(label=_("Clusters"), required=False, coerce=uuid.UUID)
    groups = forms.MultipleChoiceField(label=_("Groups"), required=False)
    when = forms.ChoiceField(label=_("When?"), choices=[("approved", _("Approved")), ("at", _("At"))])
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    confirmed = forms.BooleanField(label=_("It must air also in the quiet hours"), required=False)
    wakes = forms.IntegerField(
        label=_("It must air also in the quiet hours"), required=False, min_value=0, max_value=bounds.WAKES_MOST
    )
    override = forms.CharField(
        label=_("It must air although the hour rules do not allow it, because"),
        required=False,
        max_length=rules.OVERRIDE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first = forms.CharField(
        label=_("Comes first in the programme, because"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[Unit],
        device_ids: Sequence[uuid.UUID] = (),
        groups: Sequence[GroupFacts] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, units=units, **kwargs)
        self.offered = {str(group.id): group for group in groups}
        self.fields["groups"].choices = [(name, group.name) for name, group in self.offered.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["devices"].choices = [(str(device), str(device)) for device in device_ids]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """Ask for clusters and for a time where they were promised."""
        cleaned = super().clean() or {}
        names_none = not cleaned.get("devices") and not cleaned.get("groups")
        if cleaned.get("reach") == "chosen" and names_none and not self.has_error("devices"):
            self.add_error("devices", _("Choose at least one cluster."))
        if cleaned.get("when") == "at":
            for name, words in (("day", _("Choose the day.")), ("at", _("Choose the time."))):
                if not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        return cleaned

    @property
    def device_ids(self) -> list[uuid.UUID] | None:
        """Return the devices chosen one by one or by their groups, as these are now; None for all."""
        if self.cleaned_data["reach"] != "chosen":
            return None
        grouped = {device for name in self.cleaned_data["groups"] for device in self.offered[name].device_ids}
        return sorted(grouped.union(self.cleaned_data["devices"]))

    @property
    def start_at(self) -> datetime | None:
        """Return the time asked for; None for as soon as approved."""
        if self.cleaned_data["when"] == "approved":
            return None
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], tzinfo=rules.ZONE)


class TakeForm(forms.Form):
    """When an item from above airs here: now, or at a time."""

    when = forms.ChoiceField(label=_("When?"), choices=[("at", _("At")), ("approved", _("Now"))])
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 1}, format="%H:%M")
    )
    wakes = forms.IntegerField(
        label=_("It must air also in the quiet hours"), required=False, min_value=0, max_value=bounds.WAKES_MOST
    )
    override = forms.CharField(
        label=_("It must air although the hour rules do not allow it, because"),
        required=False,
        max_length=rules.OVERRIDE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a time where one was promised."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == "at":
            for name, words in (("day", _("Choose the day.")), ("at", _("Choose the time."))):
                if not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, words)
        return cleaned

    @property
    def start_at(self) -> datetime | None:
        """Return the time chosen; None for now."""
        if self.cleaned_data["when"] == "approved":
            return None
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], tzinfo=rules.ZONE)


class SendForm(forms.Form):
    """To whom a bulletin goes down, how urgent it is, and when it should be heard."""

    reach = forms.ChoiceField(label=_("To whom?"), choices=[("all", _("All")), ("chosen", _("Chosen"))], initial="all")
    units = forms.MultipleChoiceField(label=_("Units"), required=False)
    urgency = forms.ChoiceField(
        label=_("How urgent?"),
        choices=[(one.value, one.value) for one in Urgency],
        initial=Urgency.NORMAL.value,
    )
    from_day = forms.DateField(
        label=_("From, day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    from_at = forms.TimeField(
        label=_("From, time"), required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 1}, format="%H:%M")
    )
    until_day = forms.DateField(
        label=_("Until, day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_at = forms.TimeField(
        label=_("Until, time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "step": 1}, format="%H:%M"),
    )
    must_broadcast = forms.BooleanField(label=_("Every unit must air it"), required=False)
    note = forms.CharField(
        label=_("Note to the units"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, below: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.below = {unit.code: unit for unit in below}
        self.fields["units"].choices = [(code, unit.name) for code, unit in self.below.items()]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """Ask for units where they were promised, and for both halves of a time."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == "chosen" and not cleaned.get("units") and not self.has_error("units"):
            self.add_error("units", _("Choose at least one unit below."))
        for edge in ("from", "until"):
            if bool(cleaned.get(f"{edge}_day")) != bool(cleaned.get(f"{edge}_at")):
                self.add_error(f"{edge}_at", _("Give the day and the time, or neither."))
        return cleaned

    @property
    def chosen(self) -> list[Unit]:
        """Return the units it goes to: those chosen, or all communes below; without communes, all below."""
        if self.cleaned_data["reach"] == "chosen":
            return [self.below[code] for code in self.cleaned_data["units"]]
        communes = [unit for unit in self.below.values() if unit.level == Level.COMMUNE]
        return communes or list(self.below.values())

    @property
    def wanted_from(self) -> datetime | None:
        """Return from when it should be heard."""
        return self._edge("from")

    @property
    def wanted_until(self) -> datetime | None:
        """Return until when it should be heard."""
        return self._edge("until")

    def _edge(self, edge: str) -> datetime | None:
        day, at = self.cleaned_data[f"{edge}_day"], self.cleaned_data[f"{edge}_at"]
        return datetime.combine(day, at, tzinfo=rules.ZONE) if day and at else None


def usual_time(now: datetime) -> datetime:
    """Return the next time at which communes usually air: this evening, or tomorrow morning."""
    local = now.astimezone(rules.ZONE)
    evening = datetime.combine(local.date(), EVENING, tzinfo=rules.ZONE)
    if local < evening - timedelta(minutes=10):
        return evening
    return datetime.combine(local.date() + timedelta(days=1), MORNING, tzinfo=rules.ZONE)
