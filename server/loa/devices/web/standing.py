"""How a device stands, in one word for a page."""

from collections.abc import Mapping

from django.db.models import Count, Q

from loa.devices.models import Device
from loa.devices.rules import State
from loa.kernel.scoped import ScopedQuerySet

CONDITIONS: Mapping[str, Q] = {
    "online": Q(state=State.ENROLLED, connected=True, is_muted=False),
    "silent": Q(state=State.ENROLLED, connected=False),
    "muted": Q(state=State.ENROLLED, connected=True, is_muted=True),
    "registered": Q(state=State.REGISTERED),
    "revoked": Q(state=State.REVOKED),
}


def of(device: Device) -> str:
    """Return `online`, `muted`, `silent`, `registered` or `revoked`."""
    if device.state != State.ENROLLED:
        return str(device.state)
    if not device.connected:
        return "silent"
    return "muted" if device.is_muted else "online"


def counts(devices: ScopedQuerySet[Device]) -> dict[str, int]:
    """Return how many devices stand how."""
    return devices.order_by().aggregate(**{word: Count("pk", filter=rule) for word, rule in CONDITIONS.items()})
