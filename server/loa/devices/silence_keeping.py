"""What becomes of silences when units change: whoever was silent stays silent until somebody lifts it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import queries
from loa.devices.models import Silence
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports
from loa.orgs import queries as orgs

_THING = "silence:"
_WHY = "silences go along when their units change"


class SilenceKeeper:
    """Keeps the silences that hold. One that was lifted is history and stays."""

    name = "silences"
    words: str | Promise = _("silences that hold")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many silences hold at each unit."""
        return dict(_holding(unit_ids).values_list("unit_id").annotate(count=Count("pk")).order_by("unit_id"))

    def clashes(self, moves: Sequence[ports.Move], *, on: date) -> Sequence[ports.Clash]:  # noqa: ARG002 - as the port says
        """Silences never stand in each other's way."""
        return []

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:
        """Give silences to the unit that takes over; there they name the devices they were for, and no more."""
        sources = sorted({move.from_unit for move in moves})
        had = queries.stood_below(sources, before=timezone.localdate(now))
        rows = list(_holding(sources).select_for_update().order_by("pk"))
        for row in rows:
            if row.device_ids is None:
                row.device_ids = sorted(had.get(row.unit_id, [])) or None
        moved = ports.hand_along(_THING, rows, moves, name=lambda row: row.reason)
        Silence.objects.unscoped(_WHY).bulk_update(rows, ["unit", "device_ids"])
        return moved

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back, for the devices they name by now."""
        rows = Silence.objects.unscoped("as the list of what was handed over says").filter(
            pk__in=ports.came(moved, _THING).keys(), lifted_at=None
        )
        there = ports.hand_back(_THING, list(rows.select_for_update().order_by("pk")), moved)
        Silence.objects.unscoped(_WHY).bulk_update(there, ["unit"])
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """A silence is found by its unit, wherever that stands."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Silences belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many silences nobody could lift."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="devices.silence")
        return sum(count for unit, count in held.items() if not able[unit])


def _holding(unit_ids: Collection[int]) -> ScopedQuerySet[Silence]:
    found: ScopedQuerySet[Silence] = Silence.objects.unscoped(_WHY).filter(
        unit_id__in=list(unit_ids), stops=True, lifted_at=None
    )
    return found
