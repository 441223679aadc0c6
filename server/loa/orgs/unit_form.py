"""A form that asks for one of the units a person may choose from; the forms of other rooms stand on it."""

from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.orgs.models import Unit


class UnitForm(forms.Form):
    """Asks for one of `units`. A form that calls it otherwise than a unit lays down the field anew."""

    unit = forms.ChoiceField(label=_("Unit"), error_messages={"required": _("Please choose a unit.")})

    def __init__(self, *args: Any, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        self.fields["unit"].choices = [(code, unit.name) for code, unit in self.units.items()]  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen_unit(self) -> Unit:
        """Return the unit that was chosen, after the form was found valid."""
        return self.units[self.cleaned_data["unit"]]
