"""The list of devices, and one device with what it last reported."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.devices import queries, rules
from loa.devices.web import standing
from loa.devices.web.forms import VolumeForm
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs

PAGE_LENGTH = 50
EVENTS_SHOWN = 20


@require_safe
@needs("devices.view")
def devices(request: DeskRequest) -> HttpResponse:
    """List devices by state, unit and name."""
    units = list(orgs.choices_for(request.scope, "devices.view"))
    found = queries.visible(request.scope)
    code = request.GET.get("unit", "")
    if code:
        unit = next((unit for unit in units if unit.code == code), None)
        if unit is None:
            raise NotFound
        found = found.filter(unit__path=unit.path) | found.filter(unit__path__startswith=f"{unit.path}/")
    if words := request.GET.get("q", "").replace("\0", "").strip():
        found = found.filter(name__icontains=words)
    counts = standing.counts(found)
    state = request.GET.get("state", "")
    if state in standing.CONDITIONS:
        found = found.filter(standing.CONDITIONS[state])
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "rows": [(device, standing.of(device)) for device in page],
        "counts": [(word, counts[word]) for word in standing.CONDITIONS],
        "state": state,
        "units": units,
        "unit_code": code,
        "words": words,
        "may_add": request.scope.holds("devices.enrol"),
    }
    return render(request, "devices/list.html", facts)


@require_safe
@needs("devices.view")
def detail(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Show how a device does and what it last played."""
    device = queries.get(request.scope, device_id)
    may_enrol = request.scope.can("devices.enrol", device.scope_path)
    is_open = device.state != rules.State.REVOKED
    facts = {
        "device": device,
        "standing": standing.of(device),
        "events": queries.latest_evidence(request.scope, device, limit=EVENTS_SHOWN),
        "refusals": queries.refusals(request.scope, device, limit=EVENTS_SHOWN),
        "may_enrol": may_enrol and is_open,
        "may_control": request.scope.can("devices.control", device.scope_path) and device.state == rules.State.ENROLLED,
        "volume": VolumeForm(initial={"volume_pct": device.volume_pct or device.reported_volume_pct or 80}),
    }
    return render(request, "devices/detail.html", facts)
