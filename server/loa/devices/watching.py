"""What the clock finds: faults that devices or their evidence tell of, and tickets that are overdue."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from loa.devices import conditions, faults
from loa.devices.commands.tending import Found
from loa.devices.conditions import Facts
from loa.devices.models import Device, Ticket
from loa.devices.thresholds import Ruler
from loa.kernel import scope as scopes
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import topics

_WHY = "the clock looks at all"
_LOOK_BACK = timedelta(minutes=10)
"""How far back each look reads evidence: the clock looks far more often, and a ticket opens once."""

_SILENT = """
SELECT DISTINCT event.device_id FROM devices_event AS event
  JOIN devices_device AS device ON device.id = event.device_id AND device.state = 'enrolled'
 WHERE event.received_at > %(since)s AND event.outcome = 'played' AND event.level_dbfs <= %(silent)s
   AND NOT EXISTS (SELECT FROM devices_ticket AS ticket
                    WHERE ticket.device_id = event.device_id AND ticket.cause = 'silent'
                      AND (ticket.closed_at IS NULL
                           OR ticket.closed_at >= COALESCE(event.started_at, event.received_at)))
"""


def facts(device: Device) -> Facts:
    """Return what the rule of conditions asks of a device."""
    return Facts(
        state=device.state,
        connected=device.connected,
        is_muted=device.is_muted,
        playing=bool(device.playing),
        seen_at=device.seen_at,
        power=device.power,
        supply_v=device.supply_v,
        temperature_c=device.temperature_c,
        signal_dbm=device.signal_dbm,
        speaker_fault=device.speaker_fault,
        amplifier_fault=device.amplifier_fault,
        clock_offset_ms=device.clock_offset_ms,
        storage_free_bytes=device.storage_free_bytes,
    )


def told_by_devices(*, now: datetime) -> dict[uuid.UUID, set[faults.Cause]]:
    """Return the faults each enrolled device tells of now, or its absence does."""
    devices = Device.objects.unscoped(_WHY).filter(state="enrolled").select_related("unit").only(*_ASKED)
    told, ruler = {}, Ruler()
    for device in devices.iterator(chunk_size=2_000):
        wrong = conditions.ailments(facts(device), ruler.of(device.unit.path), now=now)
        causes = faults.causes(wrong, seen_at=device.seen_at, now=now)
        if causes:
            told[device.pk] = set(causes)
    return told


def played_without_sound(*, now: datetime) -> list[uuid.UUID]:
    """Return enrolled devices whose evidence says that they played and that nothing left the output."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, {"since": now - _LOOK_BACK, "silent": faults.SILENT_DBFS})
        return [device for (device,) in cursor.fetchall()]


def untold() -> QuerySet[Ticket]:
    """Return the open tickets that devices told of themselves."""
    return Ticket.objects.unscoped(_WHY).filter(  # type: ignore[no-any-return]  # the manager is built at run time
        closed_at=None, origin__in=(faults.Origin.TELEMETRY, faults.Origin.CLOCK)
    )


def fresh(told: dict[uuid.UUID, set[faults.Cause]], silent: Collection[uuid.UUID]) -> list[Found]:
    """Return those of these faults for which no ticket is open."""
    open_ones = set(Ticket.objects.unscoped(_WHY).filter(closed_at=None).values_list("device_id", "cause"))
    wanted = [
        Found(
            device_id=device,
            cause=cause,
            origin=faults.Origin.CLOCK if cause is faults.Cause.DRIFT else faults.Origin.TELEMETRY,
        )
        for device, causes in told.items()
        for cause in sorted(causes)
    ]
    wanted += [Found(device_id=device, cause=faults.Cause.SILENT, origin=faults.Origin.EVIDENCE) for device in silent]
    return [one for one in wanted if (one.device_id, one.cause.value) not in open_ones]


def overdue(*, now: datetime) -> dict[uuid.UUID, tuple[int, int]]:
    """Return the tickets that should have gone further up by now: how often, and to which unit."""
    late = Ticket.objects.unscoped(_WHY).filter(closed_at=None, due_at__lte=now).select_related("device__unit")
    wanted: dict[uuid.UUID, tuple[int, Sequence[str]]] = {}
    for ticket in late:
        times = faults.escalations_due(due_at=ticket.due_at, cause=faults.Cause(ticket.cause), now=now)
        above = _above(ticket.device.unit)
        times = min(times, len(above))
        if times > ticket.escalations:
            wanted[ticket.pk] = (times, above)
    paths = {above[times - 1] for times, above in wanted.values()}
    known = orgs.units(scopes.system("devices")).filter(path__in=paths)
    ids = dict(known.order_by().values_list("path", "pk"))
    return {pk: (times, ids[above[times - 1]]) for pk, (times, above) in wanted.items() if above[times - 1] in ids}


def _above(unit: Unit) -> Sequence[str]:
    """Return the paths of the units above the commune a unit lies in, the nearest first."""
    paths = list(topics.ancestry(unit.path))
    inside = 2 if unit.level == "hamlet" else 1
    return paths[:-inside][::-1]


_ASKED = (
    "state", "connected", "is_muted", "playing", "seen_at", "power", "supply_v", "temperature_c", "signal_dbm",
    "speaker_fault", "amplifier_fault", "clock_offset_ms", "storage_free_bytes", "unit__path",
)  # fmt: skip
