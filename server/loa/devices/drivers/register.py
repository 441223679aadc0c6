"""The drivers there are."""

from collections.abc import Mapping
from types import MappingProxyType

from loa.devices import refusals
from loa.devices.drivers.gateway.driver import GatewayDriver
from loa.devices.drivers.http_polled.driver import PolledDriver
from loa.devices.drivers.port import Driver

OWN = "loa"
"""What runs our own agent: it needs no driver."""

_DRIVERS: Mapping[str, Driver] = MappingProxyType({driver.name: driver for driver in (PolledDriver(), GatewayDriver())})


def drivers() -> Mapping[str, Driver]:
    """Return every driver by name."""
    return _DRIVERS


def find(name: str) -> Driver:
    """Return the driver of a name; `BadDevice` when there is none."""
    found = _DRIVERS.get(name)
    if found is None:
        raise refusals.BadDevice
    return found


def ready(name: str) -> Driver:
    """Return a driver that has all it needs; `DriverUnconfigured` names what is missing."""
    found = find(name)
    if setting := found.missing():
        raise refusals.DriverUnconfigured(setting=setting)
    return found
