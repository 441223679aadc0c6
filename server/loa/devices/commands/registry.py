"""Adding devices, and shutting them out."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from loa.devices import events, notify, refusals, rules
from loa.devices.drivers import register as drivers
from loa.devices.models import Device, EnrolmentCode
from loa.kernel import text
from loa.kernel.command import command, emit, note
from loa.kernel.scope import Scope, is_within
from loa.orgs.models import Unit
from loa_protocol import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """A device to be added. `unit` is where it stands, the command's target when None."""

    name: str
    kind: rules.Kind = rules.Kind.LOUDSPEAKER
    unit: Unit | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_demo: bool = False
    driver: str = rules.OWN_DRIVER
    id: uuid.UUID | None = None


@command("devices.enrol")
def register(
    scope: Scope,
    unit: Unit,
    /,
    *,
    name: str,
    kind: str,
    latitude: float | None = None,
    longitude: float | None = None,
    is_demo: bool = False,
    driver: str = rules.OWN_DRIVER,
) -> Device:
    """Add a device to a unit. It can do nothing before it is enrolled.

    `driver` names the words it is spoken to in; `DriverUnconfigured` when that driver lacks something.
    """
    try:
        known = rules.Kind(kind)
    except ValueError as unknown:
        raise refusals.BadDevice from unknown
    if driver != rules.OWN_DRIVER:
        drivers.ready(driver)
    entry = NewDevice(name=name, kind=known, latitude=latitude, longitude=longitude, is_demo=is_demo, driver=driver)
    device = _build(unit, entry)
    device.save(force_insert=True)
    note(device=str(device.pk), kind=device.kind, driver=driver)
    return device


@command("devices.enrol")
def register_many(scope: Scope, unit: Unit, /, *, entries: Sequence[NewDevice]) -> list[Device]:
    """Add many devices at and below a unit; all or none."""
    devices = Device.objects.bulk_create([_build(unit, entry) for entry in entries], batch_size=2_000)
    note(count=len(devices))
    return list(devices)


@command("devices.enrol", needs_fresh=True)
def revoke(scope: Scope, device: Device, /, *, now: datetime) -> None:
    """Shut a device out for good: it can no longer connect, and what it says no longer counts."""
    changed = (
        Device.objects.unscoped("the command checked the right")
        .filter(pk=device.pk)
        .exclude(state=rules.State.REVOKED)
        .update(
            state=rules.State.REVOKED,
            revoked_at=now,
            credential_digest="",
            connected=False,
            published_seq=F("state_seq"),
        )
    )
    if changed != 1:
        raise refusals.AlreadyRevoked
    EnrolmentCode.objects.filter(device=device, used_at=None).delete()
    notify.tell(notify.Channel.GATE, str(device.pk))
    emit(events.Revoked(device_id=device.pk, unit_path=device.unit.path, at=now))


def is_on_earth(latitude: float | None, longitude: float | None) -> bool:
    """Tell whether degrees can be, as far as they are known."""
    return (latitude is None or -90 <= latitude <= 90) and (longitude is None or -180 <= longitude <= 180)


def _build(unit: Unit, entry: NewDevice) -> Device:
    place = entry.unit or unit
    name = text.line(entry.name)
    if not name or len(name) > rules.NAME_LONGEST:
        raise refusals.BadDevice
    if not is_on_earth(entry.latitude, entry.longitude):
        raise refusals.BadDevice
    if not is_within(place.path, unit.path):
        raise refusals.NotBelow
    return Device(
        id=entry.id or uuid7.make(),
        name=name,
        unit=place,
        kind=entry.kind.value,
        latitude=entry.latitude,
        longitude=entry.longitude,
        is_demo=entry.is_demo,
        driver=entry.driver,
    )
