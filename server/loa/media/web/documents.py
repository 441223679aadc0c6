"""Pages on which documents are listed, taken in and handed out."""

import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands, intake, names, queries, releasing, rules
from loa.media.models import Document
from loa.media.rules import Kind
from loa.media.web.forms import DocumentForm
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

PAGE_LENGTH = 30
_LIMIT_MB = rules.DOCUMENT_MAX_BYTES // (1024 * 1024)
VIEW, ADD = "media.view_document", "media.add_document"


@require_safe
@needs(VIEW)
def documents(request: DeskRequest) -> HttpResponse:
    """List documents, newest first, by words in their name or by digest."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())
    found = queries.documents(request.scope)
    if words:
        found = found.filter(name__icontains=words) | found.filter(sha256__startswith=words.lower())
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "rows": [(each, queries.verdict_of(each), names.KIND_WORDS[Kind(each.kind)]) for each in page],
        "words": words,
        "may_add": request.scope.holds(ADD),
    }
    return render(request, "media/documents.html", facts)


@require_safe
@needs(VIEW)
def document(request: DeskRequest, document_id: uuid.UUID) -> HttpResponse:
    """Show what is known of a document."""
    found = queries.readable_document(request.scope, document_id)
    facts = {"document": found, "verdict": queries.verdict_of(found), "kind": names.KIND_WORDS[Kind(found.kind)]}
    return render(request, "media/document.html", facts)


@require_http_methods(["GET", "POST"])
@needs(ADD)
def add(request: DeskRequest) -> HttpResponse:
    """Take in a document."""
    units = _own_units(request)
    if request.method == "GET":
        return _page(request, DocumentForm(units=units), status=HTTPStatus.OK)
    form = DocumentForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    upload, unit = form.cleaned_data["file"], form.chosen_unit
    try:
        kept = _kept(request, unit, upload)
    except Refusal as refusal:
        commands.turn_away(
            request.scope, unit, refusal=refusal, name=str(upload.name or ""), size_bytes=int(upload.size or 0)
        )
        form.add_error("file", str(refusal))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("media:document", kept.pk)


@require_safe
@needs(VIEW)
def download(request: DeskRequest, document_id: uuid.UUID) -> Any:
    """Hand a document out: looked at once more, as a file to save, named and typed by our record alone."""
    found = queries.readable_document(request.scope, document_id)
    file = releasing.release(found, now=clock.now())
    answer = FileResponse(file, content_type=rules.CONTENT_TYPES[Kind(found.kind)])
    answer["Content-Length"] = str(found.size_bytes)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _kept(request: DeskRequest, unit: Unit, upload: TemporaryUploadedFile) -> Document:
    prepared = intake.document_from_upload(Path(upload.temporary_file_path()), name=upload.name or "")
    return commands.add_document(request.scope, unit, prepared=prepared, now=clock.now())


def _page(request: DeskRequest, form: DocumentForm, *, status: HTTPStatus) -> HttpResponse:
    facts = {
        "form": form,
        "units": list(form.units.values()),
        "chosen": form.data.get("unit", ""),
        "help": _("PDF, DOCX, XLSX, JPEG, PNG or WebP, at most %(limit)s MB.") % {"limit": _LIMIT_MB},
    }
    return render(request, "media/add.html", facts, status=status)


def _own_units(request: DeskRequest) -> list[Unit]:
    """Return the units the person may add for."""
    return list(orgs.choices_for(request.scope, ADD))
