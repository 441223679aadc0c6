"""What has happened to devices."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loa.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDevice(Event):
    """What happened to one device, in order with all else that did."""

    device_id: uuid.UUID
    at: datetime

    @property
    def key(self) -> str:
        """Return the device."""
        return f"device:{self.device_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(_OfDevice):
    """A device received its identity."""

    name: ClassVar[str] = "devices.enrolled"
    unit_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetEnrolled(Event):
    """Many devices below a unit received their identities at once."""

    name: ClassVar[str] = "devices.fleet_enrolled"
    unit_path: str
    count: int
    at: datetime

    @property
    def key(self) -> str:
        """Return the unit."""
        return f"unit:{self.unit_path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(_OfDevice):
    """A device stands in another unit from now on."""

    name: ClassVar[str] = "devices.moved"
    from_path: str
    unit_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(_OfDevice):
    """A device was shut out."""

    name: ClassVar[str] = "devices.revoked"
    unit_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOpened(_OfDevice):
    """Somebody reported a fault of a device."""

    name: ClassVar[str] = "devices.fault_opened"
    ticket_id: uuid.UUID
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOverdue(Event):
    """A fault was not mended in time; a unit above is told."""

    name: ClassVar[str] = "devices.fault_overdue"
    ticket_id: uuid.UUID
    unit_id: int
    at: datetime

    @property
    def key(self) -> str:
        """Return the ticket."""
        return f"ticket:{self.ticket_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultClosed(_OfDevice):
    """A fault was mended; `proof` says by what that is known."""

    name: ClassVar[str] = "devices.fault_closed"
    ticket_id: uuid.UUID
    proof: str
