"""Writes of the room."""

from typing import Any, Protocol  # Any: Django's primary keys

from loa.kernel.command import Placed, command, note
from loa.kernel.scope import Scope
from loa.media.models import Clip
from loa.media.rules import PreparedClip


class Home(Placed, Protocol):
    """A unit, as far as this room needs to know it."""

    @property
    def pk(self) -> Any:  # Any: Django's primary keys
        """The unit's key."""


@command("media.add")
def keep(scope: Scope, unit: Home, *, prepared: PreparedClip) -> Clip:
    """Keep prepared sound for a unit. Its file was stored before, outside the transaction."""
    clip: Clip = Clip.objects.create(
        unit_id=unit.pk,
        sha256=prepared.sha256,
        size_bytes=prepared.size_bytes,
        duration_ms=prepared.duration_ms,
        loudness_lufs=prepared.loudness_lufs,
        true_peak_dbtp=prepared.true_peak_dbtp,
        level_dbfs=prepared.level_dbfs,
        envelope=prepared.envelope,
        voice=prepared.voice,
        source=prepared.source,
    )
    note(clip=clip.pk, sha256=clip.sha256, source=clip.source, duration_ms=clip.duration_ms)
    return clip
