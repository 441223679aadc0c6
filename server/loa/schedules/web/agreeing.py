"""A second person's word on what a colleague took from above, where nobody may air it alone."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import Scope
from loa.schedules import commands, queries, rules, saying
from loa.schedules.models import Slot


def facts(scope: Scope, slot: Slot | None, *, now: datetime) -> Mapping[str, object]:
    """Return what the page of an item knows of a place that waits for a second person; nothing else waits so."""
    if slot is None or slot.state != rules.State.WAITING:
        return {}
    may = scope.can("bulletins.approve", slot.scope_path) and slot.asked_by != scope.actor.id
    return {
        "waits": slot,
        "may_agree": may,
        "agree_waking": queries.waking([slot], now=now) if may else None,
        "agree_breaking": saying.each(queries.breaking([slot], now=now)) if may else [],
    }


@require_POST
@needs("schedules.view")
def agree(request: DeskRequest, slot_id: uuid.UUID) -> HttpResponse:
    """Agree to the time a colleague chose."""
    slot = _slot(request, slot_id)
    text = request.POST.get("wakes", "")
    wakes = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
    why = request.POST.get("override", "")
    return _done(
        request,
        slot,
        lambda: commands.agree(request.scope, slot, wakes=wakes, override=why, now=clock.now()),
        said=_("It is on the schedule."),
    )


@require_POST
@needs("schedules.view")
def disagree(request: DeskRequest, slot_id: uuid.UUID) -> HttpResponse:
    """Decide that it does not air at that time."""
    slot = _slot(request, slot_id)
    return _done(
        request,
        slot,
        lambda: commands.disagree(request.scope, slot, now=clock.now()),
        said=_("Declined: it will not air there at that time."),
    )


def _slot(request: DeskRequest, slot_id: uuid.UUID) -> Slot:
    slot = queries.get(request.scope, slot_id)
    demand(request.scope, "bulletins.approve", path=slot.scope_path, place=slot.unit.name)
    if slot.receipt_id is None:
        raise NotFound
    return slot


def _done(request: DeskRequest, slot: Slot, act: Callable[[], object], *, said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("inbox:item", slot.receipt_id)
