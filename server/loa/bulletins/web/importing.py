"""Taking the words of a Word file or PDF into a new bulletin."""

from collections.abc import Mapping
from pathlib import Path

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from loa.bulletins import rules
from loa.bulletins.web import writing
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands as keeping
from loa.media import intake

NOTES: Mapping[str, str | Promise] = {
    "letterhead": _("The letterhead was left out."),
    "recipients": _("The list of recipients was left out."),
    "signature": _("The signature was left out."),
    "legacy_tcvn": _("The text was typed in an old font (TCVN3) and was turned into Unicode. Please read it through."),
    "legacy_vni": _("The text was typed in an old font (VNI) and was turned into Unicode. Please read it through."),
    "cut": _("The text was longer than a bulletin may be: its end is missing."),
}


class ImportForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("Word or PDF file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf,application/pdf"}),
        error_messages={"required": _("Choose a file first.")},
    )


@require_http_methods(["GET", "POST"])
@needs("bulletins.write")
def import_text(request: DeskRequest) -> HttpResponse:
    """Ask for a file, then show the page of a new bulletin with its words. Nothing is kept before that is saved."""
    form = ImportForm(request.POST or None, request.FILES or None)
    upload = form.cleaned_data["file"] if form.is_valid() else None
    if not isinstance(upload, TemporaryUploadedFile):
        return _page(request, form, status=200 if request.method == "GET" else 422)
    try:
        found = intake.text_from_upload(Path(upload.temporary_file_path()))
    except Refusal as refusal:
        _note_refused(request, refusal, upload)
        form.add_error("file", str(refusal))
        return _page(request, form, status=422)
    notes = [NOTES[code] for code in found.notes]
    if len(found.text) > rules.TEXT_LONGEST:
        notes.append(NOTES["cut"])
    return writing.begun_with(
        request,
        title=rules.line(found.title)[: rules.TITLE_LONGEST],
        text=found.text[: rules.TEXT_LONGEST],
        notes=notes,
    )


def _note_refused(request: DeskRequest, refusal: Refusal, upload: TemporaryUploadedFile) -> None:
    """Put on record what was not taken, at a unit for which the person may keep files."""
    units = [unit for unit in writing.speaking_units(request) if request.scope.can("media.add", unit.path)]
    if units:
        keeping.turn_away_sound(
            request.scope, units[0], refusal=refusal, name=upload.name or "", size_bytes=upload.size or 0
        )


def _page(request: DeskRequest, form: ImportForm, *, status: int) -> HttpResponse:
    return render(request, "bulletins/import.html", {"form": form}, status=status)
