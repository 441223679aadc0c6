"""Pages on which a unit's whole archive is asked for and fetched."""

import uuid
from http import HTTPStatus
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands, handing_out, queries, tasks
from loa.bulletins.models import Export
from loa.bulletins.refusals import ExportUnderWay, export_in_words
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs

RIGHT = "bulletins.export"
PAGE_LENGTH = 30


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def exports(request: DeskRequest) -> HttpResponse:
    """List what was written out, and ask for more."""
    units = {unit.code: unit for unit in orgs.choices_for(request.scope, RIGHT)}
    error = ""
    if request.method == "POST":
        unit = units.get(request.POST.get("unit", ""))
        try:
            if unit is not None:
                export = commands.ask_for_export(
                    request.scope, unit, asked_by_id=int(request.scope.actor.id), now=clock.now()
                )
                tasks.write_out_later(export)
                return redirect("archive:exports")
            error = _("Please choose a unit.")
        except ExportUnderWay as refusal:
            error = str(refusal)
    page = Paginator(queries.exports(request.scope), PAGE_LENGTH).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "rows": [(one, state_of(one), export_in_words(one.reason) if one.reason else "") for one in page],
        "units": list(units.values()),
        "chosen": request.POST.get("unit", ""),
        "error": error,
        "is_running": any(one.ended_at is None for one in page),
        "kept_days": handing_out.KEPT.days,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "bulletins/exports.html", facts, status=status)


@require_safe
def export_file(request: DeskRequest, export_id: uuid.UUID) -> Any:
    """Hand out the file; who fetched it is on record."""
    export = queries.export(request.scope, export_id)
    commands.fetch_export(request.scope, export, now=clock.now())
    file = handing_out.open_file(export)
    answer = FileResponse(file.open("rb"), content_type="application/zip")
    answer["Content-Disposition"] = (
        f'attachment; filename="loa-archive-{export.unit.code}-{export.asked_at:%Y%m%d}.zip"'
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def state_of(export: Export) -> str:
    """Return where an export stands: running, ready, failed or removed."""
    if export.ended_at is None:
        return "running"
    return "failed" if export.reason else "ready" if export.is_ready else "removed"
