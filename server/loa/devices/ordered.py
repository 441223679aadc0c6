"""Which messages a command ordered: its entry names each by the digest of what it says, to whom and until when."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any  # Any: a message's body is JSON

from django.db.backends.utils import CursorWrapper

from loa.audit.ports import Fault, Finding
from loa.devices.models import Outbound
from loa.kernel.command import note
from loa_protocol import canonical

NAMED = """
ARRAY(SELECT entry.detail -> 'orders' ->> devices_outbound.message::text FROM audit_entry AS entry
       WHERE entry.txid = devices_outbound.txid AND entry.result = 'done'
         AND entry.detail -> 'orders' ? devices_outbound.message::text)
"""
"""What the entries of the transaction that wrote an order say its digest is; SQL for a query of `devices_outbound`."""

_ALL = f"""
SELECT id, message, lane, area, device_id, body, expires_at, {NAMED} FROM devices_outbound ORDER BY id
"""  # noqa: S608 - constants
_AT_ONCE = 5_000
_NAMED_MOST = 50


def note_orders(rows: Sequence[Outbound]) -> None:
    """Name these messages in the entry of the command that runs."""
    note(orders={
        str(row.message): digest(
            lane=row.lane, area=row.area, device=row.device_id, body=row.body, expires_at=row.expires_at
        )
        for row in rows
    })  # fmt: skip


def digest(
    *, lane: str, area: str, device: object, body: Mapping[str, Any], expires_at: datetime
) -> str:  # Any: see above
    """Return the digest of all of a message that decides what a device does."""
    told = {
        "lane": str(lane), "area": area, "device": None if device is None else str(device), "body": body,
        "until_us": int(expires_at.timestamp() * 1_000_000),
    }  # fmt: skip
    return canonical.sha256(canonical.encode(told))


def foreign(cursor: CursorWrapper) -> Iterator[Finding]:
    """Yield the messages no command on record ordered."""
    cursor.execute(_ALL)
    count = 0
    while rows := cursor.fetchmany(_AT_ONCE):
        for number, message, lane, area, device, body, expires_at, named in rows:
            told = json.loads(body) if isinstance(body, str) else body
            if digest(lane=lane, area=area, device=device, body=told, expires_at=expires_at) in named:
                continue
            count += 1
            if count > _NAMED_MOST:
                return
            about = f"{lane} {area or device} #{number}"
            yield Finding(fault=Fault.ORDER_FOREIGN, where="devices_outbound", which=str(message), about=about)
