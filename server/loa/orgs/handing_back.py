"""Taking back what was handed over in a change of units that is undone, as far as it is still there."""

from collections.abc import Sequence
from datetime import datetime

from loa.orgs import granting, handing, queries
from loa.orgs.models import Agency, Grant, Post, Unit
from loa.orgs.ports import Moved

_WHY = "an approved change of units is taken back"
_ORDER = ("agency", "post", "grant", "home")


def take_back(moved: Sequence[Moved], *, now: datetime) -> int:
    """Give back what is still where it was handed to; return how much that was."""
    units = Unit.objects.unscoped(_WHY).in_bulk([pk for one in moved for pk in (one.from_unit, one.to_unit)])
    count = 0
    for one in sorted(moved, key=lambda one: _ORDER.index(one.thing.partition(":")[0])):
        kind, *about = one.thing.split(":")
        source, target = units[one.from_unit], units[one.to_unit]
        if kind == "agency":
            count += _agency(int(about[0]), int(about[1]), source, target)
        elif kind == "post":
            count += _post(int(about[0]), source, target)
        elif kind == "grant":
            count += _grant(int(about[0]), int(about[1]), source, target, is_same=len(about) > 2, now=now)
        else:
            count += len(handing.rehome(source, [target.path], only=[int(about[0])]))
    return count


def _agency(pk: int, heir: int, source: Unit, target: Unit) -> int:
    found = Agency.objects.unscoped(_WHY).filter(pk=pk)
    if not heir:
        return int(found.filter(unit=target, closed_on=None).update(unit=source))
    return int(found.filter(unit=source, succeeded_by=heir).update(closed_on=None, succeeded_by=None))


def _post(pk: int, source: Unit, target: Unit) -> int:
    return int(Post.objects.unscoped(_WHY).filter(pk=pk, unit=target, closed_on=None).update(unit=source))


def _grant(old: int, new: int, source: Unit, target: Unit, *, is_same: bool, now: datetime) -> int:
    """Give the former right again where the new one still runs; one that was there before stays there as well."""
    given: Grant | None = queries.unended(at=now).filter(pk=new, unit=target).first()
    former: Grant = Grant.objects.unscoped(_WHY).select_related("user", "role", "unit").get(pk=old)
    if given is None or former.delegated_from_id is not None or not former.user.is_active:
        return 0
    during = given.during
    if not is_same:
        granting.end(queries.unended(at=now).filter(pk=new), now=now)
    former.during = during
    return int(handing.give(former, source, {}, now=now)[1])
