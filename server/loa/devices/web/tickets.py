"""Faults of devices: the list, one fault with its history, reporting, giving to somebody, closing with proof."""

import uuid
from datetime import datetime
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.accounts import queries as accounts
from loa.devices import commands, levels, queries, reminders, repairs
from loa.devices.models import Ticket
from loa.devices.web.photos import picture, shown
from loa.devices.web.ticket_forms import AssignForm, CloseForm, ReportForm
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import ActorKind
from loa.orgs import queries as orgs

VIEW, RIGHT = "devices.view", "devices.repair"
PAGE_LENGTH = 30


@require_safe
@needs(VIEW)
def listing(request: DeskRequest) -> HttpResponse:
    """List faults: what is overdue first, then by when it is due."""
    now = clock.now()
    which = {
        "open": Q(closed_at=None),
        "overdue": Q(closed_at=None, due_at__lt=now),
        "mine": Q(closed_at=None, assignee_id=_me(request)),
        "closed": Q(closed_at__isnull=False),
    }
    chosen = request.GET.get("show", "open")
    if chosen not in which:
        raise NotFound
    found = repairs.visible(request.scope).filter(which[chosen])
    if chosen == "closed":
        found = found.order_by("-closed_at", "pk")
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    told = repairs.figures(request.scope, now=now)
    facts = {
        "page": page,
        "rows": [(ticket, word(ticket, now=now)) for ticket in page],
        "show": chosen,
        "figures": told,
        "may_lay_down": request.scope.holds("devices.control"),
        "mean_h": None if told.mean is None else told.mean.total_seconds() / 3600,
        "offenders": repairs.repeat_offenders(request.scope, now=now) if chosen == "open" else [],
    }
    return render(request, "devices/tickets.html", facts)


@require_safe
@needs(VIEW)
def detail(request: DeskRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Show one fault, and what can be done about it; whoever was told of it has seen it now."""
    found = repairs.get(request.scope, ticket_id)
    if found.is_open and reminders.unseen(request.scope, found):
        commands.see(request.scope, found, now=clock.now())
    return _page(request, found)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def report(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Report a fault of a device; what disturbs people is silenced with it."""
    device = queries.get(request.scope, device_id)
    demand(request.scope, RIGHT, path=device.scope_path, place=device.unit.name)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = commands.report(
                    request.scope,
                    device,
                    cause=form.cleaned_data["cause"],
                    words=form.cleaned_data["words"],
                    mutes=form.cleaned_data["mutes"],
                    now=clock.now(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:ticket", made.pk)
    return render(request, "devices/ticket_report.html", {"device": device, "form": form}, status=status)


@require_POST
@needs(VIEW)
def assign(request: DeskRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Give a fault to somebody."""
    found = _mine(request, ticket_id)
    form = AssignForm(request.POST, people=_people(found))
    if not form.is_valid():
        return _page(request, found, assigning=form, status=422)
    try:
        commands.assign(request.scope, found, user_id=form.chosen, now=clock.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, assigning=form, status=409)
    messages.success(request, _("It is in their hands now."))
    return redirect("devices:ticket", found.pk)


@require_POST
@needs(VIEW)
def close(request: DeskRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Close a fault with a photo, or with the level that was measured since."""
    found = _mine(request, ticket_id)
    form = CloseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, closing=form, status=422)
    try:
        photo = picture(form.cleaned_data["photo"])
        commands.close(request.scope, found, words=form.cleaned_data["words"], photo=photo, now=clock.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, closing=form, status=409)
    return redirect("devices:ticket", found.pk)


@require_safe
@needs(VIEW)
def photo(request: DeskRequest, ticket_id: uuid.UUID) -> Any:
    """Show the photo that proves a repair: looked at once more, typed by our record alone."""
    found = repairs.get(request.scope, ticket_id)
    if found.photo_id is None:
        raise NotFound
    return shown(found.photo_id)


def word(ticket: Ticket, *, now: datetime) -> str:
    """Return how a fault stands: `closed`, `overdue`, `assigned` or `open`."""
    if not ticket.is_open:
        return "closed"
    if ticket.due_at < now:
        return "overdue"
    return "open" if ticket.assignee_id is None else "assigned"


def _page(
    request: DeskRequest,
    found: Ticket,
    *,
    assigning: AssignForm | None = None,
    closing: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_repair = found.is_open and request.scope.can(RIGHT, found.scope_path)
    facts = {
        "ticket": found,
        "standing": word(found, now=clock.now()),
        "may_repair": may_repair,
        "assigning": assigning or AssignForm(people=_people(found) if may_repair else {}, chosen=found.assignee_id),
        "closing": closing or CloseForm(),
        "form": closing or assigning,
        "told": reminders.of(found),
        "level_dbfs": levels.since(found) if found.is_open else found.level_dbfs,
    }
    return render(request, "devices/ticket.html", facts, status=status)


def _mine(request: DeskRequest, ticket_id: uuid.UUID) -> Ticket:
    found = repairs.get(request.scope, ticket_id)
    demand(request.scope, RIGHT, path=found.scope_path, place=found.device.unit.name)
    return found


def _people(ticket: Ticket) -> dict[int, str]:
    """Return who may mend devices at the unit, by name."""
    unit_id = ticket.device.unit_id
    able = orgs.holders_of([unit_id], permission=RIGHT)[unit_id]
    return accounts.names_of(sorted(able))


def _me(request: DeskRequest) -> int:
    actor = request.scope.actor
    return int(actor.id) if actor.kind is ActorKind.PERSON else 0
