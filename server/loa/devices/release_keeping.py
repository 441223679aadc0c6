"""What becomes of releases and rollouts when units change: they go along, and a rollout waits for a word there."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any  # Any: query sets of two models

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import overlaps
from loa.devices.models import Release, Rollout
from loa.devices.stages import OPEN, RolloutState
from loa.orgs import ports
from loa.orgs import queries as orgs

_WHY, _RELEASE, _ROLLOUT = "releases go along when their units change", "release:", "rollout:"


class ReleaseKeeper:
    """Keeps what may go out, and what does. A rollout that is over stays where it was.

    One that comes to another unit pauses: nobody there has chosen it for their devices. Of those that would go on at
    one unit, the unit's own stays, or else the one that began first; the others stop.
    """

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
        sentence = _("Software would go out here twice at once: withdraw one, or the one that comes along stops.")
        return [ports.Clash(unit=unit, sentence=sentence, things=rows) for unit, rows in after.items() if len(rows) > 1]

    def hand_over(self, moves: Sequence[ports.Move], *, now: datetime) -> Sequence[ports.Moved]:
        """Give releases and open rollouts to the unit that takes over; what would go out there twice stops."""
        heir_of = ports.heirs(moves)
        releases = list(_releases(heir_of).select_for_update().order_by("pk"))
        rollouts = list(
            _open(heir_of).select_related("release").select_for_update(of=("self",)).order_by("began_at", "pk")
        )
        there = {row.unit_id: row for row in _open(set(heir_of.values()) - heir_of.keys()).select_related("release")}
        along = []
        for row in rollouts:
            first = there.setdefault(heir_of[row.unit_id], row)
            if first is row:
                row.state = RolloutState.PAUSED
                along.append(row)
            else:
                overlaps.stop(row, beside=first, now=now)
        moved = ports.hand_along(_RELEASE, releases, moves, name=lambda row: row.version)
        moved += ports.hand_along(_ROLLOUT, along, moves, name=lambda row: str(row.pk))
        Release.objects.unscoped(_WHY).bulk_update(releases, ["unit"])
        Rollout.objects.unscoped(_WHY).bulk_update(along, ["unit", "state"])
        return moved

    def take_back(self, moved: Sequence[ports.Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back; a rollout not to where another goes on by now, and it waits there for somebody's word."""
        releases = Release.objects.unscoped(_WHY).filter(pk__in=ports.came(moved, _RELEASE).keys())
        back = ports.hand_back(_RELEASE, list(releases.select_for_update().order_by("pk")), moved)
        Release.objects.unscoped(_WHY).bulk_update(back, ["unit"])
        came = ports.came(moved, _ROLLOUT)
        taken = set(_open({one.from_unit for one in came.values()}).values_list("unit_id", flat=True))
        rows = _open({one.to_unit for one in came.values()}).filter(pk__in=came.keys())
        free = [row for row in rows.select_for_update().order_by("pk") if came[row.pk].from_unit not in taken]
        gone_back = ports.hand_back(_ROLLOUT, free, moved)
        for row in gone_back:
            row.state = RolloutState.PAUSED
        Rollout.objects.unscoped(_WHY).bulk_update(gone_back, ["unit", "state"])
        return len(back) + len(gone_back)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:  # noqa: ARG002 - as the port says
        """Let rollouts of these units pause where another one reaches the same devices by now."""
        overlaps.pause(unit_ids)

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
