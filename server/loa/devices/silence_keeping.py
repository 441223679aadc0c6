"""What becomes of silences when units change: whoever was silent stays silent until somebody lifts it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import queries
from loa.devices.models import Silence
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports
from loa.orgs import queries as orgs

_THING, _WORD = "silence:", "silence-said-from:"
_WHY = "silences go along when their units change"


class SilenceKeeper:
    """Keeps the silences that hold. One that was lifted is history and stays."""

    name = "silences"
    words: str | Promise = _("silences that hold")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many silences hold at each unit, or below it by its word."""
        held = Counter(_holding(unit_ids).values_list("unit_id", flat=True))
        return held + Counter(_said_from(unit_ids).values_list("said_from_id", flat=True))

    def clashes(self, moves: Sequence[ports.Move], *, on: date) -> Sequence[ports.Clash]:  # noqa: ARG002 - as the port says
        """Silences never stand in each other's way."""
        return []

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:
        """Give silences to the unit that takes over; there they name the devices they were for, and no more.

        What was said from above is lifted by whoever takes over from the unit above.
        """
        sources = sorted({move.from_unit for move in moves})
        had = queries.stood_below(sources, before=timezone.localdate(now))
        rows = list(_holding(sources).select_for_update().order_by("pk"))
        for row in rows:
            if row.device_ids is None:
                row.device_ids = sorted(had.get(row.unit_id, [])) or None
        moved = ports.hand_along(_THING, rows, moves, name=lambda row: row.reason)
        Silence.objects.unscoped(_WHY).bulk_update(rows, ["unit", "device_ids"])
        return [*moved, *_hand_words_along(moves)]

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back, for the devices they name by now."""
        rows = Silence.objects.unscoped("as the list of what was handed over says").filter(
            pk__in=ports.came(moved, _THING).keys(), lifted_at=None
        )
        there = ports.hand_back(_THING, list(rows.select_for_update().order_by("pk")), moved)
        Silence.objects.unscoped(_WHY).bulk_update(there, ["unit"])
        return len(there) + _take_words_back(moved)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """A silence is found by its unit, wherever that stands."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Silences belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many silences nobody could lift."""
        held = {row.pk: row for row in _holding(unit_ids).select_related("unit", "said_from")}
        held |= {row.pk: row for row in _said_from(unit_ids).select_related("unit", "said_from")}
        holders = [row.holder.pk for row in held.values()]
        able = orgs.holders_of(set(holders), permission="devices.silence")
        return sum(not able[unit] for unit in holders)


def _hand_words_along(moves: Sequence[ports.Move]) -> list[ports.Moved]:
    heir_of = ports.heirs(moves)
    rows = list(_said_from(heir_of).select_for_update().order_by("pk"))
    moved = []
    for row in rows:
        former = row.said_from_id
        if former is not None:
            row.said_from_id = heir = heir_of[former]
            moved.append(ports.Moved(thing=f"{_WORD}{row.pk}", name=row.reason, from_unit=former, to_unit=heir))
    Silence.objects.unscoped(_WHY).bulk_update(rows, ["said_from"])
    return moved


def _take_words_back(moved: Sequence[ports.Moved]) -> int:
    came = ports.came(moved, _WORD)
    rows = Silence.objects.unscoped("as the list of what was handed over says").filter(
        pk__in=came.keys(), lifted_at=None
    )
    there = [row for row in rows.select_for_update().order_by("pk") if row.said_from_id == came[row.pk].to_unit]
    for row in there:
        row.said_from_id = came[row.pk].from_unit
    Silence.objects.unscoped(_WHY).bulk_update(there, ["said_from"])
    return len(there)


def _said_from(unit_ids: Collection[int]) -> ScopedQuerySet[Silence]:
    found: ScopedQuerySet[Silence] = Silence.objects.unscoped(_WHY).filter(
        said_from_id__in=list(unit_ids), stops=True, lifted_at=None
    )
    return found


def _holding(unit_ids: Collection[int]) -> ScopedQuerySet[Silence]:
    found: ScopedQuerySet[Silence] = Silence.objects.unscoped(_WHY).filter(
        unit_id__in=list(unit_ids), stops=True, lifted_at=None
    )
    return found
