"""The form by which a document comes in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.media.rules import ENDINGS
from loa.orgs.unit_form import UnitForm


class DocumentForm(UnitForm):
    """A file and the unit it belongs to."""

    unit = forms.ChoiceField(label=_("Belongs to"), error_messages={"required": _("Please choose a unit.")})
    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
    )
