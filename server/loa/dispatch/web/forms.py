"""The forms of these pages."""

from datetime import date, timedelta
from typing import Any  # Any: what a form has cleaned is of open shape

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from loa.dispatch import rules
from loa.dispatch.tallies import Map


class StopForm(forms.Form):
    """Why an airing is broken off."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.REASON_LONGEST,
        error_messages={"required": _("Say why it is stopped.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


PERIOD_MOST = timedelta(days=3_660)
EARLIEST = date(1976, 1, 1)
"""Before this day nobody keeps a map of units."""


class HeardForm(forms.Form):
    """Which days, and by which units."""

    start = forms.DateField(
        label=_("First day"), validators=[MinValueValidator(EARLIEST)], widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label=_("Last day"), validators=[MinValueValidator(EARLIEST)], widget=forms.DateInput(attrs={"type": "date"})
    )
    by = forms.ChoiceField(
        label=_("Units"),
        choices=[
            (Map.DAY.value, _("Units of each day")),
            (Map.TODAY.value, _("Units of today")),
            (Map.FORMER.value, _("Units of an earlier day")),
        ],
        widget=forms.Select,
    )
    map_on = forms.DateField(
        label=_("Earlier day"), validators=[MinValueValidator(EARLIEST)], widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or is longer than ten years."""
        wanted: dict[str, Any] = super().clean() or {}
        start, end = wanted.get("start"), wanted.get("end")
        if start is not None and end is not None and not start <= end <= start + PERIOD_MOST:
            self.add_error("end", _("The period ends on or after its first day, and within ten years."))
        return wanted
