"""The forms of releases: how fast one goes out, and why it is withdrawn."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.devices import stages
from loa.orgs.models import Unit

_MINUTE = 60


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // _MINUTE


def _number(label: Any, low: timedelta | int, high: timedelta | int, usual: int) -> forms.IntegerField:
    least, most = (span if isinstance(span, int) else _minutes(span) for span in (low, high))
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=usual, widget=widget)


class StartForm(forms.Form):
    """To which devices, and how carefully."""

    unit = forms.ChoiceField(label=_("For the devices of"))
    wait_min = _number(_("Wait between stages (minutes)"), stages.WAIT_LEAST, stages.WAIT_MOST, 24 * 60)
    failures_most_pct = _number(_("Stop when more than this fails (percent)"), 0, stages.FAILURES_MOST_PCT, 5)
    silent_min = _number(
        _("A device counts as lost when silent for (minutes)"), stages.SILENT_LEAST, stages.SILENT_MOST, 30
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen_unit(self) -> Unit:
        """Return where it goes out."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def wait(self) -> timedelta:
        """Return how long each stage waits."""
        return timedelta(minutes=self.cleaned_data["wait_min"])

    @property
    def silent_after(self) -> timedelta:
        """Return after how much silence a device counts as lost."""
        return timedelta(minutes=self.cleaned_data["silent_min"])


class WithdrawForm(forms.Form):
    """Why it does not go out any more."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=stages.WORDS_LONGEST,
        error_messages={"required": _("Say why it is withdrawn.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
