"""What becomes of dictionaries when units change: their words go along, and of two readings the heir's holds."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.media.models import Pronunciation
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "the words of a unit's dictionary go along when it changes"
_THING = "pronunciation:"


class PronunciationKeeper:
    """Keeps how words of a unit are read out."""

    name = "media.pronunciation"
    words: str | Promise = _("words in dictionaries")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many words each unit's dictionary has."""
        return Counter(_running(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Return words that units which come together read in different ways."""
        heirs = going_along.heirs(moves)
        readings: dict[tuple[int, str], list[Pronunciation]] = {}
        for entry in _running({*heirs, *heirs.values()}):
            readings.setdefault((heirs.get(entry.unit_id, entry.unit_id), entry.written), []).append(entry)
        return [
            Clash(
                unit=heir,
                sentence=_("“%(written)s” is read in different ways: “%(first)s” and “%(second)s”. The first stays.")
                % {"written": written, "first": entries[0].spoken, "second": other.spoken},
                things=[f"{_THING}{entry.pk}" for entry in (entries[0], other)],
            )
            for (heir, written), unordered in readings.items()
            for entries in [_by_right(unordered, heir)]
            for other in entries[1:]
            if other.spoken != entries[0].spoken
        ]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Give the words to the unit that takes over. One it reads already, or that came before, ends instead."""
        heirs = going_along.heirs(moves)
        there = set(_running(heirs.values()).exclude(unit_id__in=heirs).values_list("unit_id", "written"))
        moved = []
        for entry in _running(heirs).select_for_update(of=("self",)):
            heir = heirs[entry.unit_id]
            moved.append(Moved(thing=f"{_THING}{entry.pk}", name=entry.written, from_unit=entry.unit_id, to_unit=heir))
            if (heir, entry.written) in there:
                _one(entry.pk).update(ended_at=now)
            else:
                there.add((heir, entry.written))
                _one(entry.pk).update(unit_id=heir)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give the words back; those that had ended for another begin anew. A word the unit has again stays out."""
        former = going_along.came(moved, _THING)
        known = set(_running({one.from_unit for one in former.values()}).values_list("unit_id", "written"))
        entries: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped(_WHY).filter(pk__in=former)
        back = 0
        for entry in entries.order_by("pk"):
            came_from = former[entry.pk].from_unit
            if (came_from, entry.written) in known:
                continue
            if entry.ended_at is None and entry.unit_id == former[entry.pk].to_unit:
                _one(entry.pk).update(unit_id=came_from)
            elif entry.ended_at is not None and entry.unit_id == came_from:
                _again(entry, now=now)
            else:
                continue
            known.add((came_from, entry.written))
            back += 1
        return back

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a word names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a word is the unit's; who added it stays on record."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a word is read whether or not somebody keeps the dictionary."""
        return 0


def _running(unit_ids: Collection[int]) -> ScopedQuerySet[Pronunciation]:
    found: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("unit_id", "written", "pk")


def _one(entry_id: uuid.UUID) -> ScopedQuerySet[Pronunciation]:
    found: ScopedQuerySet[Pronunciation] = Pronunciation.objects.unscoped(_WHY)
    return found.filter(pk=entry_id)


def _by_right(entries: Sequence[Pronunciation], heir: int) -> list[Pronunciation]:
    """Return them in the order in which they would hold: the heir's own first."""
    return sorted(entries, key=lambda entry: (entry.unit_id != heir, entry.unit_id, str(entry.pk)))


def _again(entry: Pronunciation, *, now: datetime) -> None:
    Pronunciation.objects.create(
        unit_id=entry.unit_id,
        written=entry.written,
        spoken=entry.spoken,
        is_exact_case=entry.is_exact_case,
        added_by_id=entry.added_by_id,
        started_at=now,
    )
