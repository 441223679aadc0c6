"""Live speech of the commune's leader, for tests of this room and of those above."""

from loa.dispatch.tests.making import NOW
from loa.schedules import commands, hours
from loa_protocol import live

CHUNK = live.pack([bytes([word + 1]) * 60 for word in range(20)])
"""400 ms of what could be Opus."""


def agree(world, *, unit=None, by=None, speaker=None, wakes=10_000, now=NOW):
    """Let the officer agree that the leader speaks while people sleep."""
    return commands.agree_to_speech(
        by or world.officer,
        unit or world.commune,
        speaker_id=(speaker or world.leader_user).pk,
        wakes=wakes,
        now=now,
    )


def make_speech(
    world, *, scope=None, unit=None, units=None, minutes=10, wakes=10_000, override="", now=NOW, title="Bão số 3"
):
    """Open live speech to the commune; at night the leader has the officer's word."""
    place = unit or world.commune
    if place == world.commune and scope is None and hours.is_quiet_now(place, now=now):
        agree(world, now=now)
    return commands.speak(
        scope or world.leader,
        place,
        units=units or [place],
        title=title,
        minutes=minutes,
        wakes=wakes,
        override=override,
        requested_by="Lê Thị Mai",
        now=now,
    )
