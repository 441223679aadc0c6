"""The form by which a release comes in."""

from typing import Any  # Any: Django's own signatures

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from loa.orgs.unit_form import UnitForm
from loa_protocol import release

_MB = 1024 * 1024


class TakeForm(UnitForm):
    """The two files of a release, and the unit it is for."""

    unit = forms.ChoiceField(label=_("For the devices of"), error_messages={"required": _("Please choose a unit.")})
    package = forms.FileField(
        label=_("Package"),
        error_messages={"required": _("Choose the package."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    statement = forms.FileField(
        label=_("Signed statement"),
        error_messages={"required": _("Choose the statement."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".jws"}),
    )

    def clean_package(self) -> "UploadedFile[Any]":
        """Refuse a package that no device would fetch."""
        return _no_larger(self.cleaned_data["package"], release.PACKAGE_MAX_BYTES)

    def clean_statement(self) -> "UploadedFile[Any]":
        """Refuse what is too long for a statement: most likely the files were mixed up."""
        return _no_larger(self.cleaned_data["statement"], release.STATEMENT_MAX_BYTES)


def _no_larger(upload: "UploadedFile[Any]", most_bytes: int) -> "UploadedFile[Any]":
    if upload.size is None or upload.size > most_bytes:
        limit = f"{most_bytes // 1024} KB" if most_bytes < _MB else f"{most_bytes // _MB} MB"
        raise forms.ValidationError(_("This file is larger than %(limit)s."), params={"limit": limit})
    return upload
