"""What comes together when the programmes of several units become one: hours that clash, bulletins that double."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from loa.kernel.sentences import filled
from loa.media import queries as media
from loa.orgs.ports import Clash, Move
from loa.schedules import rules
from loa.schedules.models import Slot

_TWICE = _("“%(title)s” is planned twice at %(at)s: in %(unit)s and in %(other_unit)s.")
_TOGETHER = _(
    "“%(title)s” (%(at)s to %(until)s, %(unit)s) and “%(other)s” (%(other_at)s to %(other_until)s, %(other_unit)s) "
    "overlap."
)


def clashes(moves: Sequence[Move], slots: Sequence[Slot]) -> list[Clash]:
    """Return what clashes among slots, loaded with bulletin, wording, unit and airing, in the units they come to.

    Two slots of one unit are as they were before, and no matter of the reform.
    """
    heirs = {move.from_unit: move.to_unit for move in moves}
    lengths = _lengths(slots)
    of_heir: dict[int, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda slot: (_start(slot), str(slot.pk))):
        of_heir[heirs.get(slot.unit_id, slot.unit_id)].append(slot)
    return [
        Clash(unit=heir, sentence=_sentence(one, other, lengths), things=[f"slot:{one.pk}", f"slot:{other.pk}"])
        for heir, those in sorted(of_heir.items())
        for one, other in _overlapping(those, lengths)
        if one.unit_id != other.unit_id
    ]


def _overlapping(slots: Sequence[Slot], lengths: dict[Slot, timedelta]) -> Iterator[tuple[Slot, Slot]]:
    """Yield the pairs of which the later begins before the earlier ends. `slots` are in order of their start."""
    sounding: list[Slot] = []
    for slot in slots:
        sounding = [one for one in sounding if _start(one) + lengths[one] > _start(slot)]
        for one in sounding:
            yield one, slot
        sounding.append(slot)


def _sentence(one: Slot, other: Slot, lengths: dict[Slot, timedelta]) -> str:
    facts = {"title": one.bulletin.title, "unit": one.unit.name, "other_unit": other.unit.name}
    if one.bulletin_id == other.bulletin_id or (_clip(one) == _clip(other) and _clip(one) is not None):
        return filled(_TWICE, **facts, at=_clock(_start(one)))
    return filled(
        _TOGETHER,
        **facts,
        at=_clock(_start(one)),
        until=_clock(_start(one) + lengths[one]),
        other=other.bulletin.title,
        other_at=_clock(_start(other)),
        other_until=_clock(_start(other) + lengths[other]),
    )


def _lengths(slots: Sequence[Slot]) -> dict[Slot, timedelta]:
    """Return how long each sounds; a moment where there is no sound yet, so that the same hour still meets."""
    clips = {slot: _clip(slot) for slot in slots}
    facts = media.facts([clip for clip in clips.values() if clip is not None])
    long = {clip: timedelta(milliseconds=found.duration_ms) for clip, found in facts.items()}
    return {slot: timedelta(milliseconds=1) if clip is None else long[clip] for slot, clip in clips.items()}


def _clip(slot: Slot) -> uuid.UUID | None:
    current = slot.bulletin.current
    return None if current is None else current.clip_id


def _start(slot: Slot) -> datetime:
    if slot.start_at is None:
        raise ValueError("a slot without a time clashes with nothing")
    return slot.start_at


def _clock(moment: datetime) -> str:
    """Return a local time with its day: `17:04 23/11`."""
    return moment.astimezone(rules.ZONE).strftime("%H:%M %d/%m")
