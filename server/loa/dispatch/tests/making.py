"""Devices, airings and evidence for tests of this room and of those above."""

import uuid
from datetime import UTC, datetime, timedelta

from loa.devices.models import Device, Outbound, PlayEvent
from loa.dispatch import commands
from loa.media.rules import ClipFacts
from loa_protocol import uuid7

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, ten in the morning at the place."""

HOUR = timedelta(hours=1)
CLIP = ClipFacts(
    id=uuid.UUID(int=1),
    sha256="ab" * 32,
    size_bytes=16_000,
    duration_ms=4_000,
    level_dbfs=-19.0,
    envelope=[50] * 120,
    voice="vi",
)


def make_devices(unit, *, count=3, connected=True, seen_at=NOW, kind="loudspeaker"):
    """Store enrolled devices of a unit, without keys: nothing here speaks to them."""
    return Device.objects.bulk_create(
        Device(
            name=f"Cụm {number:05}",
            unit=unit,
            kind=kind,
            state="enrolled",
            public_key="x",
            credential_digest="x",
            enrolled_at=NOW,
            connected=connected,
            seen_at=seen_at,
        )
        for number in range(count)
    )


def make_airing(
    world, *, unit=None, start_at=None, device_ids=None, source="slot:1", now=NOW, clip=CLIP, title="Cấp nước"
):
    """Ask for an airing as a process of ours does."""
    return commands.request(
        world.system,
        unit or world.commune,
        title=title,
        clip=clip,
        start_at=start_at,
        device_ids=device_ids,
        source=source,
        now=now,
    )


def make_evidence(
    airing, device, outcome="played", *, level_dbfs=-20.0, late_ms=10, reason="", at=None, started=True, **changes
):
    """Store what a device told about an airing: a sound as long as the clip, unless `changes` say otherwise."""
    begun = airing.start_at + timedelta(milliseconds=late_ms) if started else None
    ended = begun + timedelta(milliseconds=airing.clip_duration_ms) if started else None
    facts = {
        "id": uuid7.make(),
        "device_id": device.pk,
        "seq": PlayEvent.objects.filter(device_id=device.pk).count() + 1,
        "outcome": outcome,
        "airing_id": airing.pk,
        "clip": airing.clip_sha256,
        "started_at": begun,
        "ended_at": ended,
        "at": at or airing.start_at + timedelta(seconds=5),
        "reason": reason,
        "lateness_ms": late_ms,
        "volume_pct": 60,
        "level_dbfs": level_dbfs,
        "clock_offset_ms": 0,
        "received_at": airing.start_at + timedelta(seconds=6),
    }
    return PlayEvent.objects.create(**facts | changes)


def sent():
    """Return the urgent messages that wait to be signed, oldest first."""
    return [row.body | {"area": row.area} for row in Outbound.objects.filter(lane="now").order_by("pk")]
