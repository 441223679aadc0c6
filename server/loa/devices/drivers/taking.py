"""Taking in what a device of another maker said: its condition, its receipts, and what it claims to have played."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from loa.devices import ports, rules
from loa.devices.bridge.evidence import COLUMNS
from loa.devices.bridge.ingest import STAGE
from loa.devices.drivers import handing
from loa.devices.drivers.port import Driver, Play, Said
from loa.devices.models import Device, Fetched, Outbound, Refusal
from loa_protocol.messages import Outcome

_COLUMNS = ", ".join(COLUMNS)
_FILL = f"""
INSERT INTO incoming ({_COLUMNS})
SELECT {_COLUMNS} FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told (id uuid, device_id uuid, seq bigint, outcome varchar, airing_id uuid, clip varchar, started_at timestamptz,
             ended_at timestamptz, at timestamptz, reason text, lateness_ms integer, volume_pct smallint,
             level_dbfs double precision, clock_offset_ms integer, received_at timestamptz)
"""  # noqa: S608 - constants
_KEEP = f"INSERT INTO devices_event ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming ON CONFLICT DO NOTHING"  # noqa: S608 - constants

_READING = """
INSERT INTO devices_reading (device_id, at, power, temperature_c, signal_dbm, network, output_dbfs, storage_free_bytes)
VALUES (%(device)s, %(at)s, '', %(temperature)s, %(signal)s, %(network)s, %(output)s, %(storage)s)
"""

_REFUSALS_A_MINUTE = 20
_INT4 = 2**31 - 1
_NEVER_FETCHED, _OUT_OF_TIME = "says it played a file it never fetched", "says it played at an impossible time"


def take(device: Device, driver: Driver, said: Said, *, now: datetime) -> int:
    """Keep what a device said, within a transaction; return how many pieces of evidence were new."""
    offset_ms = None if said.at is None else round((said.at - now) / timedelta(milliseconds=1))
    offset_ms = None if offset_ms is None else max(-_INT4, min(_INT4, offset_ms))
    _describe(device, said, offset_ms=offset_ms, now=now)
    _measure(device, said, now=now)
    rows = [_row(device, play, driver, offset_ms=offset_ms, now=now) for play in _believed(device, said.plays, now=now)]
    rows += _receipts(device, set(said.obeyed), now=now)
    return _keep(rows)


def refuse(device: Device, reason: str, detail: str, *, now: datetime) -> None:
    """Put on record what was not believed, at most twenty times a minute of one device."""
    lately = Refusal.objects.filter(device_id=device.pk, at__gt=now - timedelta(minutes=1)).count()
    if lately < _REFUSALS_A_MINUTE:
        Refusal.objects.create(
            at=now, device_id=device.pk, topic=f"drivers/{device.driver}", reason=reason, detail=detail[:200]
        )


def _describe(device: Device, said: Said, *, offset_ms: int | None, now: datetime) -> None:
    row = Device.objects.unscoped("its secret was checked").filter(pk=device.pk)
    row.update(
        agent_version=said.version,
        playing=said.playing,
        reported_volume_pct=said.volume_pct,
        clock_offset_ms=offset_ms,
        cannot_stop=not said.can_stop,
        former_areas=[],
        condition_at=now,
        temperature_c=said.temperature_c,
        storage_free_bytes=said.storage_free_bytes,
        network=said.network,
        signal_dbm=said.signal_dbm,
        output_dbfs=said.output_dbfs,
    )
    if said.revision is not None:
        row.filter(state_seq=said.revision).update(
            published_seq=F("state_seq"),
            published_at=now,
            reported_plan=Coalesce(F("plan"), Value("")),
            reported_config=Coalesce(F("config"), Value("")),
        )


def _measure(device: Device, said: Said, *, now: datetime) -> None:
    """Keep what it measured beside what other devices measure."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READING,
            {
                "device": device.pk,
                "at": now,
                "temperature": said.temperature_c,
                "signal": said.signal_dbm,
                "network": said.network,
                "output": said.output_dbfs,
                "storage": said.storage_free_bytes,
            },
        )


def _believed(device: Device, plays: Sequence[Play], *, now: datetime) -> list[Play]:
    """Return the plays that can be; a file that was never fetched here was not ours."""
    fetched = set(Fetched.objects.filter(device=device).values_list("sha256", flat=True)) if plays else set()
    timely = [one for one in plays if now - rules.SAID_BEHIND <= one.started_at <= now + rules.SAID_AHEAD]
    known = [one for one in timely if one.outcome is Outcome.MISSED or one.clip in fetched]
    for count, why in ((len(plays) - len(timely), _OUT_OF_TIME), (len(timely) - len(known), _NEVER_FETCHED)):
        if count:
            refuse(device, "not_believed", f"{why}: {count}", now=now)
    return known


def _row(device: Device, play: Play, driver: Driver, *, offset_ms: int | None, now: datetime) -> dict[str, object]:
    has_sounded = play.outcome is not Outcome.MISSED
    return {
        "id": str(_identifier(device, play.airing, play.started_at)),
        "device_id": str(device.pk),
        "seq": _milliseconds(play.started_at),
        "outcome": play.outcome.value,
        "airing_id": str(play.airing),
        "clip": play.clip,
        "started_at": play.started_at.isoformat() if has_sounded else None,
        "ended_at": play.ended_at.isoformat() if has_sounded else None,
        "at": play.ended_at.isoformat(),
        "reason": play.reason,
        "lateness_ms": None,
        "volume_pct": play.volume_pct,
        "level_dbfs": play.level_dbfs if driver.can.measures else None,
        "clock_offset_ms": offset_ms,
        "received_at": now.isoformat(),
    }


def _receipts(device: Device, obeyed: set[str], *, now: datetime) -> list[dict[str, object]]:
    """Note the orders a device says it obeyed; return its receipts of silences as evidence."""
    if not obeyed:
        return []
    present = [one for one in handing.messages(device, now=now) if one.id in obeyed]
    done = [one.number for one in present if one.is_command]
    Outbound.objects.filter(pk__in=done, answered_at=None).update(answered_at=now, answer_ok=True)
    return [
        {
            "id": str(_identifier(device, f"{one.silence} {one.body['kind']}", one.created_at)),
            "device_id": str(device.pk),
            "seq": _milliseconds(one.created_at),
            "outcome": Outcome.RECEIVED.value,
            "airing_id": str(one.silence),
            "at": now.isoformat(),
            "reason": one.body["kind"],
            "received_at": now.isoformat(),
        }
        for one in present
        if one.silence is not None
    ]


def _keep(rows: Sequence[dict[str, object]]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("DELETE FROM incoming")
        cursor.execute(_FILL, {"rows": json.dumps(rows)})
        cursor.execute(_KEEP)
        count = int(cursor.rowcount)
        for statement in ports.statements():
            cursor.execute(statement.decode())
    return count


def _identifier(device: Device, what: object, at: datetime) -> uuid.UUID:
    """Return the UUIDv7 of one device, thing and start: whatever is sent again, however often, counts once."""
    moment = _milliseconds(at)
    noise = int.from_bytes(hashlib.sha256(f"{device.pk} {what} {moment}".encode()).digest()[:10])
    return uuid.UUID(int=moment << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0b10 << 62 | noise & (2**62 - 1))


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
