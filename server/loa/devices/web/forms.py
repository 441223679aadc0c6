"""The forms of these pages."""

from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.devices import rules
from loa.orgs.models import Unit

KINDS = [
    (rules.Kind.LOUDSPEAKER.value, _("Loudspeaker cluster")),
    (rules.Kind.BOARD.value, _("Public board")),
    (rules.Kind.GATEWAY.value, _("Gateway to wired or FM loudspeakers")),
]


class DegreesField(forms.FloatField):
    """Degrees as people write them: `21,3` as well as `21.3`."""

    def to_python(self, value: Any) -> Any:  # Any: the stubs call a float field's number an int
        """Return the number; the comma is the Vietnamese decimal sign and nothing else within degrees."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class DeviceForm(forms.Form):
    """A device that is to be added."""

    name = forms.CharField(
        label=_("Device name"),
        max_length=rules.NAME_LONGEST,
        error_messages={"required": _("Give the device a name by which people know its place.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    latitude = DegreesField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    longitude = DegreesField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(code, unit.name) for code, unit in self.units.items()]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """Half a coordinate is none."""
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        return cleaned

    @property
    def chosen_unit(self) -> Unit:
        """Return where the device stands."""
        return self.units[self.cleaned_data["unit"]]


class VolumeForm(forms.Form):
    """How loud a device is."""

    volume_pct = forms.IntegerField(
        label=_("Volume in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": 5, "inputmode": "numeric"}),
    )
