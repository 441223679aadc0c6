"""Giving devices of other makers the secret by which they are known."""

from datetime import datetime

from django.db.models import F

from loa.devices import events, refusals, rules
from loa.devices.drivers import register
from loa.devices.models import Device
from loa.kernel.command import command, demand_fresh, emit
from loa.kernel.scope import Scope


@command("devices.enrol")
def issue_secret(scope: Scope, device: Device, /, *, now: datetime) -> str:
    """Return the secret by which a device of another maker asks from now on; an earlier one stops working.

    It is shown once and kept as a digest. For a device that has one a fresh second factor is asked for. Raises
    `DriverUnconfigured` while the secret would travel in the clear.
    """
    if device.state == rules.State.REVOKED:
        raise refusals.AlreadyRevoked
    if device.driver == rules.OWN_DRIVER:
        raise refusals.OtherMaker
    register.ready(device.driver)
    if device.state == rules.State.ENROLLED:
        demand_fresh(scope)
    secret = rules.new_credential()
    rows = Device.objects.unscoped("the command checked the right").filter(pk=device.pk)
    changed = rows.exclude(state=rules.State.REVOKED).update(
        state=rules.State.ENROLLED,
        enrolled_at=now,
        credential_digest=rules.credential_digest(secret),
        state_seq=F("state_seq") + 1,
        config=None,
        reported_config="",
        told_muted=False,
        enrolled_area=device.unit.path,
        told_area=device.unit.path,
        former_areas=[],
    )
    if changed != 1:
        raise refusals.AlreadyRevoked
    emit(events.Enrolled(device_id=device.pk, unit_path=device.unit.path, at=now))
    return f"{device.pk}.{secret}"
