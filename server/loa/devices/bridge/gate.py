"""Who may connect: every enrolled device in memory, kept true by notifications and a full look once a minute."""

import asyncio
import time
import uuid
from collections.abc import Awaitable
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
SELECT device.id::text, device.credential_digest, unit.path
  FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled'
"""
_ONE = _ALL + " AND device.id = %(id)s"


@dataclass(frozen=True, slots=True)
class Known:
    """What the gate remembers of an enrolled device."""

    digest: str
    area_path: str
    key: bytes


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
            return Identity(device=login.client_id, area_path=known.area_path)
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

    async def reload_all(self) -> set[str]:
        """Look at every device; return those that were known and are shut out now."""
        async with self._loading:
            rows = await self._line.rows(_ALL)
            before = self._known
            self._known = {device: self._entry(device, digest, path) for device, digest, path in rows}
            return before.keys() - self._known.keys()

    async def reload(self, device: str) -> bool:
        """Look at one device; tell whether it is enrolled."""
        try:
            identifier = uuid.UUID(device)
        except ValueError:
            return False
        async with self._loading:
            rows = await self._line.rows(_ONE, {"id": identifier})
            for found, digest, path in rows:
                self._known[found] = self._entry(found, digest, path)
            if not rows:
                self._known.pop(str(identifier), None)
        return device in self._known

    async def _look_again(self, login: Login) -> Identity | None:
        """Look up a device that enrolled, or got a new credential, a moment ago."""
        await self.reload(login.common_name or login.client_id)
        known = self._known.get(login.common_name or login.client_id)
        if known is None or not self._fits(known, login):
            return None
        return Identity(device=login.client_id, area_path=known.area_path)

    def _entry(self, device: str, digest: str, path: str) -> Known:
        known = self._known.get(device)
        if known is not None and known.digest == digest and known.area_path == path:
            return known
        return Known(digest, path, envelope.device_key(self._secret, device))

    def _fits(self, known: Known, login: Login) -> bool:
        if login.common_name:
            return login.client_id == login.common_name
        return login.username == login.client_id and rules.is_credential(login.password, digest=known.digest)

    def _may_look(self) -> bool:
        second, count = self._misses
        now = int(time.monotonic())
        self._misses = (now, 1 if now != second else count + 1)
        return self._misses[1] <= _MISSES_A_SECOND
