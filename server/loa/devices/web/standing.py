"""How a device stands, in one word for a page."""

from collections.abc import Mapping

from django.db.models import Count, Q

from loa.devices.models import Device
from loa.devices.rules import State
from loa.kernel.scoped import ScopedQuerySet

CONDITIONS: Mapping[str, Q] = {
    "online": Q(state=State.ENROLLED, connected=True),
    "silent": Q(state=State.ENROLLED, connected=False),
    "registered": Q(state=State.REGISTERED),
    "revoked": Q(state=State.REVOKED),
}


def of(device: Device) -> str:
    """Return `online`, `silent`, `registered` or `revoked`."""
    if device.state != State.ENROLLED:
        return str(device.state)
    return "online" if device.connected else "silent"


def counts(devices: ScopedQuerySet[Device]) -> dict[str, int]:
    """Return how many devices stand how."""
    return devices.order_by().aggregate(**{word: Count("pk", filter=rule) for word, rule in CONDITIONS.items()})
