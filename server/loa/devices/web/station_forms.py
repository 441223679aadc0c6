"""Forms of stations without a device: what is said of one, and what was played there by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any  # Any: Django's own signatures, and its lazy sentences

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loa.devices import by_hand, rules
from loa.devices.by_hand import Chain, Condition, Told
from loa.devices.models import HandPlay, Station
from loa.orgs.models import Unit
from loa.orgs.unit_form import UnitForm

CHAINS = [(Chain.WIRED.value, _("Wired")), (Chain.FM.value, _("FM"))]
CONDITIONS = [
    (Condition.WORKING.value, _("Works")),
    (Condition.WEAK.value, _("Works badly")),
    (Condition.BROKEN.value, _("Broken")),
    (Condition.GONE.value, _("No longer used")),
]


def _number(label: Any, *, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": most}),
    )


class StationForm(UnitForm):
    """What a person says of a station."""

    field_order = ("name",)

    name = forms.CharField(
        label=_("Station name"),
        max_length=rules.NAME_LONGEST,
        error_messages={"required": _("Give the station a name by which people know it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    chain = forms.ChoiceField(label=_("Kind"), choices=CHAINS)
    condition = forms.ChoiceField(label=_("How is it?"), choices=CONDITIONS)
    place = forms.CharField(label=_("Where does it stand?"), required=False, max_length=by_hand.PLACE_LONGEST)
    power_w = _number(_("Power (W)"), most=by_hand.POWER_W_MOST)
    speakers = _number(_("Number of loudspeakers"), most=by_hand.SPEAKERS_MOST)
    words = forms.CharField(
        label=_("What else is to be known?"),
        required=False,
        max_length=by_hand.WORDS_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, units: Sequence[Unit], station: Station | None = None) -> None:
        plain = ("name", "chain", "condition", "place", "power_w", "speakers", "words")
        known = {} if station is None else {name: getattr(station, name) for name in plain}
        super().__init__(data, units=units, initial=known if station is None else known | {"unit": station.unit.code})

    @property
    def told(self) -> Told:
        """Return what was said."""
        said = self.cleaned_data
        return Told(
            name=said["name"],
            chain=Chain(said["chain"]),
            condition=Condition(said["condition"]),
            place=said["place"],
            power_w=said["power_w"],
            speakers=said["speakers"],
            words=said["words"],
        )


class HandPlayForm(forms.Form):
    """What was played by hand, and when."""

    words = forms.CharField(
        label=_("What was played or read out?"),
        max_length=by_hand.WORDS_LONGEST,
        error_messages={"required": _("Say in a few words what was played.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label=_("For how many minutes?"),
        required=False,
        min_value=1,
        max_value=by_hand.MINUTES_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
    )

    @property
    def played_at(self) -> datetime:
        """Return the moment, local time as people write it."""
        told = self.cleaned_data
        return timezone.make_aware(datetime.combine(told["on"], told["at"]))


class CorrectForm(HandPlayForm):
    """The line that takes the place of a wrong one, and why."""

    reason = forms.CharField(
        label=_("What was wrong?"),
        max_length=rules.REASON_LONGEST,
        error_messages={"required": _("Say what was wrong with the line before.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def initial(moment: datetime, *, line: HandPlay | None = None, words: str = "") -> dict[str, object]:
    """Return what a form begins with: a line as it stands, or now."""
    local = timezone.localtime(moment if line is None else line.played_at)
    said = {"on": local.date(), "at": local.time().replace(second=0, microsecond=0), "words": words}
    return said if line is None else said | {"words": line.words, "minutes": line.minutes}
