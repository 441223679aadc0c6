"""What is decided about a bulletin, each a form of its own."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import State as BulletinState
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.schedules import commands, queries
from loa.schedules.rules import State
from loa.schedules.web import listening, marking
from loa.schedules.web.views import page


@require_POST
@needs("bulletins.view")
def submit(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Hand a draft in that already knows where and when."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    refused = _tried(request, bulletin, lambda: writing.submit(request.scope, bulletin, now=clock.now()))
    if refused is not None:
        return refused
    messages.success(request, _("The bulletin is waiting for approval."))
    return redirect("bulletins:detail", bulletin.pk)


@require_POST
@needs("bulletins.view")
def approve(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Approve the wording and the places that were on the page, and lead to the airing made of them."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    refused = _tried(
        request,
        bulletin,
        lambda: commands.approve(
            request.scope,
            bulletin,
            number=_number(request, "number") or 0,
            hearing=listening.given(request, bulletin),
            step=_number(request, "step") or 0,
            own_reason=request.POST.get("own_reason", ""),
            places=request.POST.get("places", ""),
            wakes=_number(request, "wakes"),
            override=request.POST.get("override", ""),
            now=clock.now(),
        ),
    )
    if refused is not None:
        return refused
    if bulletins.get(request.scope, bulletin.pk).state != BulletinState.APPROVED:
        messages.success(request, _("Approved. The next step waits for somebody else."))
        return redirect("bulletins:detail", bulletin.pk)
    messages.success(request, _("Approved."))
    placed = [slot for slot in queries.of_bulletin(request.scope, bulletin.pk) if slot.state == State.PLACED]
    if len(placed) == 1 and request.scope.holds("dispatch.view"):
        return redirect("dispatch:airing", placed[0].airing_id)
    return redirect("bulletins:detail", bulletin.pk)


@require_POST
@needs("bulletins.view")
def approve_place(request: DeskRequest, bulletin_id: uuid.UUID, slot_id: uuid.UUID) -> HttpResponse:
    """Approve one more place of an approved bulletin, and lead to its airing."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    wakes, override, placed = _number(request, "wakes"), request.POST.get("override", ""), []

    def act() -> None:
        placed.append(
            commands.approve_place(
                request.scope, bulletin, slot_id=slot_id, wakes=wakes, override=override, now=clock.now()
            )
        )

    refused = _tried(request, bulletin, act)
    if refused is not None:
        return refused
    messages.success(request, _("Approved."))
    if request.scope.holds("dispatch.view"):
        return redirect("dispatch:airing", placed[0].airing_id)
    return redirect("bulletins:detail", bulletin.pk)


@require_POST
@needs("bulletins.view")
def decline_place(request: DeskRequest, bulletin_id: uuid.UUID, slot_id: uuid.UUID) -> HttpResponse:
    """Decide that a bulletin does not air at a place and time that was asked for."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    refused = _tried(
        request,
        bulletin,
        lambda: commands.decline_place(request.scope, bulletin, slot_id=slot_id, now=clock.now()),
    )
    if refused is not None:
        return refused
    messages.success(request, _("Declined: it will not air there at that time."))
    return redirect("bulletins:detail", bulletin.pk)


@require_POST
@needs("bulletins.view")
def send_back(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Return the wording that was on the page to its author with a note."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    words = request.POST.get("note", "")
    refused = _tried(
        request,
        bulletin,
        lambda: writing.send_back(
            request.scope,
            bulletin,
            number=_number(request, "number") or 0,
            step=_number(request, "step") or 0,
            note=words,
            marks=marking.given(request),
            now=clock.now(),
        ),
        note=words,
    )
    if refused is not None:
        return refused
    messages.success(request, _("Sent back to the author with your note."))
    return redirect("shell:home")


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def withdraw(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take a bulletin back."""
    bulletin = bulletins.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    if request.method == "GET":
        return render(request, "schedules/withdraw.html", {"bulletin": bulletin})
    refused = _tried(request, bulletin, lambda: writing.withdraw(request.scope, bulletin, now=clock.now()))
    if refused is not None:
        return refused
    messages.success(request, _("The bulletin is withdrawn."))
    return redirect("bulletins:detail", bulletin.pk)


@require_http_methods(["GET", "POST"])
@needs("schedules.view")
def drop(request: DeskRequest, slot_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take a wish to air back."""
    slot = queries.get(request.scope, slot_id)
    demand(request.scope, "schedules.request", path=slot.scope_path, place=slot.unit.name)
    if request.method == "GET":
        return render(request, "schedules/drop.html", {"slot": slot})
    bulletin = bulletins.get(request.scope, slot.bulletin_id)
    refused = _tried(request, bulletin, lambda: commands.drop(request.scope, slot, now=clock.now()))
    if refused is not None:
        return refused
    messages.success(request, _("The airing is taken off the schedule."))
    return redirect("bulletins:detail", slot.bulletin_id)


def _tried(
    request: DeskRequest, bulletin: Bulletin, act: Callable[[], object], *, note: str = ""
) -> HttpResponse | None:
    """Do it; return the bulletin's page as it stands now with the reason when it was refused."""
    try:
        act()
    except Refusal as refusal:
        fresh = bulletins.get(request.scope, bulletin.pk)
        return page(request, request.scope, fresh, status=409, refusal=str(refusal), note=note)
    return None


def _number(request: DeskRequest, name: str) -> int | None:
    """Return a number the page carried, such as that of the wording it showed; None when it is no number."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
