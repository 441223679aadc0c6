"""What the record's pages ask for."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.audit import rules
from loa.audit.queries import Search

LOOK_BACK = timedelta(days=90)
"""Words are looked for this far back unless a day is named: a search of years has to be asked for."""


class SearchForm(forms.Form):
    """What somebody looks for in the record."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    who = forms.CharField(label=_("Person"), required=False, max_length=120)
    action = forms.CharField(label=_("Act"), required=False, max_length=80)
    target = forms.CharField(label=_("Thing"), required=False, max_length=120)
    unit = forms.CharField(label=_("Unit, by its code"), required=False, max_length=160)
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    result = forms.ChoiceField(
        label=_("Result"), required=False,
        choices=[("", _("All")), ("done", _("Done")), ("refused", _("Refused"))],
    )  # fmt: skip

    def search(self, *, today: date) -> Search:
        """Return what to look for; a field that says nothing sensible asks for nothing."""
        self.is_valid()
        said = self.cleaned_data
        words, who = said.get("q", ""), said.get("who", "")
        since = said.get("since")
        if since is None and "since" not in self.errors and (words or who):
            since = today - LOOK_BACK
        return Search(
            words=words, who=who, action=said.get("action", ""), target=said.get("target", ""),
            unit=said.get("unit", ""), since=since, until=said.get("until"), result=said.get("result", ""),
        )  # fmt: skip


class RetentionForm(forms.Form):
    """How long the record is kept."""

    months = forms.IntegerField(label=_("Months"), min_value=rules.MONTHS_FEWEST, max_value=rules.MONTHS_MOST)
    basis = forms.CharField(label=_("By which rule"), max_length=400, strip=True)
