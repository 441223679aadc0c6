"""How loud loudspeakers may be at a unit, and how loud they were measured."""

import uuid
from collections.abc import Callable
from datetime import datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.devices import queries as devices
from loa.dispatch import ceilings as holding
from loa.dispatch import ceilings_seen as seen
from loa.dispatch import commands, rules
from loa.dispatch.models import Ceiling
from loa.dispatch.refusals import TooQuietForAlerts
from loa.dispatch.web.ceiling_forms import NEARBY, CeilingForm, LevelForm
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

VIEW = "dispatch.view"
MEASURED_SHOWN = 20
_DAY_MIN = 24 * 60


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def ceilings(request: DeskRequest) -> HttpResponse:
    """Show how loud it may be at a unit, and set one more ceiling."""
    unit = _unit(request)
    if request.method == "GET":
        return _page(request, unit)
    demand(request.scope, "dispatch.limit", path=_path(unit), place=unit.name)
    form = CeilingForm(request.POST, clusters=_clusters(unit))
    if form.is_valid():
        of = form.cleaned_data
        try:
            commands.set_ceiling(
                request.scope,
                unit,
                start_min=_minute(of["start"]),
                end_min=_minute(of["end"]) or _DAY_MIN,
                most_pct=of["most_pct"],
                device_id=uuid.UUID(of["device"]) if of["device"] else None,
                is_alert=of["is_alert"],
                nearby=rules.Nearby(of["nearby"]) if of["nearby"] else None,
                reason=of["reason"],
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("most_pct" if isinstance(refusal, TooQuietForAlerts) else None, str(refusal))
        else:
            messages.success(request, _("The ceiling holds. Devices learn it within seconds, or when they return."))
            return redirect(_address(unit))
    return _page(request, unit, form=form, status=422)


@require_POST
@needs(VIEW)
def measured(request: DeskRequest) -> HttpResponse:
    """Note what a meter showed."""
    unit, now = _unit(request), clock.now()
    demand(request.scope, "dispatch.measure", path=_path(unit), place=unit.name)
    form = LevelForm(request.POST, clusters=_clusters(unit))
    if form.is_valid():
        of = form.cleaned_data
        try:
            commands.note_level(
                request.scope,
                unit,
                level_dba=of["level_dba"],
                distance_m=of["distance_m"],
                spot=of["spot"],
                measured_at=datetime.combine(of["measured_on"], of["measured_at"], tzinfo=rules.ZONE),
                device_id=uuid.UUID(of["at_device"]) if of["at_device"] else None,
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The measurement is noted."))
            return redirect(_address(unit))
    return _page(request, unit, level_form=form, status=422)


@require_POST
@needs(VIEW)
def ask_to_end(request: DeskRequest, ceiling_id: uuid.UUID) -> HttpResponse:
    """Ask that a ceiling be ended."""

    def act(found: Ceiling) -> str:
        commands.ask_to_end(request.scope, found, now=clock.now())
        return _("It holds until another person ends it.")

    return _acted(request, ceiling_id, act)


@require_POST
@needs(VIEW)
def end(request: DeskRequest, ceiling_id: uuid.UUID) -> HttpResponse:
    """End a ceiling that somebody asked to end."""

    def act(found: Ceiling) -> str:
        commands.end_ceiling(request.scope, found, now=clock.now())
        return _("The ceiling is ended.")

    return _acted(request, ceiling_id, act)


@require_POST
@needs(VIEW)
def keep(request: DeskRequest, ceiling_id: uuid.UUID) -> HttpResponse:
    """Let a ceiling stand that somebody asked to end."""

    def act(found: Ceiling) -> str:
        commands.keep_ceiling(request.scope, found)
        return _("The ceiling stays.")

    return _acted(request, ceiling_id, act)


def _acted(request: DeskRequest, ceiling_id: uuid.UUID, act: Callable[[Ceiling], str]) -> HttpResponse:
    found = seen.get(request.scope, ceiling_id)
    demand(request.scope, "dispatch.limit", path=found.scope_path, place=found.unit.name)
    try:
        said = act(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(_address(found.unit))


def _page(
    request: DeskRequest,
    unit: Unit,
    *,
    form: CeilingForm | None = None,
    level_form: LevelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    clusters, now = _clusters(unit), clock.now()
    local = now.astimezone(rules.ZONE)
    rows = seen.around(request.scope, unit)
    facts = {
        "unit": unit,
        "units": list(orgs.choices_for(request.scope, VIEW, channel=Ceiling.scope_channel)),
        "rows": [(row, _clock(row.start_min), _clock(row.end_min), dict(NEARBY).get(row.nearby, "")) for row in rows],
        "alert_least_pct": rules.ALERT_LEAST_PCT,
        "now_pct": holding.lowest_ceiling(unit.path, now),
        "measurements": seen.measurements(request.scope, unit)[:MEASURED_SHOWN],
        "may_limit": request.scope.can("dispatch.limit", _path(unit)),
        "may_measure": request.scope.can("dispatch.measure", _path(unit)),
        "form": form or CeilingForm(clusters=clusters, initial={"start": time(21), "end": time(5, 30)}),
        "level_form": level_form
        or LevelForm(clusters=clusters, initial={"measured_on": local.date(), "measured_at": local.time()}),
    }
    return render(request, "dispatch/ceilings.html", facts, status=status)


def _unit(request: DeskRequest) -> Unit:
    """Return the unit that is named, else the highest in reach."""
    units = sorted(orgs.choices_for(request.scope, VIEW, channel=Ceiling.scope_channel), key=lambda one: one.path)
    code = request.POST.get("unit") or request.GET.get("unit", "")
    found = next((one for one in units if one.code == code), units[0] if units and not code else None)
    if found is None:
        raise NotFound
    return found


def _clusters(unit: Unit) -> list[tuple[str, str]]:
    facts = devices.device_facts(devices.enrolled_below(unit.path)[:500])
    ordered = sorted(facts.values(), key=lambda one: (one.unit_path, one.name, one.id))
    return [(str(one.id), f"{one.name} · {one.unit_name}") for one in ordered]


def _path(unit: Unit) -> str:
    return f"{unit.path}#{Ceiling.scope_channel}"


def _address(unit: Unit) -> str:
    return f"{reverse('dispatch:ceilings')}?unit={unit.code}"


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
