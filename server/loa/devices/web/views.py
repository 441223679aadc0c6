"""The list of devices, and one device with what it last reported."""

import uuid
from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.devices import conditions, faults, groups, queries, repairs, rules, silences, watching
from loa.devices.drivers import register
from loa.devices.thresholds import Ruler
from loa.devices.web import field, standing
from loa.devices.web.forms import VolumeForm
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs

PAGE_LENGTH = 50
EVENTS_SHOWN = 20
SILENCES_SHOWN = 5
RIGHTS = ("enrol", "control", "silence", "repair")


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
        found = found.filter(unit__path__within=unit.path)
    if words := request.GET.get("q", "").replace("\0", "").strip():
        found = found.filter(name__icontains=words)
    named = request.GET.get("group", "")
    if named:
        found = found.filter(pk__in=_in_group(request, named))
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
        "groups": list(groups.visible(request.scope)),
        "group_id": named,
        "words": words,
        "may_add": request.scope.holds("devices.enrol"),
        "may_silence": request.scope.holds("devices.silence"),
        "faults": repairs.visible(request.scope).filter(closed_at=None).count(),
        "silences": list(silences.holding(request.scope)[:SILENCES_SHOWN]),
    }
    return render(request, "devices/list.html", facts)


def _in_group(request: DeskRequest, named: str) -> Sequence[uuid.UUID]:
    """Return the devices of a group that was named and may be seen."""
    try:
        group = groups.get(request.scope, uuid.UUID(named))
    except ValueError as broken:
        raise NotFound from broken
    return groups.members([group]).get(group.pk, ())


@require_safe
@needs("devices.view")
def detail(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Show how a device does and what it last played."""
    device = queries.get(request.scope, device_id)
    may = {verb: request.scope.can(f"devices.{verb}", device.scope_path) for verb in RIGHTS}
    is_enrolled = device.state == rules.State.ENROLLED
    driver = register.drivers().get(device.driver)
    events = queries.latest_evidence(request.scope, device, limit=EVENTS_SHOWN)
    facts = {
        "device": device,
        "standing": standing.of(device),
        "driver": driver,
        "asks_every_s": None if driver is None else int(driver.asks_every.total_seconds()),
        "last_fed": queries.last_sound(device),
        "silent_dbfs": faults.SILENT_DBFS,
        "events": events,
        "of_silences": silences.among([event.airing_id for event in events if event.airing_id is not None]),
        "silences": silences.over(device),
        "ailments": conditions.ailments(watching.facts(device), Ruler().of(device.unit.path), now=clock.now()),
        "tickets": list(repairs.visible(request.scope).filter(device=device, closed_at=None)),
        "fitting": field.of(device),
        "used_mb": field.used_mb(device, now=clock.now()),
        "may_repair": may["repair"],
        "may_silence": may["silence"] and is_enrolled,
        "refusals": queries.refusals(request.scope, device, limit=EVENTS_SHOWN),
        "may_enrol": may["enrol"] and device.state != rules.State.REVOKED,
        "may_control": may["control"] and is_enrolled,
        "volume": VolumeForm(initial={"volume_pct": device.volume_pct or device.reported_volume_pct or 80}),
    }
    return render(request, "devices/detail.html", facts)
