"""Whether what a device claims to have sounded can be so: the bounds of an airing, and each way to lie outside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from loa.devices.queries import EvidenceRow
from loa.dispatch import plans
from loa.dispatch.models import Airing
from loa_protocol import limits, player
from loa_protocol.messages import Outcome

START_TOLERANCE = timedelta(seconds=10)
"""How far outside its window a start may lie: a clock that is set just then, a slow disk when the sound is prepared."""

CLOCK_TOLERANCE = timedelta(milliseconds=limits.CLOCK_UNTRUSTED_MS)
"""How far ahead of ours a device's clock may be that its own rules still trust."""

SHORTER_BY = timedelta(seconds=2)
SHORTER_SHARE = 0.05
LONGER_BY = timedelta(seconds=30)
"""How much the length of a whole sound may differ from its file's; the greater of the first two counts."""

_ZERO = timedelta()


class Oddity(StrEnum):
    """Why a claim to have sounded cannot be believed. The first that fits is told, in this order."""

    UNTIMED = "untimed"
    OUT_OF_TIME = "out_of_time"
    FORETOLD = "foretold"
    UNNAMED = "unnamed"
    OTHER_CLIP = "other_clip"
    BACKWARDS = "backwards"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    AFTER_MISSED = "after_missed"


SENTENCES: Mapping[Oddity, str | Promise] = {
    Oddity.UNTIMED: gettext_lazy("The device says it played, but not from when to when."),
    Oddity.OUT_OF_TIME: gettext_lazy("The device says it began to play outside the time of this airing."),
    Oddity.FORETOLD: gettext_lazy("The report came in before the sound could have ended."),
    Oddity.UNNAMED: gettext_lazy("The device does not say which sound file it played."),
    Oddity.OTHER_CLIP: gettext_lazy("The device says it played another sound file than that of this airing."),
    Oddity.BACKWARDS: gettext_lazy("The device says the sound ended before it began."),
    Oddity.TOO_SHORT: gettext_lazy("The device says it played to the end, but for much less time than the file lasts."),
    Oddity.TOO_LONG: gettext_lazy("The device says it played for much longer than the file lasts."),
    Oddity.AFTER_MISSED: gettext_lazy("The device first reported that it had missed this airing, then that it played."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is possible for the sound of one airing; all spans are closed."""

    clip_sha256: str | None
    """None for live speech, which is no file on the device."""
    starts_from: datetime
    starts_until: datetime
    shortest: timedelta
    longest: timedelta
    longest_resumed: timedelta


def bounds(airing: Airing) -> Bounds:
    """Return what is possible for an airing, by the rule of lateness the devices follow themselves."""
    planned = plans.planned(airing)
    return Bounds(
        clip_sha256=None if airing.is_live else airing.clip_sha256,
        starts_from=airing.start_at - START_TOLERANCE,
        starts_until=player.last_start(planned) + START_TOLERANCE,
        # A device that came on line late joins live speech in the middle of it
        shortest=_ZERO if airing.is_live else planned.duration - max(SHORTER_BY, planned.duration * SHORTER_SHARE),
        longest=planned.duration + LONGER_BY,
        # An interrupted sound counts from its first start to its last end, and must be over with its window.
        longest_resumed=max(airing.end_at - airing.start_at, planned.duration) + LONGER_BY,
    )


def is_sounding(row: EvidenceRow) -> bool:
    """Tell whether a device claims with this that sound went out."""
    if row.outcome == Outcome.PRE_EMPTED:
        return row.started_at is not None
    return row.outcome in {Outcome.PLAYED, Outcome.PARTIAL}


def oddity(row: EvidenceRow, possible: Bounds, *, beside: Sequence[EvidenceRow]) -> Oddity | None:
    """Return why a claim to have sounded cannot be so, None when it can. `beside` is all the device told of the airing.

    A device may tell late: what counts is when it played, not when we heard of it. Of a sound that was broken off only
    the start is judged: after a power cut the device tells its end when it is back, and may no longer know the file.
    """
    if row.started_at is None:
        return Oddity.UNTIMED
    found = _of_time(row, row.started_at, possible) or _of_content(row, row.started_at, possible)
    if found is None and any(_is_earlier_miss(other, row) for other in beside):
        return Oddity.AFTER_MISSED
    return found


def _of_time(row: EvidenceRow, started_at: datetime, possible: Bounds) -> Oddity | None:
    if row.outcome == Outcome.PLAYED and row.ended_at is None:
        return Oddity.UNTIMED
    # A device plays by its own clock while it trusts it, by ours when it does not: its times may be in either.
    ahead = timedelta(milliseconds=row.clock_offset_ms or 0)
    if not any(possible.starts_from <= at <= possible.starts_until for at in (started_at, started_at - ahead)):
        return Oddity.OUT_OF_TIME
    last_at = row.ended_at if row.outcome == Outcome.PLAYED and row.ended_at is not None else started_at
    return Oddity.FORETOLD if last_at > row.received_at + CLOCK_TOLERANCE else None


def _of_content(row: EvidenceRow, started_at: datetime, possible: Bounds) -> Oddity | None:
    if row.clip is not None and possible.clip_sha256 is not None and row.clip != possible.clip_sha256:
        return Oddity.OTHER_CLIP
    if row.outcome != Outcome.PLAYED or row.ended_at is None:
        return None
    if row.clip is None and possible.clip_sha256 is not None:
        return Oddity.UNNAMED
    length = row.ended_at - started_at
    if length < _ZERO:
        return Oddity.BACKWARDS
    if length < possible.shortest:
        return Oddity.TOO_SHORT
    longest = possible.longest_resumed if row.reason == "resumed" else possible.longest
    return Oddity.TOO_LONG if length > longest else None


def _is_earlier_miss(other: EvidenceRow, row: EvidenceRow) -> bool:
    """Tell whether a device had said before that it missed this: a device never plays what it has written down as lost.

    A refusal is no such word: a forged or outdated order is refused, and the airing of the plan played all the same.
    """
    return other.outcome == Outcome.MISSED and (other.received_at, other.seq) < (row.received_at, row.seq)
