"""The forms of changes of units: one for each kind, all with a day and a decision."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any  # Any: Django's cleaned data

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.orgs import composing, gazetteer
from loa.orgs.changes import Opening, Plan
from loa.orgs.composing import Kind
from loa.orgs.models import Unit

WORDS: Mapping[Kind, tuple[str | Promise, str | Promise]] = {
    Kind.MERGE: (_("Merge units"), _("Several become one, which keeps the code of one of them.")),
    Kind.SPLIT: (_("Divide a unit"), _("A part of a unit becomes a new unit.")),
    Kind.TRANSFER: (_("Move units"), _("Units come below another unit.")),
    Kind.RENAME: (_("Rename a unit"), _("It goes on as it is under another name.")),
    Kind.ABOLISH: (_("End units of a level"), _("They close, and what is below comes below the unit above.")),
}
_REQUIRED = {"required": _("Please fill this in.")}


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DecisionForm(forms.Form):
    """What every change has: a title, the decision it rests on, its day."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages=_REQUIRED)
    basis_number = forms.CharField(label=_("Number of the decision"), max_length=80, error_messages=_REQUIRED)
    basis_title = forms.CharField(label=_("What the decision is about"), max_length=300, error_messages=_REQUIRED)
    basis_issuer = forms.CharField(label=_("Who decided"), max_length=160, error_messages=_REQUIRED)
    basis_issued_on = DayField(label=_("Decided on"), required=False)
    effective_on = DayField(label=_("In force from midnight of"), error_messages=_REQUIRED)
    is_retroactive = forms.BooleanField(label=_("This day has begun or is over: the change looks back"), required=False)

    decision = ("title", "basis_number", "basis_title", "basis_issuer", "basis_issued_on", "effective_on")

    def basis(self) -> dict[str, Any]:  # Any: as above
        """Return the decision as `keep_basis` takes it."""
        of = self.cleaned_data
        return {
            "number": of["basis_number"], "title": of["basis_title"], "issuer": of["basis_issuer"],
            "issued_on": of["basis_issued_on"],
        }  # fmt: skip


