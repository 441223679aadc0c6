"""The form of a device in the field."""

from collections.abc import Mapping, Sequence
from typing import Any  # Any: Django's own signatures, and its lazy sentences

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.fitting import SIM_TAIL, SPEAKER_W, SUPPLY_V, Fitted, Source, Unusual
from loa.devices.models import Device, Fitting
from loa.devices.web.forms import DegreesField
from loa.orgs.models import Unit
from loa.orgs.unit_form import UnitForm

LIMITS = {"low_w": SPEAKER_W[0], "high_w": SPEAKER_W[1], "low_v": SUPPLY_V[0], "high_v": SUPPLY_V[1]}
UNUSUAL: Mapping[Unusual, str | Promise] = {
    Unusual.SPEAKER_W: _("Unusual: a cluster has %(low_w)s to %(high_w)s W of loudspeakers. Please check."),
    Unusual.SUPPLY_LOW: _("Unusual: the lowest supply is below %(low_v)s V. Please check."),
    Unusual.SUPPLY_HIGH: _("Unusual: the highest supply is above %(high_v)s V. Please check."),
}
SOURCES = [
    (Source.MAINS.value, _("Mains")),
    (Source.SOLAR.value, _("Solar")),
    (Source.BATTERY.value, _("Battery")),
]
_PLAIN = ("supply_low_v", "supply_high_v", "has_backup", "speakers", "speaker_w", "serial", "sim_operator", "sim_tail")
_REST = ("sim_month_mb", "sim_month_cost_vnd", "sim_since_on", "sim_until_on", "installed_on", "warranty_until")


def _number(label: Any, *, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": most}),
    )


class FieldForm(UnitForm):
    """Where a device stands, and what stands beside it."""

    unit = forms.ChoiceField(label=_("Hamlet or unit"))
    latitude = DegreesField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    longitude = DegreesField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Photo of the place"),
        required=False,
        error_messages={"empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    source = forms.ChoiceField(label=_("Supply"), choices=SOURCES)
    supply_low_v = _number(_("Lowest supply (V)"), most=1_000)
    supply_high_v = _number(_("Highest supply (V)"), most=1_000)
    has_backup = forms.BooleanField(label=_("It has a backup battery"), required=False)
    speakers = _number(_("Number of loudspeakers"), most=100)
    speaker_w = _number(_("Power of all loudspeakers (W)"), most=10_000)
    serial = forms.CharField(label=_("Serial number"), required=False, max_length=64)
    sim_operator = forms.CharField(label=_("SIM operator"), required=False, max_length=64)
    sim_tail = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last four digits of the SIM"),
        required=False,
        error_messages={"invalid": _("Only the last four digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": SIM_TAIL, "autocomplete": "off"}),
    )
    sim_month_mb = _number(_("Data a month (MB)"), most=10_000_000)
    sim_month_cost_vnd = _number(_("Cost a month (VND)"), most=100_000_000)
    sim_since_on = forms.DateField(
        label=_("SIM contract from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    sim_until_on = forms.DateField(
        label=_("SIM contract until"), required=False, widget=forms.DateInput({"type": "date"})
    )
    installed_on = forms.DateField(label=_("Installed on"), required=False, widget=forms.DateInput({"type": "date"}))
    warranty_until = forms.DateField(
        label=_("Warranty until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(
        self, data: Any, files: Any, *, units: Sequence[Unit], device: Device, fitting: Fitting | None
    ) -> None:
        known = {name: getattr(fitting, name) for name in (*_PLAIN, *_REST, "source")} if fitting else {}
        place = {"unit": device.unit.code, "latitude": device.latitude, "longitude": device.longitude}
        super().__init__(data, files, units=units, initial=known | place)

    def clean(self) -> dict[str, Any]:
        """Half a coordinate is none; what is lowest is not above what is highest."""
        told = super().clean() or {}
        if (told.get("latitude") is None) != (told.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        low, high = told.get("supply_low_v"), told.get("supply_high_v")
        if low is not None and high is not None and low > high:
            self.add_error("supply_high_v", _("The highest supply is not below the lowest."))
        begin, end = told.get("sim_since_on"), told.get("sim_until_on")
        if begin is not None and end is not None and begin > end:
            self.add_error("sim_until_on", _("The contract ends after it began."))
        begin, end = told.get("installed_on"), told.get("warranty_until")
        if begin is not None and end is not None and begin > end:
            self.add_error("warranty_until", _("The warranty ends after the installation."))
        return told

    @property
    def fitted(self) -> Fitted:
        """Return what was noted."""
        told = self.cleaned_data
        return Fitted(source=Source(told["source"]), **{name: told[name] for name in (*_PLAIN, *_REST)})
