"""What rooms that keep things at units ask about these units."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from loa.orgs import lineage
from loa.orgs.models import Lineage, Unit
from loa.orgs.queries import lineage as history
from loa.orgs.queries import rights


def holders_of(unit_ids: Collection[int], *, permission: str) -> dict[int, set[int]]:
    """Return who holds a permission at each of these units or from above it, by the unit's id."""
    found = Unit.objects.unscoped("whether somebody can take up what is kept there").filter(pk__in=list(unit_ids))
    return {unit.pk: set(rights.holders(unit, permission=permission)) for unit in found}


class Holder(NamedTuple):
    """Who holds a permission at a unit, by its path; `is_here_only` when not at the units below it."""

    user_id: int
    path: str
    is_here_only: bool


def holders_by_place(permission: str, *, at: datetime) -> list[Holder]:
    """Return everybody who holds a permission at a whole unit at a moment, and where: one query for all units.

    People whose account is closed, and who stand in for one of them, are not among them.
    """
    held = rights.standing(at=at).filter(
        role__permissions__contains=[permission], user__is_active=True, device_id=None, channel=""
    )
    rows = held.order_by("unit__path", "user_id").values_list("user_id", "unit__path", "is_here_only")
    return list(map(Holder._make, rows))


def changes_of(codes: Collection[str], *, since: date, until: date) -> list[date]:
    """Return the days after `since` and up to `until` on which units changed that parts of these went through."""
    return sorted({step.on for step in history.steps(codes, from_day=since, to_day=until)})


def has_changed(*, since: date, until: date) -> bool:
    """Tell whether any unit at all merged, split, moved or was renamed after `since` and up to `until`."""
    found = Lineage.objects.unscoped("whether there is anything to restate").filter(on__gt=since, on__lte=until)
    return bool(found.exists())


def restated_together(
    amounts: Mapping[str, Mapping[str, Fraction]], *, from_day: date, to_day: date
) -> dict[str, dict[str, Fraction]]:
    """Return several columns of amounts, by name and then by unit, restated as `restated` does, with one look.

    A unit that was not there on `from_day` any more, since it learned of its end late, goes on as what became of it.
    """
    codes = {code for column in amounts.values() for code in column}
    there = history.names_as_of(codes, from_day).keys()
    ended = {code: _last_day(code, from_day) for code in codes - there}
    steps = history.steps(codes, from_day=from_day, to_day=to_day)
    late = {
        code: history.steps([code], from_day=last, to_day=to_day) for code, last in ended.items() if last is not None
    }
    found: dict[str, dict[str, Fraction]] = {}
    for name, column in amounts.items():
        total = lineage.restated(
            {code: amount for code, amount in column.items() if code not in late},
            steps,
            from_day=from_day,
            to_day=to_day,
        )
        for code, of_code in late.items():
            last = ended[code]
            if code in column and last is not None:
                gone = lineage.restated({code: column[code]}, of_code, from_day=last, to_day=to_day)
                for heir, amount in gone.items():
                    total[heir] = total.get(heir, Fraction()) + amount
        found[name] = total
    return found


def whole(amounts: Mapping[str, Fraction], *, total: int | None = None) -> dict[str, int]:
    """Return whole numbers for people to read that add up to the whole of the total: largest remainders first."""
    return lineage.whole(amounts, total=total) if amounts else {}


def _last_day(code: str, before: date) -> date | None:
    """Return the last day on which a unit was there before a day; None when it never was."""
    ends = history.versions("the end of a unit already counted").filter(unit__code=code)
    last = ends.filter(during__endswith__lte=before).order_by("-during").values_list("during", flat=True).first()
    return None if last is None else last.upper - timedelta(days=1)
