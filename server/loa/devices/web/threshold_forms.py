"""The form of thresholds."""

from typing import Any  # Any: Django's own signatures, and its lazy sentences

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _number(label: Any, low: int, high: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, widget=forms.NumberInput(attrs={"min": low, "max": high})
    )


class ThresholdForm(forms.Form):
    """From when on something counts."""

    late_after_s = _number(gettext_lazy("Late after (seconds without a sign of life)"), 30, 86_400)
    offline_after_s = _number(gettext_lazy("Out of contact after (seconds)"), 30, 86_400)
    hot_c = _number(gettext_lazy("Too hot above (°C)"), 20, 150)
    supply_low_v = _number(gettext_lazy("Supply too low below (V)"), 0, 1_000)
    supply_high_v = _number(gettext_lazy("Supply too high above (V)"), 1, 1_000)
    drift_ms = _number(gettext_lazy("Clock wrong above (ms)"), 100, 3_600_000)
    storage_low_mb = _number(gettext_lazy("Storage low below (MB)"), 0, 1_000_000)
    signal_low_dbm = _number(gettext_lazy("Signal weak below (dBm)"), -200, 0)

    def clean(self) -> dict[str, Any]:  # Any: as Django has it
        """What comes first is not after what follows."""
        told = super().clean() or {}
        for first, then in (("late_after_s", "offline_after_s"), ("supply_low_v", "supply_high_v")):
            if told.get(first) is not None and told.get(then) is not None and told[first] > told[then]:
                self.add_error(then, _("This is not below the value before it."))
        return told
