"""Guidance: what came from above and is to do, and what was published for units below and what became of it."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, queries, rules
from loa.bulletins.models import Addressee, Guidance
from loa.bulletins.web.guidance_form import GuidanceForm
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

PAGE_LENGTH = 20
RECEIVED_MOST = 100
PAPERS_OFFERED = 30
A_YEAR = timedelta(days=365)


@require_safe
@needs("bulletins.view")
def everything(request: DeskRequest) -> HttpResponse:
    """Show what came from above, what was published here, and how much of it was followed in a year."""
    now, scope = clock.now(), request.scope
    page = Paginator(queries.published(scope), PAGE_LENGTH).get_page(request.GET.get("page"))
    of_guidance: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for one in queries.heeded(queries.addressees(scope, [guidance.pk for guidance in page]), now=now):
        of_guidance[one.addressee.guidance_id][one.standing.value] += 1
    facts = {
        "now": now,
        "received": queries.heeded(queries.guidance_for(scope)[:RECEIVED_MOST], now=now),
        "page": page,
        "lines": [(one, of_guidance[one.pk].total(), _done(of_guidance[one.pk]), of_guidance[one.pk]) for one in page],
        "may_guide": scope.holds("bulletins.guide"),
        "figures": queries.guidance_figures(scope, since=now - A_YEAR, until=now, now=now),
    }
    return render(request, "bulletins/guidance.html", facts)


@require_safe
@needs("bulletins.view")
def received(request: DeskRequest, addressee_id: uuid.UUID) -> HttpResponse:
    """Show guidance to a unit it was sent to; whoever opens it there has read it."""
    addressee = queries.addressed(request.scope, addressee_id)
    if not request.scope.support and not queries.has_read(request.scope, addressee):
        commands.read_guidance(request.scope, addressee, now=clock.now())
    return _received(request, addressee)


@require_POST
@needs("bulletins.view")
def done(request: DeskRequest, addressee_id: uuid.UUID) -> HttpResponse:
    """Report that a unit has done what guidance asks."""
    addressee = queries.addressed(request.scope, addressee_id)
    demand(request.scope, "bulletins.write", path=addressee.scope_path, place=addressee.unit.name)
    words = request.POST.get("words", "")
    try:
        commands.report_done(request.scope, addressee, words=words, now=clock.now())
    except Refusal as refusal:
        return _received(request, addressee, words=words, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, _("Reported as done. The unit above sees it with your note."))
    return redirect("guidance:received", addressee.pk)


@require_safe
@needs("bulletins.view")
def published(request: DeskRequest, guidance_id: uuid.UUID) -> HttpResponse:
    """Show who has read and done what was published here, exceptions first."""
    return _published(request, queries.guidance(request.scope, guidance_id))


@require_http_methods(["GET", "POST"])
@needs("bulletins.guide")
def publish(request: DeskRequest) -> HttpResponse:
    """Publish guidance for units below."""
    unit = _guiding_unit(request)
    below = list(orgs.descendants(unit))
    papers = list(media.documents(request.scope).filter(unit=unit)[:PAPERS_OFFERED])
    form = GuidanceForm(request.POST or None, below=below, papers=papers)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            of = form.cleaned_data
            try:
                made = commands.publish_guidance(
                    request.scope, unit, title=of["title"], text=of["text"], units=form.chosen, due_on=of["due_on"],
                    document_id=form.document_id, now=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Published. The units below find it under “Guidance”."))
                return redirect("guidance:detail", made.pk)
    facts = {"form": form, "unit": unit, "units": form.offered, "picked": set(form["units"].value() or [])}
    return render(request, "bulletins/guidance_form.html", facts, status=status)


@require_POST
@needs("bulletins.view")
def remind(request: DeskRequest, guidance_id: uuid.UUID) -> HttpResponse:
    """Remind the units that have not followed it yet."""
    found = queries.guidance(request.scope, guidance_id)
    return _tried(
        request,
        found,
        lambda: commands.remind_of_guidance(request.scope, found, now=clock.now()),
        said=_("The units that have not followed it yet are reminded."),
    )


@require_POST
@needs("bulletins.view")
def end(request: DeskRequest, guidance_id: uuid.UUID) -> HttpResponse:
    """Ask for it no more, with the reason the units below read."""
    found = queries.guidance(request.scope, guidance_id)
    reason = request.POST.get("reason", "")
    return _tried(
        request,
        found,
        lambda: commands.end_guidance(request.scope, found, reason=reason, now=clock.now()),
        said=_("Ended. Nobody is asked for it any more; what was read and done stays."),
    )


def _guiding_unit(request: DeskRequest) -> Unit:
    """Return the highest unit in whose name the person may publish guidance."""
    roots = {root.partition("#")[0].removesuffix("!") for root in request.scope.roots("bulletins.guide")}
    found = orgs.choices_for(request.scope, "bulletins.guide").filter(path__in=roots).order_by("path").first()
    if found is None:
        raise NotFound
    return found


def _tried(request: DeskRequest, found: Guidance, act: Callable[[], object], *, said: str) -> HttpResponse:
    demand(request.scope, "bulletins.guide", path=found.scope_path, place=found.unit.name)
    try:
        act()
    except Refusal as refusal:
        return _published(request, found, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, said)
    return redirect("guidance:detail", found.pk)


def _received(
    request: DeskRequest, addressee: Addressee, *, words: str = "", refusal: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    now: datetime = clock.now()
    fresh = queries.addressed(request.scope, addressee.pk)
    facts = {
        "heeded": queries.heeded([fresh], now=now)[0],
        "addressee": fresh,
        "guidance": fresh.guidance,
        "may_report": request.scope.can("bulletins.write", fresh.scope_path)
        and fresh.done_at is None
        and fresh.guidance.ended_at is None,
        "may_open_paper": request.scope.holds("media.view_document"),
        "words": words,
        "refusal": refusal,
    }
    return render(request, "bulletins/guidance_received.html", facts, status=status)


def _published(
    request: DeskRequest, guidance: Guidance, *, refusal: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    fresh = queries.guidance(request.scope, guidance.pk)
    heeded = queries.heeded(queries.addressees(request.scope, [fresh.pk]), now=clock.now())
    counts = Counter(one.standing for one in heeded)
    facts = {
        "guidance": fresh,
        "heeded": heeded,
        "counts": [(name.value, counts[name]) for name in rules.EXCEPTIONS_FIRST if counts[name]],
        "may_open_paper": request.scope.holds("media.view_document"),
        "undone": sum(counts[name] for name in (rules.Standing.NEW, rules.Standing.READ, rules.Standing.OVERDUE)),
        "may_guide": request.scope.can("bulletins.guide", fresh.scope_path) and fresh.ended_at is None,
        "refusal": refusal,
    }
    return render(request, "bulletins/guidance_published.html", facts, status=status)


def _done(counts: Counter[str]) -> int:
    return counts[rules.Standing.DONE] + counts[rules.Standing.LATE]
