"""Taking back what was handed over in a change of units that is undone, as far as it is still there."""

from collections.abc import Sequence
from datetime import datetime

from loa.orgs import giving, granting, handing, queries
from loa.orgs.models import Agency, Grant, Post, Unit
from loa.orgs.ports import Moved
from loa.orgs.rights_moved import Fate, Right

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
            count += _grant(Right.read(one.thing), source, target, now=now)
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


def _grant(right: Right, source: Unit, target: Unit, *, now: datetime) -> int:
    """Give the former right again, for its own time, where the new one still runs; one that stood there stays."""
    pieces = queries.unended(at=now).filter(pk__in=right.pieces, unit=target)
    running = list(pieces.order_by("pk"))
    former: Grant = Grant.objects.unscoped(_WHY).select_related("user", "role", "unit").get(pk=right.former)
    if not running or former.delegated_from_id is not None or not former.user.is_active:
        return 0
    is_changed = right.fate is Fate.GIVEN and len(running) == 1 == len(right.pieces)
    during = running[0].during if right.during is None or is_changed else right.during
    if during.upper is not None and during.upper <= now:
        return 0
    if right.fate is not Fate.SAME:
        granting.end(pieces, now=now)
    hands = giving.Hands.of({former.user_id}, now=now)
    given = hands.give(
        former, source, during=giving.from_now(during, now=now), post_id=former.post_id, reason=former.reason
    )
    return int(bool(given.made))
