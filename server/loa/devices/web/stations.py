"""Stations without a device: the list, one station with its log, and keeping both, on a phone."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.devices import commands, stations
from loa.devices.by_hand import Condition
from loa.devices.models import HandPlay, Station
from loa.devices.web.station_forms import CorrectForm, HandPlayForm, StationForm, initial
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs

VIEW, RIGHT = "devices.view", "devices.keep_stations"
PAGE_LENGTH = 50


@require_safe
@needs(VIEW)
def listing(request: DeskRequest) -> HttpResponse:
    """List stations by unit and name; those no longer used come only when they are asked for."""
    units = list(orgs.choices_for(request.scope, VIEW))
    found = stations.visible(request.scope)
    code = request.GET.get("unit", "")
    if code:
        unit = next((unit for unit in units if unit.code == code), None)
        if unit is None:
            raise NotFound
        found = found.filter(unit__path__within=unit.path)
    wants_gone = "gone" in request.GET
    if not wants_gone:
        found = found.exclude(condition=Condition.GONE)
    facts = {
        "page": (page := Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))),
        "rows": [(station, request.scope.can(RIGHT, station.scope_path)) for station in page],
        "units": units,
        "unit_code": code,
        "wants_gone": wants_gone,
        "may_keep": request.scope.holds(RIGHT),
    }
    return render(request, "devices/stations.html", facts)


@require_safe
@needs(VIEW)
def detail(request: DeskRequest, station_id: uuid.UUID) -> HttpResponse:
    """Show one station with its log; lines that were corrected stay to be read."""
    station = stations.get(request.scope, station_id)
    facts = {
        "station": station,
        "lines": stations.log(station),
        "may_keep": request.scope.can(RIGHT, station.scope_path),
    }
    return render(request, "devices/station.html", facts)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: DeskRequest) -> HttpResponse:
    """Add a station."""
    return _keep(request, None)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def change(request: DeskRequest, station_id: uuid.UUID) -> HttpResponse:
    """Note how a station is found now."""
    return _keep(request, _mine(request, station_id))


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def played(request: DeskRequest, station_id: uuid.UUID) -> HttpResponse:
    """Note what was played by hand; a page that led here may have named the airing that was announced."""
    station = _mine(request, station_id)
    now = clock.now()
    airing = _airing(request.POST.get("airing", request.GET.get("airing", "")))
    begin = initial(_begun(request.GET.get("at", ""), now=now), words=request.GET.get("words", "")[:300])
    form = HandPlayForm(request.POST if request.method == "POST" else None, initial=begin)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.note_hand_play(
                    request.scope,
                    station,
                    played_at=form.played_at,
                    words=form.cleaned_data["words"],
                    minutes=form.cleaned_data["minutes"],
                    airing_id=airing,
                    now=now,
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("It is noted."))
                return redirect("devices:station", station.pk)
    facts = {"station": station, "form": form, "airing": airing or ""}
    return render(request, "devices/hand_play.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def correct(request: DeskRequest, line_id: uuid.UUID) -> HttpResponse:
    """Put another line in the place of a wrong one."""
    line: HandPlay = stations.line(request.scope, line_id)
    demand(request.scope, RIGHT, path=line.scope_path, place=line.station.unit.name)
    now = clock.now()
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial(now, line=line))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.correct_hand_play(
                    request.scope,
                    line,
                    played_at=form.played_at,
                    words=form.cleaned_data["words"],
                    minutes=form.cleaned_data["minutes"],
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:station", line.station_id)
    return render(
        request, "devices/hand_play.html", {"station": line.station, "form": form, "line": line}, status=status
    )


def _keep(request: DeskRequest, station: Station | None) -> HttpResponse:
    units = list(orgs.choices_for(request.scope, RIGHT))
    form = StationForm(request.POST if request.method == "POST" else None, units=units, station=station)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            now = clock.now()
            try:
                if station is None:
                    kept = commands.add_station(request.scope, form.chosen_unit, told=form.told, now=now)
                else:
                    kept = commands.change_station(
                        request.scope, station, unit=form.chosen_unit, told=form.told, now=now
                    )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("It is noted."))
                return redirect("devices:station", kept.pk)
    chosen = form["unit"].value() or (units[0].code if units else "")
    facts = {"form": form, "station": station, "units": units, "chosen": chosen}
    return render(request, "devices/station_form.html", facts, status=status)


def _mine(request: DeskRequest, station_id: uuid.UUID) -> Station:
    station = stations.get(request.scope, station_id)
    demand(request.scope, RIGHT, path=station.scope_path, place=station.unit.name)
    return station


def _airing(named: str) -> uuid.UUID | None:
    if not named:
        return None
    try:
        return uuid.UUID(named)
    except ValueError as broken:
        raise NotFound from broken


def _begun(named: str, *, now: datetime) -> datetime:
    """Return when the airing began that a page named; now when it named none that can be."""
    try:
        moment = datetime.fromisoformat(named)
    except ValueError:
        return now
    return moment if moment.tzinfo is not None and moment <= now else now
