"""Noting in the field where a device stands and what stands beside it."""

from dataclasses import asdict
from datetime import datetime

from loa.devices import events, notify, refusals
from loa.devices.commands.registry import is_on_earth
from loa.devices.fitting import Fitted
from loa.devices.models import Device, Fitting
from loa.kernel import scope as scopes
from loa.kernel.command import check, command, emit, note
from loa.kernel.scope import Scope
from loa.media import commands as media
from loa.media.rules import PreparedDocument
from loa.orgs.models import Unit


@command("devices.enrol")
def fit(
    scope: Scope,
    device: Device,
    /,
    *,
    unit: Unit,
    latitude: float | None,
    longitude: float | None,
    fitted: Fitted,
    photo: PreparedDocument | None = None,
    now: datetime,
) -> Fitting:
    """Note where a device stands and what stands beside it; a device that moves is told its new area within seconds.

    A photo takes the place of the one before; without one that stays. Raises `BadDevice`, `AlreadyRevoked`, and what
    `command` raises where the person may not add devices at the new unit.
    """
    if device.state == "revoked":
        raise refusals.AlreadyRevoked
    if (latitude is None) != (longitude is None) or not is_on_earth(latitude, longitude):
        raise refusals.BadDevice
    if unit.pk != device.unit_id:
        check(scope, "devices.enrol", unit)
    values = asdict(fitted) | {"source": fitted.source.value}
    if photo is not None:
        # whoever fits devices need not hold the right to a unit's papers: this one belongs to the device
        values["photo"] = media.add_document(scopes.system("devices"), unit, prepared=photo, now=now)
    values |= {"noted_at": now, "noted_by": scope.actor.name or scope.actor.id}
    rows = Device.objects.unscoped("the command checked the right").filter(pk=device.pk)
    has_moved = unit.pk != device.unit_id
    rows.update(latitude=latitude, longitude=longitude, **({"unit": unit} if has_moved else {}))
    row: Fitting
    row, _ = Fitting.objects.unscoped("as above").update_or_create(device=device, defaults=values)
    note(device=str(device.pk), unit=unit.code, has_photo=photo is not None)
    if has_moved:
        notify.tell(notify.Channel.GATE, str(device.pk))
        emit(events.Moved(device_id=device.pk, from_path=device.unit.path, unit_path=unit.path, at=now))
    device.unit, device.latitude, device.longitude = unit, latitude, longitude
    return row
