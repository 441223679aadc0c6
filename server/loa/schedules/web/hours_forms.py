"""Hours of a unit as a form: stretches with their weekdays, limits, quiet hours, days."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from loa.schedules import rules
from loa.schedules.rules.hours import DAY_MINUTES, HourRule, Window

ROWS = 4
_CLOCK = {"type": "time"}
_DATE = {"type": "date"}


class HoursForm(forms.Form):
    """Up to four stretches of the day, each with its weekdays."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))
    sessions_most = forms.IntegerField(
        label=_("At most so many sessions a day"), required=False, min_value=1, max_value=48
    )
    session_minutes = forms.IntegerField(
        label=_("At most so many minutes a session"), required=False, min_value=1, max_value=DAY_MINUTES
    )
    quiet_from = forms.TimeField(
        label=_("Quiet hours from"), initial=rules.QUIET_FROM, widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet hours until"), initial=rules.QUIET_UNTIL, widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M")
    )
    is_special = forms.BooleanField(label=_("Only for these days, by a decision"), required=False)
    is_limit = forms.BooleanField(label=_("Units below may not go beyond it"), required=False, initial=True)
    decision = forms.CharField(
        label=_("Number of the decision"),
        required=False,
        max_length=rules.DECISION_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, ROWS + 1):
            self.fields[f"from_{number}"] = forms.TimeField(
                label=_("From what time"), required=False, widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M")
            )
            self.fields[f"until_{number}"] = forms.TimeField(
                label=_("Until what time"), required=False, widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M")
            )
            self.fields[f"days_{number}"] = forms.TypedMultipleChoiceField(
                label=_("Weekdays"),
                required=False,
                coerce=int,
                choices=list(WEEKDAYS.items()),
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def stretches(self) -> list[tuple[int, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return the rows of the form: number, from, until, weekdays."""
        return [
            (number, self[f"from_{number}"], self[f"until_{number}"], self[f"days_{number}"])
            for number in range(1, ROWS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for a whole stretch, or for none."""
        cleaned = super().clean() or {}
        for number in range(1, ROWS + 1):
            start, end = cleaned.get(f"from_{number}"), cleaned.get(f"until_{number}")
            chosen = cleaned.get(f"days_{number}")
            if start is None and end is None and not chosen:
                continue
            if start is None or end is None:
                self.add_error(f"from_{number}", _("Give both times of the stretch."))
            elif not chosen:
                self.add_error(f"days_{number}", _("Choose at least one weekday."))
            elif _minute(start) >= _end(end):
                self.add_error(f"until_{number}", _("The stretch ends before it begins. Over midnight are two."))
        return cleaned

    @property
    def windows(self) -> Mapping[int, Sequence[Window]]:
        """Return what was filled in, by weekday from Monday."""
        found: dict[int, list[Window]] = {}
        for number in range(1, ROWS + 1):
            start, end = self.cleaned_data[f"from_{number}"], self.cleaned_data[f"until_{number}"]
            if start is None or end is None:
                continue
            for day in self.cleaned_data[f"days_{number}"]:
                found.setdefault(day, []).append(Window(_minute(start), _end(end)))
        return found


def filled(rule: HourRule) -> dict[str, Any]:
    """Return how the form begins for who changes the rule that holds: its stretches by weekdays that share them."""
    shared: dict[Window, list[int]] = {}
    for day in range(7):
        for window in rule.windows.get(day, ()):
            shared.setdefault(window, []).append(day)
    first: dict[str, Any] = {
        "sessions_most": rule.sessions_most,
        "session_minutes": None if rule.session_longest is None else int(rule.session_longest.total_seconds() // 60),
        "quiet_from": rule.quiet_from,
        "quiet_until": rule.quiet_until,
    }
    for number, (window, weekdays) in enumerate(sorted(shared.items())[:ROWS], start=1):
        first |= {f"from_{number}": _time(window.start), f"until_{number}": _time(window.end % DAY_MINUTES)}
        first[f"days_{number}"] = weekdays
    return first


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _end(at: time) -> int:
    """Return the minute at which a stretch ends; midnight is the end of the day."""
    return _minute(at) or DAY_MINUTES


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)
