"""Live speech of the commune's leader, for tests of this room and of those above."""

from loa.dispatch.tests.making import NOW
from loa.schedules import commands
from loa_protocol import live

CHUNK = live.pack([bytes([word + 1]) * 60 for word in range(20)])
"""400 ms of what could be Opus."""


def make_speech(world, *, scope=None, unit=None, units=None, minutes=10, wakes=10_000, now=NOW, title="Bão số 3"):
    """Open live speech to the commune."""
    place = unit or world.commune
    return commands.speak(
        scope or world.leader,
        place,
        units=units or [place],
        title=title,
        minutes=minutes,
        wakes=wakes,
        requested_by="Lê Thị Mai",
        now=now,
    )
