"""Pages on which old tapes and papers come into the archive: sent, looked at, taken in, reported."""

import csv
import io
import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, queries, receiving, tasks
from loa.bulletins.models import Batch, Category, Tape
from loa.bulletins.refusals import in_words
from loa.bulletins.rules import tables, tapes
from loa.bulletins.web.bringing_form import BringForm
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands as keeping
from loa.media import transcribing
from loa.orgs import queries as orgs

RIGHT = "bulletins.write"
PAGE_LENGTH = 50
_FATES = ("new", "taken", "known", "refused")


@require_safe
@needs(RIGHT)
def batches(request: DeskRequest) -> HttpResponse:
    """List what came in, the latest first."""
    page = Paginator(queries.batches(request.scope), PAGE_LENGTH).get_page(request.GET.get("page"))
    rows = [(batch, state_of(batch), queries.counts(request.scope, batch.pk)) for batch in page]
    return render(request, "bulletins/batches.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def bring(request: DeskRequest) -> HttpResponse:
    """Take a ZIP, look through it and show what would come in."""
    units = list(orgs.choices_for(request.scope, RIGHT))
    is_ready = transcribing.is_ready()
    if request.method == "GET":
        return _form_page(request, BringForm(units=units, may_write_down=is_ready), status=HTTPStatus.OK)
    form = BringForm(request.POST, request.FILES, units=units, may_write_down=is_ready)
    if not form.is_valid():
        return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sent, unit = form.sent, form.chosen_unit
    try:
        batch = receiving.receive(
            request.scope,
            unit,
            sent,
            author_id=int(request.scope.actor.id),
            is_written_down=bool(form.cleaned_data.get("is_written_down")),
            now=clock.now(),
        )
    except Refusal as refusal:
        keeping.turn_away_sound(
            request.scope, unit, refusal=refusal, name=sent.name, size_bytes=sent.files.stat().st_size
        )
        form.add_error("sheet" if refusal.code == "sheet_unreadable" else "tapes", str(refusal))
        return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("archive:batch", batch.pk)


@require_safe
@needs(RIGHT)
def batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show what was found in a batch, how far it is, or what became of each file."""
    found = queries.batch(request.scope, batch_id)
    counts = queries.counts(request.scope, batch_id)
    wanted = request.GET.get("fate", "")
    fate = wanted if wanted in _FATES else ""
    files = queries.tapes(request.scope, batch_id)
    page = Paginator(files.filter(state=fate) if fate else files, PAGE_LENGTH).get_page(request.GET.get("page"))
    facts = {
        "batch": found,
        "state": state_of(found),
        "counts": [(name, counts.get(name, 0)) for name in _FATES if counts.get(name, 0)],
        "new": counts.get("new", 0),
        "done": sum(counts.values()) - counts.get("new", 0),
        "of": sum(counts.values()),
        "fate": fate,
        "page": page,
        "rows": [(tape, in_words(tape.reason) if tape.reason else "") for tape in page],
        "may_bring": request.scope.can(RIGHT, found.scope_path),
    }
    return render(request, "bulletins/batch.html", facts)


@require_POST
@needs(RIGHT)
def start(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Let come in what was found; asked again, a batch that stands still goes on."""
    found = queries.batch(request.scope, batch_id)
    if not found.is_running:
        commands.start_batch(request.scope, found, now=clock.now())
    tasks.bring_in_later(found)
    return redirect("archive:batch", batch_id)


@require_POST
@needs(RIGHT)
def drop(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Let nothing come in of what was found."""
    receiving.drop(request.scope, queries.batch(request.scope, batch_id), now=clock.now())
    return redirect("archive:batch", batch_id)


@require_safe
@needs(RIGHT)
def report(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Hand out what became of each file as CSV."""
    queries.batch(request.scope, batch_id)
    head = [_("File"), _("Title"), _("Day of airing"), _("What became of it"), _("Why"), _("Bulletin"), "SHA-256"]
    fates = fate_words()
    told = [_cells(tape, fates) for tape in queries.tapes(request.scope, batch_id)]
    return _csv([head, *told], name=f"loa-batch-{batch_id}.csv")


@require_safe
@needs(RIGHT)
def template(_request: DeskRequest) -> HttpResponse:
    """Hand out an empty spreadsheet with the columns and one line that shows how."""
    field = Category.objects.order_by("sort_order", "code").first()
    example = ("1998/bang-03.mp3", "Lũ trên sông", "15/08/1998", field.name() if field else "", "Đài xã", "mặt A", "")
    return _csv([tapes.TEMPLATE, example], name="loa-archive-template.csv")


def state_of(found: Batch) -> str:
    """Return where a batch stands: looked, running, ended or dropped."""
    if found.ended_at is not None:
        return "ended" if found.started_at is not None else "dropped"
    return "running" if found.started_at is not None else "looked"


def fate_words() -> Mapping[str, str]:
    """Return the word for what became of a file."""
    return {"new": _("To come in"), "taken": _("Taken in"), "known": _("Here already"), "refused": _("Refused")}


def _cells(tape: Tape, fates: Mapping[str, str]) -> list[str]:
    return [
        tape.name,
        tape.title,
        f"{tape.aired_on:%d/%m/%Y}" if tape.aired_on else "",
        fates[tape.state],
        in_words(tape.reason) if tape.reason else "",
        str(tape.bulletin_id or ""),
        tape.sha256,
    ]


def _csv(lines: Iterable[Iterable[str]], *, name: str) -> HttpResponse:
    told = io.StringIO()
    told.write("\ufeff")  # or spreadsheets read Vietnamese as something else
    csv.writer(told, delimiter=";").writerows([tables.safe_cell(cell) for cell in line] for line in lines)
    answer = HttpResponse(told.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _form_page(request: DeskRequest, form: BringForm, *, status: HTTPStatus) -> HttpResponse:
    facts = {"form": form, "units": list(form.units.values()), "chosen": form.data.get("unit", "")}
    return render(request, "bulletins/bring.html", facts, status=status)
