"""The day of a unit, one airing with what was heard, and stopping it."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.devices import queries as devices
from loa.dispatch import commands, queries, remarks, rules, standing
from loa.dispatch.by_hand import announced
from loa.dispatch.models import NO_CLIP, Airing
from loa.dispatch.web.forms import StopForm
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol.messages import Outcome

ROWS_SHOWN = 40
PAGE_LENGTH = 100
TILES_LARGE = 60

FURTHEST_DAY = timedelta(days=36_500)
"""How far from today a day may be asked for; the calendar itself has ends."""


@require_safe
@needs(queries.VIEW)
def timeline(request: DeskRequest) -> HttpResponse:
    """Show a unit's day: what was aired, what is on the air, what will be; today opens where it is now."""
    units = list(orgs.choices_for(request.scope, queries.VIEW, channel=Airing.scope_channel))
    if not units:
        raise Denied(permission=permissions.sentence(queries.VIEW), place=_("any unit"))
    unit = _chosen(request, units)
    now = clock.now()
    today = now.astimezone(rules.ZONE).date()
    day = _day(request.GET.get("day", ""), otherwise=today)
    start = datetime.combine(day, time.min, tzinfo=rules.ZONE)
    airings = queries.beginning(request.scope, unit, day_start=start, day_end=start + timedelta(days=1))
    pages = Paginator(airings, PAGE_LENGTH)
    present = min(airings.filter(start_at__lte=now).count() // PAGE_LENGTH + 1, pages.num_pages) if day == today else 0
    page = pages.get_page(request.GET.get("page") or present or 1)
    facts = {
        "unit": unit,
        "units": units,
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "page": page,
        "lines": standing.day(queries.summaries(unit, page, now=now), now=now, is_today=page.number == present),
        "is_empty": not pages.count,
        "now": now,
    }
    return render(request, "dispatch/timeline.html", facts)


@require_safe
@needs(queries.VIEW)
def airing(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """Show who heard an airing, who did not, and why."""
    return render(request, "dispatch/airing.html", _facts(request, airing_id))


@require_safe
@needs(queries.VIEW)
def live(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """Return the part of the airing's page that changes; 204 when it has not."""
    facts = _facts(request, airing_id)
    if facts["is_live"] and request.GET.get("seen") == facts["seen"]:
        return HttpResponse(status=204)
    return render(request, "dispatch/live.html", facts | {"is_part": True})


@require_http_methods(["GET", "POST"])
@needs(queries.VIEW)
def stop(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then break an airing off on every device."""
    found = queries.get(request.scope, airing_id)
    demand(request.scope, "dispatch.stop", path=found.scope_path, place=found.unit.name)
    form = StopForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.stop(request.scope, found, reason=form.cleaned_data["reason"], now=clock.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("dispatch:airing", found.pk)
    return render(request, "dispatch/stop.html", {"airing": found, "form": form}, status=status)


def _facts(request: DeskRequest, airing_id: uuid.UUID) -> dict[str, object]:
    now = clock.now()
    outcome = queries.outcome(request.scope, airing_id, now=now)
    shown = outcome.airing
    word = standing.of_outcome(outcome, now=now)
    rows = _placed(outcome.rows)
    wants_all = "all" in request.GET
    is_live = standing.is_live(outcome, now=now)
    ready = _ready(outcome) if is_live else frozenset()
    told = remarks.of(shown)
    counts = (
        len(told), len(ready), outcome.heard, outcome.waiting, outcome.partial, outcome.silent, outcome.odd,
        outcome.unreachable, outcome.said,
    )  # fmt: skip
    return {
        "ready": ready,
        "outcome": outcome,
        "airing": shown,
        "recording": f"/media/{shown.clip_sha256}" if shown.is_live and shown.clip_sha256 != NO_CLIP else "",
        "standing": word,
        "by_hand": (by_hand := announced(request.scope, shown)),
        "by_hand_noted": sum(row.line is not None for row in by_hand),
        "is_relay": remarks.is_relay(shown),
        "remarks": told,
        "is_live": is_live,
        "rows": rows if wants_all else rows[:ROWS_SHOWN],
        "hidden": 0 if wants_all else max(0, len(rows) - ROWS_SHOWN),
        "wants_all": wants_all,
        "has_many": len(rows) > TILES_LARGE,
        "lost": outcome.expected - outcome.heard - outcome.waiting,
        "seen": "-".join([word, *map(str, counts)]),
        "duration": timedelta(milliseconds=shown.clip_duration_ms),
        "may_stop": shown.state in rules.STANDING
        and now < shown.end_at
        and outcome.waiting > 0
        and request.scope.can("dispatch.stop", shown.scope_path),
        "now": now,
    }


def _placed(rows: Sequence[queries.OutcomeRow]) -> list[tuple[queries.OutcomeRow, str]]:
    """Return each row with its commune's name, where clusters of several stand side by side: hamlets share names."""
    communes = orgs.communes_of({row.device.unit_path for row in rows if row.device is not None})
    several = len(set(communes.values())) > 1
    return [(row, communes.get(row.device.unit_path, "") if several and row.device else "") for row in rows]


def _ready(outcome: queries.AiringOutcome) -> frozenset[uuid.UUID]:
    """Return the devices that took the order over and whose report is still to come."""
    waiting = {row.device_id for row in outcome.rows if row.verdict is rules.Verdict.WAITING}
    took = {row.device_id for row in devices.evidence_of([outcome.airing.pk]) if row.outcome == Outcome.RECEIVED}
    return frozenset(waiting & took)


def _chosen(request: DeskRequest, units: list[Unit]) -> Unit:
    """Return the unit asked for by its code; the highest one in reach when none is asked for."""
    code = request.GET.get("unit", "")
    if not code:
        return min(units, key=lambda unit: (unit.path.count("/"), unit.sort_order, unit.path))
    for unit in units:
        if unit.code == code:
            return unit
    raise NotFound


def _day(text: str, *, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if abs(day - otherwise) <= FURTHEST_DAY else otherwise
