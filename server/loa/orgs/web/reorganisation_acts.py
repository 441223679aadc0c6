"""What is done to a change of units: place people, approve, decline, take back; and its hand-over list."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from loa.kernel import clock
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.pages import DeskRequest
from loa.orgs import commands, handover, queries, tasks
from loa.orgs.changes import Placing
from loa.orgs.models import Reorganisation
from loa.orgs.refusals import (
    PeopleUnplaced,
    PlanRefused,
    ProposedAlready,
    ReverseLater,
    RightFromProposer,
    SamePerson,
    SeenOtherwise,
    TouchedSince,
)
from loa.orgs.rules import ReorganisationState as State
from loa.orgs.web.reorganisation_forms import ReverseForm

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TOLD = (
    PeopleUnplaced,
    PlanRefused,
    ProposedAlready,
    ReverseLater,
    RightFromProposer,
    SamePerson,
    SeenOtherwise,
    TouchedSince,
    WrongState,
)
"""Refusals that send back to the page with a sentence: it shows what to do."""


@require_POST
def rehearse(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for a new rehearsal."""
    found = queries.reorganisation(request.scope, pk)
    tasks.rehearse_later(found)
    messages.info(request, _("The rehearsal is made anew."))
    return redirect("orgs:reorganisation", pk)


@require_POST
def place(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep where people go whose level vanishes."""
    found = queries.reorganisation(request.scope, pk)
    offered = {"", *(unit.code for unit in queries.places_below(found))}
    people = []
    for name, code in request.POST.items():
        who = name.removeprefix("place-")
        if who == name or code == "?" or code not in offered:
            continue
        if who == "others" or who.isdecimal():
            people.append(Placing(user=None if who == "others" else int(who[:18]), unit=code))
    return _done(
        request, pk, lambda: commands.place_people(request.scope, found, people=people), _("The places are kept.")
    )


@require_POST
def approve(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve what the page showed."""
    found = queries.reorganisation(request.scope, pk)

    def act() -> None:
        commands.approve(
            request.scope, found, plan_sha256=request.POST.get("plan", ""), note=_note(request), now=clock.now()
        )

    return _done(request, pk, act, _("The change is approved. It takes effect by itself at midnight of its day."))


@require_POST
def decline(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Refuse a proposal."""
    found = queries.reorganisation(request.scope, pk)
    return _done(
        request,
        pk,
        lambda: commands.decline(request.scope, found, note=_note(request), now=clock.now()),
        _("The proposal is declined."),
    )


@require_POST
def withdraw(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a proposal back."""
    found = queries.reorganisation(request.scope, pk)
    return _done(
        request,
        pk,
        lambda: commands.withdraw_proposal(request.scope, found, now=clock.now()),
        _("The proposal is withdrawn."),
    )


@require_POST
def undo(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an approved change back before its day."""
    found = queries.reorganisation(request.scope, pk)
    return _done(
        request,
        pk,
        lambda: commands.undo(request.scope, found, note=_note(request), now=clock.now()),
        _("The change is taken back; everything stays as it is."),
    )


@require_POST
def compensate(request: DeskRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose the reverse of a change in force."""
    found = queries.reorganisation(request.scope, pk)
    form = ReverseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give title, decision and day of the change back."))
        return redirect("orgs:reorganisation", pk)
    made: list[Reorganisation] = []

    def act() -> None:
        made.append(
            commands.compensate(
                request.scope,
                found,
                title=form.cleaned_data["title"],
                basis=commands.keep_basis(request.scope, found.unit, **form.basis()),
                effective_on=form.cleaned_data["effective_on"],
                is_retroactive=form.cleaned_data["is_retroactive"],
                now=clock.now(),
            )
        )

    answer = _done(request, pk, act, _("The reverse is proposed. Another person has to approve it."))
    return redirect("orgs:reorganisation", made[0].pk) if made else answer


@require_GET
def handover_list(request: DeskRequest, pk: uuid.UUID, form: str) -> HttpResponse:
    """Hand out the hand-over list of a change in force, as DOCX or PDF."""
    found = queries.reorganisation(request.scope, pk)
    if found.state != State.IN_FORCE or form not in {"docx", "pdf"}:
        raise NotFound
    paper = handover.paper(found)
    body = handover.docx(paper) if form == "docx" else handover.pdf(paper)
    answer = HttpResponse(body, content_type=DOCX if form == "docx" else "application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="ban-giao-{found.effective_on:%Y-%m-%d}.{form}"'
    return answer


def _note(request: DeskRequest) -> str:
    return request.POST.get("note", "").replace("\0", "")


def _done(request: DeskRequest, pk: uuid.UUID, act: Callable[[], None], said: str) -> HttpResponse:
    """Do it and say so, or say why not, on the page of the change."""
    try:
        act()
    except _TOLD as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("orgs:reorganisation", pk)
