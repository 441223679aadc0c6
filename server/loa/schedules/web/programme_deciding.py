"""Handing an entry in with its preview, and deciding on it."""

import uuid
from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.schedules import commands, planning, programme
from loa.schedules.models import Entry
from loa.schedules.refusals import EntryChanged
from loa.schedules.web.programme import page


@require_POST
@needs(programme.VIEW)
def hand_in(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Hand the draft in, as the person saw and previewed it."""

    def act(found: Entry) -> str:
        commands.submit(
            request.scope,
            found,
            sha256=request.POST.get("sha256", "")[:64],
            confirmed="confirmed" in request.POST,
            override=request.POST.get("override", ""),
            now=clock.now(),
        )
        return _("It waits for approval by another person.")

    return _acted(request, entry_id, "schedules.request", act)


@require_POST
@needs(programme.VIEW)
def take_back(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Take the open version back."""

    def act(found: Entry) -> str:
        commands.take_back(request.scope, found, now=clock.now())
        return _("Taken back. What is approved goes on.")

    return _acted(request, entry_id, "schedules.request", act)


@require_POST
@needs(programme.VIEW)
def approve(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Approve the version that waits."""

    def act(found: Entry) -> str:
        wakes = _number(request.POST.get("wakes", ""))
        sha256, number = request.POST.get("sha256", "")[:64], _number(request.POST.get("number", "")) or 0
        commands.approve_entry(
            request.scope,
            found,
            number=number,
            sha256=sha256,
            wakes=wakes,
            override=request.POST.get("override", ""),
            now=clock.now(),
        )
        return _("Approved. The clusters will hold it in a few seconds.")

    return _acted(request, entry_id, "bulletins.approve", act)


@require_POST
@needs(programme.VIEW)
def send_back(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Send the version that waits back."""

    def act(found: Entry) -> str:
        number = _number(request.POST.get("number", "")) or 0
        commands.send_entry_back(
            request.scope, found, number=number, words=request.POST.get("words", ""), now=clock.now()
        )
        return _("Sent back with your words.")

    return _acted(request, entry_id, "bulletins.approve", act)


@require_POST
@needs(programme.VIEW)
def end(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Let an entry come no more from a day on; from today on when none is named."""

    def act(found: Entry) -> str:
        now = clock.now()
        try:
            on = date.fromisoformat(request.POST.get("on", ""))
        except ValueError:
            on = planning.today(now)
        commands.end(request.scope, found, on=on, now=now)
        return _("It comes no more from that day on.")

    return _acted(request, entry_id, "schedules.request", act)


def _acted(request: DeskRequest, entry_id: uuid.UUID, permission: str, act: Callable[[Entry], str]) -> HttpResponse:
    """Do it and show the entry; a refusal is shown on its page."""
    found = programme.get(request.scope, entry_id)
    demand(request.scope, permission, path=found.scope_path, place=found.unit.name)
    try:
        said = act(found)
    except Refusal as refusal:
        status = 422 if refusal.code == EntryChanged.code and not request.POST.get("sha256") else 409
        return page(request, programme.get(request.scope, entry_id), refusal=str(refusal), status=status)
    messages.success(request, said)
    return redirect("programme:entry", found.pk)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
