"""The form by which a document comes in."""

from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.media.rules import ENDINGS
from loa.orgs.models import Unit


class DocumentForm(forms.Form):
    """A file and the unit it belongs to."""

    unit = forms.ChoiceField(label=_("Belongs to"), error_messages={"required": _("Please choose a unit.")})
    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
    )

    def __init__(self, *args: Any, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(code, unit.name) for code, unit in self.units.items()]  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen_unit(self) -> Unit:
        """Return the unit that was chosen, after the form was found valid."""
        return self.units[self.cleaned_data["unit"]]
