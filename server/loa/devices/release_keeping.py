"""What becomes of releases and rollouts when units change: they go along, and reach the devices that went along."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any  # Any: query sets of two models

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices.models import Release, Rollout
from loa.devices.stages import OPEN
from loa.orgs import ports
from loa.orgs import queries as orgs

_WHY, _RELEASE, _ROLLOUT = "releases go along when their units change", "release:", "rollout:"


class ReleaseKeeper:
    """Keeps what may go out, and what does. A rollout that is over stays where it was."""

    name = "releases"
    words: str | Promise = _("software for devices")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many releases and open rollouts stand at each unit."""
        held = Counter(_releases(unit_ids).values_list("unit_id", flat=True))
        return held + Counter(_open(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[ports.Move], *, on: date) -> Sequence[ports.Clash]:  # noqa: ARG002 - as the port says
        """Return the units in which two rollouts would go on at once."""
        heir_of = ports.heirs(moves)
        after: dict[int, list[str]] = {}
        for row in _open({*heir_of, *heir_of.values()}):
            after.setdefault(heir_of.get(row.unit_id, row.unit_id), []).append(f"{_ROLLOUT}{row.pk}")
        sentence = _("Two pieces of software would go out here at once: withdraw one first.")
        return [ports.Clash(unit=unit, sentence=sentence, things=rows) for unit, rows in after.items() if len(rows) > 1]

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:  # noqa: ARG002 - as above
        """Give releases and open rollouts to the unit that takes over."""
        sources = sorted({move.from_unit for move in moves})
        releases = list(_releases(sources).select_for_update().order_by("pk"))
        rollouts = list(_open(sources).select_for_update().order_by("pk"))
        moved = ports.hand_along(_RELEASE, releases, moves, name=lambda row: row.version)
        moved += ports.hand_along(_ROLLOUT, rollouts, moves, name=lambda row: str(row.pk))
        Release.objects.unscoped(_WHY).bulk_update(releases, ["unit"])
        Rollout.objects.unscoped(_WHY).bulk_update(rollouts, ["unit"])
        return moved

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as above
        """Give them back."""
        count = 0
        for kind, model in ((_RELEASE, Release), (_ROLLOUT, Rollout)):
            rows = model.objects.unscoped(_WHY).filter(pk__in=ports.came(moved, kind).keys())
            there = ports.hand_back(kind, list(rows.select_for_update().order_by("pk")), moved)
            model.objects.unscoped(_WHY).bulk_update(there, ["unit"])
            count += len(there)
        return count

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Both are found by their unit, wherever that stands."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as above
        """They belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many open rollouts nobody could stop."""
        held = Counter(_open(unit_ids).values_list("unit_id", flat=True))
        able = orgs.holders_of(held.keys(), permission="devices.update")
        return sum(count for unit, count in held.items() if not able[unit])


def _releases(unit_ids: Collection[int]) -> Any:  # Any: as above
    return Release.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))


def _open(unit_ids: Collection[int]) -> Any:  # Any: as above
    return Rollout.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids), state__in=sorted(OPEN))
