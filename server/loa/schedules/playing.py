"""What a version of an entry plays now: a bulletin, a piece, the newest answers, or a station that is passed on."""

import uuid

from loa.bulletins import queries as bulletins
from loa.bulletins.rules import Kind
from loa.dispatch.models import NO_CLIP
from loa.kernel.errors import NotFound
from loa.media import queries as media
from loa.media.rules import ClipFacts
from loa.schedules import sources
from loa.schedules.models import EntryVersion
from loa.schedules.relay_refusals import NoAnswers, SourceNotInForce
from loa.schedules.rules.entries import EntryKind
from loa.schedules.rules.relaying import SourceState

MUTE = (NotFound, SourceNotInForce, NoAnswers)
"""What `content` raises for a version that has nothing to be heard now."""


def content(version: EntryVersion) -> ClipFacts:
    """Return the sound a version plays now; of a relay, which has none before it is heard, as much as is known.

    `NotFound` when its bulletin does not stand approved or is mute, `NoAnswers` when there are none to read out,
    `SourceNotInForce`.
    """
    if version.kind == EntryKind.RELAY:
        return _relayed(version)
    words = words_of(version)
    clip_id = version.clip_id if words is None else bulletins.approved(words).clip_id
    found = {} if clip_id is None else media.facts([clip_id])
    if clip_id is None or clip_id not in found:
        raise NotFound
    return found[clip_id]


def words_of(version: EntryVersion) -> uuid.UUID | None:
    """Return the bulletin a version reads out now; None for music and relays. `NoAnswers`."""
    if version.kind != EntryKind.ANSWERS:
        return version.bulletin_id
    newest = bulletins.newest_approved(version.entry.unit_id, kind=Kind.ANSWER)
    if newest is None:
        raise NoAnswers
    return newest


def named(version: EntryVersion) -> str:
    """Return what names the sound that is agreed to: of a relay its source, of answers that they are the newest."""
    if version.kind == EntryKind.ANSWERS:
        return EntryKind.ANSWERS.value
    sound = content(version)
    return sound.sha256 if version.source is None else sources.digest(version.source)


def _relayed(version: EntryVersion) -> ClipFacts:
    source = version.source
    if source is None or source.state != SourceState.IN_FORCE:
        raise SourceNotInForce
    return ClipFacts(
        id=source.pk,
        sha256=NO_CLIP,
        size_bytes=0,
        duration_ms=version.frame_min * 60_000,
        level_dbfs=float(source.lufs),
        envelope=(),
        voice="",
        source="relay",
    )
