"""Devices as things for which alone a right may be given: what room orgs asks this room."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from loa.devices import rules
from loa.devices.models import Device
from loa.orgs.ports import Thing


class DeviceThings:
    """Answers from the registry; nobody is offered a device that was shut out."""

    def named(self, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Thing]:
        """Return those of these that exist."""
        found = Device.objects.unscoped("who gives a right was asked for theirs").filter(pk__in=list(ids))
        return {device.pk: _thing(device) for device in found}

    def at(self, unit_id: int) -> Sequence[Thing]:
        """Return what stands at a unit itself, by name."""
        found = Device.objects.unscoped("who gives a right was asked for theirs").filter(unit_id=unit_id)
        return [_thing(device) for device in found.exclude(state=rules.State.REVOKED).order_by("name", "pk")]


def _thing(device: Device) -> Thing:
    return Thing(id=device.pk, name=device.name, unit_id=device.unit_id)
