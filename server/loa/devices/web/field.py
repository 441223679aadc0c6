"""A device in the field, on a phone: where it stands, what stands beside it, a photo; and the label that leads here."""

import uuid
from datetime import datetime
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.devices import commands, fitting, queries, readings
from loa.devices.models import Device, Fitting
from loa.devices.web.field_forms import LIMITS, UNUSUAL, FieldForm
from loa.devices.web.photos import picture, shown
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Level

RIGHT = "devices.enrol"
_MB = 1_000_000


@require_http_methods(["GET", "POST"])
@needs("devices.view")
def field(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Note where a device stands and what stands beside it."""
    device = _mine(request, device_id)
    found = of(device)
    units = [unit for unit in orgs.choices_for(request.scope, RIGHT) if _is_near(unit.path, device.unit)]
    form = FieldForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        units=units or [device.unit],
        device=device,
        fitting=found,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = commands.fit(
                    request.scope,
                    device,
                    unit=form.chosen_unit,
                    latitude=form.cleaned_data["latitude"],
                    longitude=form.cleaned_data["longitude"],
                    fitted=form.fitted,
                    photo=picture(form.cleaned_data["photo"]),
                    now=clock.now(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("It is noted."))
                for word in _unusual(made):
                    messages.warning(request, UNUSUAL[word] % LIMITS)
                return redirect("devices:detail", device.pk)
    facts = {"device": device, "form": form, "fitting": found, "units": units, "chosen": form["unit"].value()}
    answer = render(request, "devices/field.html", facts, status=status)
    # this page alone may ask where the phone is
    policy = {**settings.PERMISSIONS_POLICY, "geolocation": "(self)"}
    answer.headers["Permissions-Policy"] = ", ".join(f"{name}={who}" for name, who in policy.items())
    return answer


@require_safe
@needs("devices.view")
def label(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Show a label to print and stick on the cabinet: whoever scans it comes to the field's page."""
    device = _mine(request, device_id)
    address = settings.LOA_PUBLIC_URL + reverse("devices:field", args=[device.pk])
    drawn = segno.make(address, error="m").svg_data_uri(scale=6, border=4, light="#ffffff", dark="#000000")
    return render(request, "devices/label.html", {"device": device, "picture": drawn, "address": address})


@require_safe
@needs("devices.view")
def photo(request: DeskRequest, device_id: uuid.UUID) -> Any:
    """Show the photo of a device's place."""
    found = of(queries.get(request.scope, device_id))
    if found is None or found.photo_id is None:
        raise NotFound
    return shown(found.photo_id)


def of(device: Device) -> Fitting | None:
    """Return what is noted of a device the caller may see."""
    found: Fitting | None = (
        Fitting.objects.unscoped("beside a device that may be seen")
        .select_related("photo")
        .filter(device=device)
        .first()
    )
    return found


def used_mb(device: Device, *, now: datetime) -> int | None:
    """Return how much data a device used this month, in MB; None when it never told."""
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    used = readings.traffic_bytes(device, since=month)
    return None if used == 0 else -(-used // _MB)


def _unusual(found: Fitting) -> list[fitting.Unusual]:
    return fitting.unusual(
        supply_low_v=found.supply_low_v, supply_high_v=found.supply_high_v, speaker_w=found.speaker_w
    )


def _is_near(path: str, unit: Unit) -> bool:
    """Tell whether a unit lies in the same commune: a device is noted in its hamlet, not sent across the province."""
    commune = unit.path.rpartition("/")[0] if unit.level == Level.HAMLET else unit.path
    return is_within(path, commune)


def _mine(request: DeskRequest, device_id: uuid.UUID) -> Device:
    device = queries.get(request.scope, device_id)
    demand(request.scope, RIGHT, path=device.scope_path, place=device.unit.name)
    return device
