"""What one device of another maker is to know when it asks: its plan, and the orders that somebody on record gave."""

import hashlib
import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any  # Any: the body of a message is JSON

from django.db import connection

from loa.devices import ordered, rules
from loa.devices.drivers import address
from loa.devices.drivers.port import Order, Task, Want
from loa.devices.models import Device, PlayEvent, Silence
from loa.media import store
from loa_protocol import loudness, plan, topics
from loa_protocol.messages import NowKind, Outcome, Verb
from loa_protocol.plan import Plan, PlannedAiring, Priority

logger = logging.getLogger(__name__)

_WANTED = f"""
SELECT id, message::text, lane, area, device_id, body, expires_at, created_at, {ordered.NAMED} FROM devices_outbound
 WHERE expires_at > %(now)s
   AND (lane = 'command' AND device_id = %(device)s AND answered_at IS NULL OR lane = 'now' AND area = ANY(%(areas)s))
 ORDER BY id
"""  # noqa: S608 - constants
_OF_AREA = {NowKind.STOP: Want.STOP, NowKind.LIFT: Want.LIFT, NowKind.DRILL: Want.DRILL}
_OF_DEVICE = {Verb.VOLUME: Want.VOLUME, Verb.STOP: Want.STOP, Verb.RESTART: Want.RESTART}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of ours that may concern a device. Said in several areas, it has one id."""

    number: int
    id: str
    is_command: bool
    body: dict[str, Any]  # Any: see above
    created_at: datetime

    @property
    def silence(self) -> uuid.UUID | None:
        """Return the silence it is about."""
        named = self.body.get("silence")
        return None if named is None else uuid.UUID(named)

    @property
    def order(self) -> Order | None:
        """Return it as an order; None for what reaches these devices by their schedule, or not at all."""
        if self.is_command:
            want = _OF_DEVICE.get(Verb(self.body["verb"]))
            return None if want is None else Order(id=self.id, want=want, number=self.body["number"])
        want = _OF_AREA.get(NowKind(self.body["kind"]))
        return None if want is None else Order(id=self.id, want=want, airing=self.body.get("airing_id"))


def task(device: Device, *, now: datetime) -> Task:
    """Return all that a device, loaded with its unit, is to know now."""
    return Task(
        device=str(device.pk),
        now=now,
        revision=device.state_seq,
        is_muted=device.is_muted,
        airings=[one for one in held(device) if one.end_at > now],
        orders=_open_orders(device, now=now),
        files=f"{address.of(device.driver)}/files",
    )


def held(device: Device) -> Sequence[PlannedAiring]:
    """Return the airings of the plan a device was assigned, no louder than the ceilings where it stands allow.

    Nothing is handed out of a file that is not what its name says.
    """
    if device.plan is None:
        return ()
    content = store.path(device.plan).read_bytes()
    if hashlib.sha256(content).hexdigest() != device.plan:
        logger.error("plan is not what its name says: not handed out", extra={"device": str(device.pk)})
        return ()
    found = plan.decode(content)
    return [_within_ceilings(one, found, ordered_pct=device.volume_pct) for one in found.airings]


def messages(device: Device, *, now: datetime) -> list[Message]:
    """Return the messages of the present for a device that a command on record ordered, oldest first."""
    wanted: dict[str, Any] = {"now": now, "device": device.pk, "areas": list(topics.ancestry(device.unit.path))}
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, wanted)
        rows = cursor.fetchall()
    found = []
    for number, message, lane, area, device_id, told, expires_at, created_at, named in rows:
        body = json.loads(told) if isinstance(told, str) else told
        digest = ordered.digest(lane=lane, area=area, device=device_id, body=body, expires_at=expires_at)
        if digest not in named:
            logger.error("nobody ordered this: not handed out", extra={"numbers": [number]})
            continue
        if body.get("devices") is None or str(device.pk) in body["devices"]:
            is_command = lane == rules.Lane.COMMAND
            found.append(
                Message(
                    number=number,
                    id=str(body.get("id", message)),
                    is_command=is_command,
                    body=body,
                    created_at=created_at,
                )
            )
    return found


def _open_orders(device: Device, *, now: datetime) -> list[Order]:
    """Return what a device has not confirmed yet, without what was taken back meanwhile."""
    present = messages(device, now=now)
    named = {one.silence for one in present if one.silence is not None}
    lifted = Silence.objects.unscoped("what a device is told").filter(pk__in=named, lifted_at__isnull=False)
    over = set(lifted.values_list("pk", flat=True))
    receipts = PlayEvent.objects.filter(device_id=device.pk, outcome=Outcome.RECEIVED, airing_id__in=named)
    obeyed = set(receipts.values_list("airing_id", "reason"))
    found: dict[str, Order] = {}
    for one in present:
        order = one.order
        if order is None or (one.silence in over and order.want is not Want.LIFT):
            continue
        if (one.silence, order.want.value) not in obeyed:
            found[order.id] = order
    return list(found.values())


def _within_ceilings(airing: PlannedAiring, held_in: Plan, *, ordered_pct: int | None) -> PlannedAiring:
    is_alert = airing.priority >= Priority.ALERT
    most = loudness.most_pct(held_in.ceilings, airing.start_at, airing.end_at, is_alert=is_alert, zone=held_in.zone)
    wished = airing.volume_pct
    if wished is None and ordered_pct is not None:
        wished = loudness.unasked_pct(ordered_pct, is_alert=is_alert)
    loudest = [pct for pct in (wished, most) if pct is not None]
    return replace(airing, volume_pct=min(loudest)) if loudest else airing
