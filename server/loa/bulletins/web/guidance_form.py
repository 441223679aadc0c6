"""What guidance says, to whom, and until when."""

import uuid
from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.media.models import Document
from loa.orgs.models import Unit
from loa.orgs.rules import Level

CHOICES_MOST = 300


class GuidanceForm(forms.Form):
    """Title, text, the units it goes to, the day it is due, a paper that goes along."""

    title = forms.CharField(label=_("Title"), max_length=rules.TITLE_LONGEST)
    text = forms.CharField(
        label=_("What the units are to know or do"),
        max_length=rules.TEXT_LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    due_on = forms.DateField(
        label=_("To be done by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    paper = forms.ChoiceField(label=_("Paper that goes along"), required=False)
    reach = forms.ChoiceField(label=_("To whom?"), choices=[("all", _("All")), ("chosen", _("Chosen"))], initial="all")
    units = forms.MultipleChoiceField(label=_("Units"), required=False)

    def __init__(self, *args: Any, below: Sequence[Unit], papers: Sequence[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = [unit for unit in below if unit.level == Level.COMMUNE]
        self.all_units = {unit.code: unit for unit in (communes or below)}
        self.offered = list(self.all_units.values())[:CHOICES_MOST]
        self.fields["units"].choices = [(code, unit.name) for code, unit in self.all_units.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["paper"].choices = [("", _("None")), *((str(one.pk), one.name) for one in papers)]  # type: ignore[attr-defined]  # as above
        if not papers:
            del self.fields["paper"]

    def clean(self) -> dict[str, Any]:
        """Ask for units where they were promised."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == "chosen" and not cleaned.get("units") and not self.has_error("units"):
            self.add_error("units", _("Choose at least one unit below."))
        return cleaned

    @property
    def chosen(self) -> list[Unit]:
        """Return the units it goes to: those chosen, or all communes below; without communes, all below."""
        if self.cleaned_data["reach"] == "chosen":
            return [self.all_units[code] for code in self.cleaned_data["units"]]
        return list(self.all_units.values())

    @property
    def document_id(self) -> uuid.UUID | None:
        """Return the paper that goes along."""
        chosen = self.cleaned_data.get("paper")
        return uuid.UUID(chosen) if chosen else None
