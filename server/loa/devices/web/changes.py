"""Adding a device, giving it its identity, setting its volume, shutting it out."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.devices import commands, queries, refusals, rules
from loa.devices.drivers import address, register
from loa.devices.models import Device
from loa.devices.web.forms import DeviceForm, VolumeForm
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs


@require_http_methods(["GET", "POST"])
@needs("devices.enrol")
def add(request: DeskRequest) -> HttpResponse:
    """Add a device, and lead to its enrolment code."""
    units = list(orgs.choices_for(request.scope, "devices.enrol"))
    form = DeviceForm(request.POST or None, units=units)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                device = commands.register(
                    request.scope,
                    form.chosen_unit,
                    name=form.cleaned_data["name"],
                    kind=form.cleaned_data["kind"],
                    latitude=form.cleaned_data["latitude"],
                    longitude=form.cleaned_data["longitude"],
                    driver=form.chosen_driver,
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The device is added. It still needs its identity."))
                return redirect("devices:enrol_code", device.pk)
    chosen = form["unit"].value() or (units[0].code if units else "")
    return render(request, "devices/add.html", {"form": form, "units": units, "chosen": chosen}, status=status)


@require_http_methods(["GET", "POST"])
@needs("devices.view")
def enrol_code(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Issue a one-time code and show it this once: it is kept as a digest only."""
    device = _mine(request, device_id, permission="devices.enrol")
    if device.driver != rules.OWN_DRIVER:
        return _secret(request, device)
    code = ""
    now = clock.now()
    if request.method == "POST":
        code = commands.issue_code(request.scope, device, now=now)
    facts = {
        "device": device,
        "code": code,
        "server": settings.LOA_PUBLIC_URL,
        "expires_at": now + rules.CODE_LIFETIME,
        "minutes": int(rules.CODE_LIFETIME.total_seconds() // 60),
        "is_enrolled": device.state == rules.State.ENROLLED,
    }
    return render(request, "devices/code.html", facts)


@require_POST
@needs("devices.view")
def volume(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Order a volume."""
    device = _mine(request, device_id, permission="devices.control")
    form = VolumeForm(request.POST)
    if form.is_valid():
        commands.set_volume(request.scope, device, volume_pct=form.cleaned_data["volume_pct"], now=clock.now())
        messages.success(request, _("The volume is on its way to the device."))
    else:
        messages.error(request, _("The volume is a number from 0 to 100."))
    return redirect("devices:detail", device.pk)


@require_http_methods(["GET", "POST"])
@needs("devices.view")
def revoke(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then shut a device out for good."""
    device = _mine(request, device_id, permission="devices.enrol")
    if request.method == "GET":
        return render(request, "devices/revoke.html", {"device": device})
    commands.revoke(request.scope, device, now=clock.now())
    messages.success(request, _("The device is shut out."))
    return redirect("devices:detail", device.pk)


def _secret(request: DeskRequest, device: Device) -> HttpResponse:
    """Issue the secret of a device of another maker, and show it this once with the address where it asks."""
    driver = register.find(device.driver)
    secret, status = "", 200
    if request.method == "POST":
        try:
            secret = commands.issue_secret(request.scope, device, now=clock.now())
        except refusals.DriverUnconfigured as refusal:
            messages.error(request, str(refusal))
            status = 409
    facts = {
        "device": device,
        "driver": driver,
        "secret": secret,
        "server": address.of(device.driver),
        "is_enrolled": device.state == rules.State.ENROLLED,
    }
    return render(request, "devices/secret.html", facts, status=status)


def _mine(request: DeskRequest, device_id: uuid.UUID, *, permission: str) -> Device:
    device = queries.get(request.scope, device_id)
    demand(request.scope, permission, path=device.scope_path, place=device.unit.name)
    return device
