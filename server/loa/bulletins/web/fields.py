"""The fields in which is said what a bulletin is about."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loa.bulletins import naming, queries, rules
from loa.kernel import clock
from loa.orgs.rules import ZONE

FACT_FIELDS = ("kind", "category", "abstract", "byline", "language", "valid_from", "valid_until", "is_must")


def _day_field(label: Any) -> forms.DateField:  # Any: a lazy text
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class FactsForm(forms.Form):
    """What a bulletin is about; everything may stay as it is offered."""

    kind = forms.ChoiceField(label=_("Kind of bulletin"), required=False)
    category = forms.ChoiceField(label=_("Field of content"), required=False)
    language = forms.ChoiceField(label=_("Language of the bulletin"), required=False)
    abstract = forms.CharField(
        label=_("Abstract"),
        required=False,
        max_length=rules.ABSTRACT_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    byline = forms.CharField(label=_("Author"), required=False, max_length=rules.BYLINE_LONGEST)
    valid_from = _day_field(_("Valid from"))
    valid_until = _day_field(_("Valid until the end of"))
    is_must = forms.BooleanField(label=_("Must be broadcast"), required=False)

    def __init__(self, *args: Any, former: rules.Facts | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Mapping[str, Any] = self.fields  # Any: choice fields among them
        fields["kind"].choices = [(kind.value, words) for kind, words in naming.KINDS.items()]
        fields["category"].choices = category_choices(_("As the kind says"), kept=former.category if former else "")
        fields["language"].choices = [(one.pk, one.name()) for one in queries.languages()]

    def facts(self, former: rules.Facts) -> rules.Facts:
        """Return what was said; what the form did not bring stays as it was, also moments within a shown day."""
        of, sent = self.cleaned_data, self.data
        return rules.Facts(
            kind=rules.Kind(of["kind"]) if of.get("kind") else former.kind,
            category=of.get("category", "") if "category" in sent else former.category,
            abstract=of.get("abstract", "") if "abstract" in sent else former.abstract,
            byline=of.get("byline", "") if "byline" in sent else former.byline,
            language=of.get("language") or former.language,
            valid_from=_begins(of.get("valid_from"), former.valid_from) if "valid_from" in sent else former.valid_from,
            valid_until=_ends(of.get("valid_until"), former.valid_until)
            if "valid_until" in sent
            else former.valid_until,
            is_must=bool(of.get("is_must")) if "kind" in sent else former.is_must,
        )


def category_choices(empty: Any, *, kept: str = "") -> list[tuple[str, Any]]:  # Any: a lazy text
    """Return the tree of today as choices, those below one another set in; `kept` is offered though it has ended."""
    day = timezone.localdate(clock.now(), ZONE)
    told = [(one.code, "\u2003" * one.depth + one.category.name()) for one in queries.tree(day)]
    if kept and kept not in dict(told):
        told.append((kept, queries.category_name(kept)))
    return [("", empty), *told]


def initial(facts: rules.Facts) -> dict[str, object]:
    """Return facts as the form shows them: days of the place, the last one counted in."""
    ends = None if facts.valid_until is None else facts.valid_until - timedelta(microseconds=1)
    return {
        "kind": facts.kind.value,
        "category": facts.category,
        "abstract": facts.abstract,
        "byline": facts.byline,
        "language": facts.language,
        "valid_from": None if facts.valid_from is None else timezone.localdate(facts.valid_from, ZONE),
        "valid_until": None if ends is None else timezone.localdate(ends, ZONE),
        "is_must": facts.is_must,
    }


def _begins(day: date | None, former: datetime | None) -> datetime | None:
    if day is None:
        return None
    if former is not None and timezone.localdate(former, ZONE) == day:
        return former
    return datetime.combine(day, time.min, tzinfo=ZONE)


def _ends(day: date | None, former: datetime | None) -> datetime | None:
    if day is None:
        return None
    if former is not None and timezone.localdate(former - timedelta(microseconds=1), ZONE) == day:
        return former
    return datetime.combine(day, time.min, tzinfo=ZONE) + timedelta(days=1)