class ChangeForm(DecisionForm):
    """A change of one kind among the units it may be about."""

    kind: Kind
    several = ""
    """The field that names several units, if one does: the page shows these as a list to tick."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,  # Any: as above
        *,
        candidates: Sequence[Unit],
        parents: Sequence[Unit] = (),
        along: Sequence[Unit] = (),
        initial: Mapping[str, Any] | None = None,  # Any: as above
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.candidates = {unit.code: unit for unit in candidates}
        offers = {
            "province": candidates,
            "units": candidates,
            "heir": candidates,
            "unit": candidates,
            "parent": parents,
            "along": along,
        }
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.choices = [(unit.code, unit.name) for unit in offers[name]]

    @property
    def several_label(self) -> str:
        """Return the words above the list."""
        return str(self.fields[self.several].label)

    @property
    def several_errors(self) -> list[str]:
        """Return what is wrong with the list."""
        return [str(error) for error in self.errors.get(self.several, ())]

    def singles(self) -> list[forms.BoundField]:
        """Return the fields of this kind alone that are drawn one by one."""
        return [self[name] for name in self.fields if name not in DecisionForm.base_fields and name != self.several]

    def ticks(self) -> list[tuple[str, str, bool]]:
        """Return the units to tick: code, name, and whether it is ticked."""
        if not self.several:
            return []
        field = self[self.several]
        ticked = set(field.value() or [])
        return [(code, name, code in ticked) for code, name in self.fields[self.several].choices]  # type: ignore[attr-defined]  # a choice field by the above

    def plan(self) -> Plan:
        """Return the plan that was asked for: each kind of change below says its own."""
        raise NotImplementedError  # never shown: a form class of Django's cannot be made abstract by `abc`


class MergeForm(ChangeForm):
    """Several units become one."""

    kind = Kind.MERGE
    several = "units"
    units = forms.MultipleChoiceField(label=_("Units that go together"), error_messages=_REQUIRED)
    heir = forms.ChoiceField(label=_("Whose code and history go on"), error_messages=_REQUIRED)
    name = forms.CharField(label=_("New name, if it is another"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:  # Any: as above
        """Refuse to merge one unit with itself."""
        of = super().clean() or self.cleaned_data
        if of.get("units") and of.get("heir") and not set(of["units"]) - {of["heir"]}:
            self.add_error("units", _("Please choose at least two units."))
        return of

    def plan(self) -> Plan:
        """Return the plan that was asked for."""
        of = self.cleaned_data
        return composing.merge(of["heir"], of["units"], name=of["name"])


class SplitForm(ChangeForm):
    """A part of a unit becomes a new one."""

    kind = Kind.SPLIT
    several = "along"
    unit = forms.ChoiceField(label=_("Unit that is divided"), error_messages=_REQUIRED)
    code = forms.RegexField(
        r"^[A-Za-z0-9_.-]{1,32}$", label=_("Code of the new unit"),
        error_messages=_REQUIRED | {"invalid": _("Letters without accents, digits, dots and dashes only.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the new unit"), max_length=120, error_messages=_REQUIRED)
    percent = forms.IntegerField(
        label=_("Part of the people that goes to the new unit, in percent"), min_value=1, max_value=99, initial=50
    )
    along = forms.MultipleChoiceField(label=_("Units below that go with it"), required=False)

    def plan(self) -> Plan:
        """Return the plan that was asked for."""
        of = self.cleaned_data
        unit = self.candidates[of["unit"]]
        parent = unit.parent.code if unit.parent else ""
        new = Opening(
            code=of["code"], name=of["name"], level=unit.level, parent=parent, sort_order=unit.sort_order + 1,
            latitude=unit.latitude, longitude=unit.longitude,
        )  # fmt: skip
        return composing.split(of["unit"], new, share=Fraction(of["percent"], 100), along=of["along"])


class TransferForm(ChangeForm):
    """Units come below another one."""

    kind = Kind.TRANSFER
    several = "units"
    units = forms.MultipleChoiceField(label=_("Units that move"), error_messages=_REQUIRED)
    parent = forms.ChoiceField(label=_("The unit they come below"), error_messages=_REQUIRED)

    def plan(self) -> Plan:
        """Return the plan that was asked for."""
        return composing.transfer(self.cleaned_data["units"], self.cleaned_data["parent"])


class RenameForm(ChangeForm):
    """A unit is called otherwise."""

    kind = Kind.RENAME
    unit = forms.ChoiceField(label=_("Unit"), error_messages=_REQUIRED)
    name = forms.CharField(label=_("New name"), max_length=120, error_messages=_REQUIRED)

    def plan(self) -> Plan:
        """Return the plan that was asked for."""
        return composing.rename(self.cleaned_data["unit"], self.cleaned_data["name"])


class AbolishForm(ChangeForm):
    """Units close into those above them."""

    kind = Kind.ABOLISH
    several = "units"
    units = forms.MultipleChoiceField(label=_("Units that end"), error_messages=_REQUIRED)

    def plan(self) -> Plan:
        """Return the plan that was asked for; a top has nothing above it and stays out."""
        chosen = [self.candidates[code] for code in self.cleaned_data["units"]]
        return composing.abolish({unit.code: unit.parent.code for unit in chosen if unit.parent})


class ReformForm(ChangeForm):
    """What the reform of 1 July 2025 did with a province; the list comes with the program."""

    province = forms.ChoiceField(label=_("Province"), error_messages=_REQUIRED)

    def plan(self) -> Plan:
        """Return the shipped plan."""
        return gazetteer.reform_2025(self.cleaned_data["province"])


class ReverseForm(DecisionForm):
    """The decision by which a change is taken back."""


FORMS: Mapping[Kind, type[ChangeForm]] = {
    form.kind: form for form in (MergeForm, SplitForm, TransferForm, RenameForm, AbolishForm)
}
