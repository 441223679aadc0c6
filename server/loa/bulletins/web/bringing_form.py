"""The form by which a ZIP of old tapes and papers comes in."""

from pathlib import Path
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.bulletins.receiving import Sent
from loa.orgs.unit_form import UnitForm


class BringForm(UnitForm):
    """A ZIP, the spreadsheet that tells of it, and the unit whose archive it is."""

    unit = forms.ChoiceField(label=_("Archive of"), error_messages={"required": _("Please choose a unit.")})
    tapes = forms.FileField(
        label=_("Tapes and papers (ZIP)"),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    sheet = forms.FileField(
        label=_("Spreadsheet that tells of them"),
        required=False,
        error_messages={"empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
    is_written_down = forms.BooleanField(label=_("Let a machine write down what is heard"), required=False)

    def __init__(self, *args: Any, may_write_down: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_write_down:
            del self.fields["is_written_down"]

    @property
    def sent(self) -> Sent:
        """Return the files, which lie on the disk until the request ends."""
        files, sheet = self.cleaned_data["tapes"], self.cleaned_data.get("sheet")
        return Sent(
            files=Path(files.temporary_file_path()),
            name=str(files.name or ""),
            sheet=Path(sheet.temporary_file_path()) if sheet else None,
        )
