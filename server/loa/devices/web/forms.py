"""The forms of these pages."""

import uuid
from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.devices import rules
from loa.devices.drivers import register
from loa.devices.groups import GroupFacts
from loa.devices.models import Device
from loa.orgs.unit_form import UnitForm

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


class DeviceForm(UnitForm):
    """A device that is to be added."""

    field_order = ("name",)

    name = forms.CharField(
        label=_("Device name"),
        max_length=rules.NAME_LONGEST,
        error_messages={"required": _("Give the device a name by which people know its place.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    driver = forms.ChoiceField(label=_("Maker"), required=False)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(name, driver.words) for name, driver in register.drivers().items() if not driver.missing()]
        self.fields["driver"].choices = [(rules.OWN_DRIVER, _("A device that runs Loa's own software")), *others]  # type: ignore[attr-defined]  # as above
        self.has_drivers = bool(others)

    def clean(self) -> dict[str, Any]:
        """Half a coordinate is none."""
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        return cleaned

    @property
    def chosen_driver(self) -> str:
        """Return in whose words it is spoken to: our own where nobody chose."""
        return self.cleaned_data["driver"] or rules.OWN_DRIVER


class VolumeForm(forms.Form):
    """How loud a device is."""

    volume_pct = forms.IntegerField(
        label=_("Volume in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": 5, "inputmode": "numeric"}),
    )


class SilenceForm(forms.Form):
    """Who is silenced, why, and whether it is a drill."""

    REAL, SPARED, FULL = "real", "spared", "full"

    mode = forms.ChoiceField(
        label=_("Is this a drill?"),
        choices=[
            (REAL, _("No: silence them now")),
            (SPARED, _("Drill: devices answer, nothing stops")),
            (FULL, _("Drill in earnest: they are silent until it is lifted")),
        ],
        widget=forms.RadioSelect,
    )
    device_ids = forms.MultipleChoiceField(
        label=_("Only these loudspeakers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Only these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.REASON_LONGEST,
        error_messages={"required": _("Say why they are silenced.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        devices: Sequence[Device],
        groups: Sequence[GroupFacts] = (),
        drill: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(group.id): group for group in groups}
        self.fields["groups"].choices = [  # type: ignore[attr-defined]  # a choice field
            (str(group.id), f"{group.name} ({len(group.device_ids)})") for group in groups
        ]
        self.fields["mode"].initial = self.SPARED if drill else self.REAL
        self.fields["device_ids"].choices = [(str(device.pk), device.name) for device in devices]  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen(self) -> list[uuid.UUID] | None:
        """Return the devices that were chosen one by one or by their groups; None is all."""
        chosen = {uuid.UUID(name) for name in self.cleaned_data["device_ids"]}
        for name in self.cleaned_data["groups"]:
            chosen.update(self.offered[name].device_ids)
        return sorted(chosen) or None

    @property
    def is_drill(self) -> bool:
        """Tell whether it is a drill."""
        return bool(self.cleaned_data["mode"] != self.REAL)

    @property
    def stops(self) -> bool:
        """Tell whether anything stops."""
        return bool(self.cleaned_data["mode"] != self.SPARED)


class LiftForm(forms.Form):
    """Why loudspeakers may sound again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.REASON_LONGEST,
        error_messages={"required": _("Say why they may sound again.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
