"""Silencing loudspeakers: the silences there are, a new one in two steps, who has confirmed, and lifting it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.devices import commands, groups, queries, rules, silences
from loa.devices.models import Device, Silence
from loa.devices.web.forms import LiftForm, SilenceForm
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

RIGHT = "devices.silence"
PAST_SHOWN = 30
CHOICE_MOST = 60
"""From how many loudspeakers somebody can choose single ones by hand."""

ROWS_SHOWN = 60
WATCHED = timedelta(minutes=10)
"""For how long a page looks again by itself."""


@require_safe
@needs("devices.view")
def listing(request: DeskRequest) -> HttpResponse:
    """List the silences that hold, then those that are over."""
    found = silences.visible(request.scope)
    facts = {
        "holding": list(silences.holding(request.scope)),
        "past": list(found.exclude(stops=True, lifted_at=None)[:PAST_SHOWN]),
        "may_silence": request.scope.holds(RIGHT),
    }
    return render(request, "devices/silences.html", facts)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: DeskRequest) -> HttpResponse:
    """Show whom a silence would reach, and say it."""
    asked = request.POST if request.method == "POST" else request.GET
    place, units = _place(request, device=asked.get("device", ""), code=asked.get("unit", ""))
    unit = place.unit if isinstance(place, Device) else place
    named = [place.pk] if isinstance(place, Device) else None
    reached = silences.covered(unit.path, named).filter(state=rules.State.ENROLLED).select_related("unit")
    count = reached.count()
    choices = list(reached.order_by("unit__path", "name", "pk")) if named is None and 1 < count <= CHOICE_MOST else []
    offered = groups.offered(request.scope, unit.path) if named is None else ()
    form = SilenceForm(
        request.POST if request.method == "POST" else None, devices=choices, groups=offered, drill="drill" in asked
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = commands.silence(
                    request.scope,
                    place,
                    device_ids=form.chosen,
                    reason=form.cleaned_data["reason"],
                    is_drill=form.is_drill,
                    stops=form.stops,
                    now=clock.now(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:silence", said.pk)
    device = place if isinstance(place, Device) else None
    facts: dict[str, object] = {
        "form": form,
        "device": device,
        "unit": unit,
        "units": units,
        "count": count,
        "choices": choices,
    }
    facts["groups"] = offered
    return render(request, "devices/silence_new.html", facts, status=status)


@require_safe
@needs("devices.view")
def detail(request: DeskRequest, silence_id: uuid.UUID) -> HttpResponse:
    """Show who has confirmed, who has not yet, and who is out of reach."""
    return render(request, "devices/silence.html", _facts(request, silence_id, now=clock.now()))


@require_safe
@needs("devices.view")
def progress(request: DeskRequest, silence_id: uuid.UUID) -> HttpResponse:
    """Return the part of the page that changes; 204 when it has not."""
    facts = _facts(request, silence_id, now=clock.now())
    if facts["is_live"] and request.GET.get("seen") == facts["seen"]:
        return HttpResponse(status=204)
    return render(request, "devices/silence_progress.html", facts | {"is_part": True})


@require_http_methods(["GET", "POST"])
@needs("devices.view")
def lift(request: DeskRequest, silence_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then let loudspeakers sound again."""
    found = silences.get(request.scope, silence_id)
    demand(request.scope, RIGHT, path=found.holder.path, place=found.holder.name)
    form = LiftForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.lift(request.scope, found, reason=form.cleaned_data["reason"], now=clock.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:silence", found.pk)
    return render(request, "devices/silence_lift.html", {"silence": found, "form": form}, status=status)


def _place(request: DeskRequest, *, device: str, code: str) -> tuple[Unit | Device, Sequence[Unit]]:
    """Return what is to be silenced, and the units that may be chosen instead."""
    if device:
        try:
            found = queries.get(request.scope, uuid.UUID(device))
        except ValueError as broken:
            raise NotFound from broken
        demand(request.scope, RIGHT, path=found.scope_path, place=found.unit.name)
        return found, ()
    units = list(orgs.choices_for(request.scope, RIGHT))
    if not units:
        raise Denied(permission=permissions.sentence(RIGHT), place=_("any unit"))
    home = request.scope.home(RIGHT)
    chosen = next((unit for unit in units if unit.code == code), None) if code else None
    if code and chosen is None:
        raise NotFound
    return chosen or next((unit for unit in units if unit.path == home), units[0]), units


def _facts(request: DeskRequest, silence_id: uuid.UUID, *, now: datetime) -> dict[str, object]:
    found: Silence = silences.get(request.scope, silence_id)
    told = silences.progress(found)
    since = found.lifted_at or found.began_at
    first = [answer for answer in told.answers if answer.standing != "confirmed"]
    rows = sorted(first, key=lambda answer: ("cannot", "waiting", "away").index(answer.standing))
    rows += [answer for answer in told.answers if answer.standing == "confirmed"]
    return {
        "silence": found,
        "told": told,
        "total": len(told.answers),
        "rows": rows[:ROWS_SHOWN],
        "hidden": max(0, len(rows) - ROWS_SHOWN),
        "last_ms": None if told.last_after is None else round(told.last_after / timedelta(milliseconds=1)),
        "is_live": told.waiting + told.away > 0 and now - since < WATCHED,
        "seen": f"{told.confirmed}-{told.waiting}-{told.away}-{told.cannot}",
        "may_lift": found.is_open and request.scope.can(RIGHT, found.holder.path),
    }
