"""The page on which a person chooses where and when, and hands the bulletin in."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import State
from loa.devices import queries as devices
from loa.devices.queries import DeviceFacts
from loa.kernel import clock
from loa.kernel.errors import Denied, DomainError, NotFound
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import commands, rules
from loa.schedules.web.forms import PlaceForm, usual_time

LISTED_MOST = 120
FIELD_OF = {"too_late": "at", "too_far_ahead": "day", "quiet_hours": "confirmed", "nobody_there": "unit"}


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def place(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Choose where and when; hand in a draft along the way."""
    bulletin = _open(request, bulletin_id)
    units = _units(request, bulletin)
    unit = _asked_unit(request.POST.get("unit") or request.GET.get("unit", ""), units, bulletin)
    clusters = _clusters(unit)
    if request.method == "GET" or request.POST.get("action") == "devices":
        form = PlaceForm(initial=_first(request, unit), units=units, device_ids=[cluster.id for cluster in clusters])
        return _page(request, bulletin, form, unit=unit, clusters=clusters)
    form = PlaceForm(request.POST, units=units, device_ids=[cluster.id for cluster in clusters])
    if not form.is_valid():
        return _page(request, bulletin, form, unit=unit, clusters=clusters, status=422)
    now = clock.now()
    try:
        commands.ask(
            request.scope,
            form.chosen_unit,
            bulletin_id=bulletin.pk,
            start_at=form.start_at,
            device_ids=form.device_ids,
            requested_by=request.scope.actor.name,
            confirmed=form.cleaned_data["confirmed"],
            now=now,
        )
        if bulletin.state == State.DRAFT:
            writing.submit(request.scope, bulletin, now=now)
            messages.success(request, _("The bulletin is waiting for approval."))
    except (NotFound, Denied):
        raise
    except DomainError as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _page(request, bulletin, form, unit=unit, clusters=clusters, status=409)
    return redirect("bulletins:detail", bulletin.pk)


@require_safe
@needs("bulletins.view")
def devices_of(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Return the choice of clusters of one unit, for a page that changes without being loaded again."""
    bulletin = _open(request, bulletin_id)
    units = _units(request, bulletin)
    unit = _asked_unit(request.GET.get("unit", ""), units, bulletin)
    clusters = _clusters(unit)
    form = PlaceForm(initial=_first(request, unit), units=units, device_ids=[cluster.id for cluster in clusters])
    return render(request, "schedules/clusters.html", _cluster_facts(form, unit, clusters))


def _open(request: DeskRequest, bulletin_id: uuid.UUID) -> Bulletin:
    bulletin = bulletins.get(request.scope, bulletin_id)
    demand(request.scope, "schedules.request", path=bulletin.scope_path, place=bulletin.unit.name)
    return bulletin


def _units(request: DeskRequest, bulletin: Bulletin) -> list[Unit]:
    reach = orgs.choices_for(request.scope, "schedules.request")
    return [unit for unit in reach if is_within(unit.path, bulletin.unit.path)]


def _asked_unit(code: str, units: Sequence[Unit], bulletin: Bulletin) -> Unit:
    for unit in units:
        if unit.code == code:
            return unit
    return bulletin.unit


def _clusters(unit: Unit) -> list[DeviceFacts]:
    facts = devices.device_facts(devices.enrolled_below(unit.path))
    return sorted(facts.values(), key=lambda device: (device.unit_path, device.name, device.id))


def _first(request: DeskRequest, unit: Unit) -> dict[str, object]:
    """Return what the form begins with: what was typed so far, else all clusters as soon as approved."""
    usual = usual_time(clock.now())
    typed = request.POST
    return {
        "unit": unit.code,
        "reach": typed.get("reach", "all"),
        "when": typed.get("when", "approved"),
        "day": typed.get("day") or usual.date(),
        "at": typed.get("at") or usual.time(),
    }


def _cluster_facts(form: PlaceForm, unit: Unit, clusters: Sequence[DeviceFacts]) -> dict[str, object]:
    picked = form["devices"].value() or []
    return {
        "form": form,
        "unit": unit,
        "clusters": clusters if len(clusters) <= LISTED_MOST else [],
        "count": len(clusters),
        "silent": sum(not cluster.connected for cluster in clusters),
        "picked": {str(device) for device in picked},
    }


def _page(
    request: DeskRequest,
    bulletin: Bulletin,
    form: PlaceForm,
    *,
    unit: Unit,
    clusters: Sequence[DeviceFacts],
    status: int = 200,
) -> HttpResponse:
    facts = _cluster_facts(form, unit, clusters) | {
        "bulletin": bulletin,
        "units": list(form.units.values()),
        "is_draft": bulletin.state == State.DRAFT,
        "asks_quiet": rules.is_quiet(clock.now()) or "confirmed" in form.errors or bool(form["confirmed"].value()),
    }
    return render(request, "schedules/place.html", facts, status=status)
