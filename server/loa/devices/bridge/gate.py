"""Who may connect: every enrolled device in memory, kept true by notifications and a full look once a minute."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass

from django.conf import settings

from loa.devices import rules
from loa.devices.bridge.database import Line
from loa.devices.listener import Identity, Login
from loa_protocol import envelope
from loa_protocol.refusal import Reason, Refused

FULL_LOOK_S = 60.0
_MISSES_A_SECOND = 100

_ALL = """
SELECT device.id::text, device.credential_digest, unit.path,
       array_remove(array_remove(device.former_areas || device.told_area, ''), unit.path)
  FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.driver = 'loa'
"""
_ONE = _ALL + " AND device.id = %(id)s"


@dataclass(frozen=True, slots=True)
class Known:
    """What the gate remembers of an enrolled device."""

    digest: str
    area_path: str
    former_areas: tuple[str, ...]
    key: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What a full look found: devices that were shut out, and devices that may hear other areas than before."""

    gone: Collection[str]
    moved: Collection[Identity]


class Gate:
    """Admits by credential or by certificate, and knows the key of every device's seals."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[str, Known] = {}
        self._secret = settings.LOA_DEVICE_SECRET.encode()
        self._misses: tuple[int, int] = (0, 0)
        self._loading = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def admit(self, login: Login) -> Identity | Awaitable[Identity | None] | None:
        """Return whose connection this is, or None; at once for a device that is known."""
        known = self._known.get(login.common_name or login.client_id)
        if known is not None and self._fits(known, login):
            return _identity(login.client_id, known)
        return self._look_again(login) if self._may_look() else None

    def key(self, device: str) -> bytes | None:
        """Return the key of a device's seals; None for one that is not enrolled."""
        known = self._known.get(device)
        return None if known is None else known.key

    def seal_key(self, device: str) -> bytes:
        """Return the key of a device's seals; `Refused` for one that is not enrolled."""
        known = self._known.get(device)
        if known is None:
            raise Refused(Reason.WRONG_DEVICE, "not enrolled")
        return known.key

    async def reload_all(self) -> Change:
        """Look at every device; return what changed for those that were known."""
        async with self._loading:
            rows = await self._line.rows(_ALL)
            before = self._known
            self._known = {device: self._entry(device, *facts) for device, *facts in rows}
        moved = [
            _identity(device, known)
            for device, known in self._known.items()
            if known is not (old := before.get(device)) and old is not None and _hears(known) != _hears(old)
        ]
        return Change(gone=before.keys() - self._known.keys(), moved=moved)

    async def reload(self, device: str) -> Identity | None:
        """Look at one device; return what it may hear, None when it is not enrolled."""
        try:
            identifier = uuid.UUID(device)
        except ValueError:
            return None
        async with self._loading:
            rows = await self._line.rows(_ONE, {"id": identifier})
            for found, *facts in rows:
                self._known[found] = self._entry(found, *facts)
            if not rows:
                self._known.pop(str(identifier), None)
        known = self._known.get(device)
        return None if known is None else _identity(device, known)

    async def _look_again(self, login: Login) -> Identity | None:
        """Look up a device that enrolled, or got a new credential, a moment ago."""
        await self.reload(login.common_name or login.client_id)
        known = self._known.get(login.common_name or login.client_id)
        if known is None or not self._fits(known, login):
            return None
        return _identity(login.client_id, known)

    def _entry(self, device: str, digest: str, path: str, former: Sequence[str]) -> Known:
        known = self._known.get(device)
        if known is not None and known.digest == digest and _hears(known) == (path, tuple(former)):
            return known
        key = envelope.device_key(self._secret, device) if known is None else known.key
        return Known(digest, path, tuple(former), key)

    def _fits(self, known: Known, login: Login) -> bool:
        if login.common_name:
            return login.client_id == login.common_name
        return login.username == login.client_id and rules.is_credential(login.password, digest=known.digest)

    def _may_look(self) -> bool:
        second, count = self._misses
        now = int(time.monotonic())
        self._misses = (now, 1 if now != second else count + 1)
        return self._misses[1] <= _MISSES_A_SECOND


def _identity(device: str, known: Known) -> Identity:
    return Identity(device=device, area_path=known.area_path, former_areas=known.former_areas)


def _hears(known: Known) -> tuple[str, tuple[str, ...]]:
    return known.area_path, known.former_areas
