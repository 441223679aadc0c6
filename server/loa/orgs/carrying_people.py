"""People of a unit whose level vanishes: they must not rise to the level above, so each is placed, or holds nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.orgs import giving, granting, grounds, handing, queries
from loa.orgs.changes import Plan
from loa.orgs.giving import Given
from loa.orgs.models import Grant, Reorganisation, Unit
from loa.orgs.planning import After, LevelRule, Tree
from loa.orgs.ports import Moved
from loa.orgs.rights_moved import Fate, Right

NAME = "placed"
"""What `orgs_handover` calls the keeper of rights that were placed."""

_WHY = "an approved change of units places people"


def vanishing(tree: Tree, outcome: After, levels: Mapping[str, LevelRule]) -> list[str]:
    """Return the codes of closing units whose heir stands on a higher level: rights there must not rise with them."""
    return sorted(
        code
        for code, heir in outcome.heirs.items()
        if code in tree and levels[outcome.units[heir].level].rank < levels[tree[code].level].rank
    )


def holders(codes: Sequence[str], *, at: datetime) -> list[Grant]:
    """Return the rights at these units that run or are yet to begin, by unit and name."""
    found = queries.unended(at=at).filter(unit__code__in=codes).select_related("user", "role", "unit")
    return list(found.order_by("unit__sort_order", "unit__path", "user__full_name", "pk"))


def place_of(plan: Plan, user: int) -> str | None:
    """Return the code of the unit where a person is placed, empty for nowhere, None when nobody said."""
    said = {one.user: one.unit for one in plan.people}
    return said.get(user, said.get(None))


def place(reorganisation: Reorganisation, plan: Plan, outcome: After, *, now: datetime) -> list[Moved]:
    """End rights at units whose level vanished, and give the same role where the person was placed; return those.

    A right for one thing keeps its thing. What was lent ends with the right it stands in for. Where somebody would
    write and approve at one place, the right ends and none is given; the hand-over says so.
    """
    closing = Unit.objects.unscoped(_WHY).filter(code__in=outcome.heirs).values_list("code", "level")
    levels = grounds.levels(on=reorganisation.effective_on)
    heirs = {code: outcome.units[heir].level for code, heir in outcome.heirs.items()}
    gone = [code for code, level in closing if levels[heirs[code]].rank < levels[level].rank]
    held = holders(gone, at=now)
    targets = Unit.objects.unscoped(_WHY).in_bulk({one.unit for one in plan.people if one.unit}, field_name="code")
    granting.end(queries.unended(at=now).filter(unit__code__in=gone), now=now)
    moved = []
    for grant in held:
        target = targets.get(place_of(plan, grant.user_id) or "")
        if target is None or grant.delegated_from_id is not None:
            continue
        handing.rehome(target, [grant.unit.path, *grant.unit.former_paths], only=[grant.user_id])
        given = _give(grant, target, during=grant.during, reason=reorganisation.title, now=now)
        thing = Right.of(grant, given, now=now).named()
        name = f"{grant.user.full_name} – {grant.role.name_vi}"
        moved.append(Moved(thing=thing, name=name, from_unit=grant.unit_id, to_unit=target.pk))
    return moved


def take_back(moved: Sequence[Moved], *, now: datetime) -> int:
    """Give placed people their former right again where the new one still stands; return how many."""
    count = 0
    for one in moved:
        right = Right.read(one.thing)
        pieces = queries.unended(at=now).filter(pk__in=right.pieces, unit=one.to_unit)
        given = pieces.select_related("unit").order_by("pk").first()
        if given is None:
            continue
        former = Grant.objects.unscoped(_WHY).select_related("unit", "user", "role").get(pk=right.former)
        handing.rehome(former.unit, [given.unit.path, *given.unit.former_paths], only=[given.user_id])
        during = given.during if right.during is None else right.during
        if right.fate is not Fate.SAME:
            granting.end(pieces, now=now)
        count += bool(_give(former, former.unit, during=during, reason=given.reason, now=now).pieces)
    return count


def _give(grant: Grant, target: Unit, *, during: DateTimeTZRange, reason: str, now: datetime) -> Given:
    """Return what came of the right at another unit from now on; a post stays behind."""
    if during.upper is not None and during.upper <= now:
        return Given()
    hands = giving.Hands.of({grant.user_id}, now=now)
    return hands.give(grant, target, during=giving.from_now(during, now=now), reason=reason[:200])
