"""Sound and bulletins for tests of this room and of those above."""

from datetime import UTC, datetime, timedelta

from loa.bulletins import commands, rules
from loa.kernel import scope as scopes
from loa.media import commands as media
from loa.media import store
from loa.media.rules import PreparedClip

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, ten in the morning at the place."""

A_MINUTE = timedelta(minutes=1)

HEARD = rules.Hearing(way=rules.Way.PLAYED, opened_at=datetime(2020, 1, 1, tzinfo=UTC), spans=((0, 10**8),))
"""Somebody who listened to all of it, however long."""


def make_clip(unit, *, content=b"sound", duration_ms=4_000):
    """Keep a clip of a unit; the file is any content, for no test here decodes it."""
    prepared = PreparedClip(
        sha256=store.put(content),
        size_bytes=len(content),
        duration_ms=duration_ms,
        loudness_lufs=-16.0,
        true_peak_dbtp=-1.6,
        level_dbfs=-19.0,
        envelope=[50] * 120,
        voice="vi",
        source="speech",
    )
    return media.keep(scopes.system("test"), unit, prepared=prepared)


def make_bulletin(
    world,
    *,
    unit=None,
    scope=None,
    user=None,
    now=NOW,
    clip=None,
    title="Lịch cấp nước",
    text="Lịch cấp nước tuần này.",
    facts=None,
):
    """Write a bulletin as the commune's officer, or as somebody else."""
    place = unit or world.commune
    return commands.write(
        scope or world.officer,
        place,
        title=title,
        text=text,
        author_id=(user or world.officer_user).pk,
        clip_id=(clip or make_clip(place)).pk,
        voice="vi",
        facts=facts,
        now=now,
    )


def make_submitted(world, *, now=NOW):
    """Write a bulletin and hand it in."""
    bulletin = make_bulletin(world, now=now)
    commands.submit(world.officer, bulletin, now=now)
    return bulletin
