"""People of a unit whose level vanishes: they must not rise to the level above, so each is placed, or holds nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from loa.orgs import granting, grounds, handing, queries
from loa.orgs.changes import Plan
from loa.orgs.models import Grant, Reorganisation, Unit
from loa.orgs.planning import After, LevelRule, Tree
from loa.orgs.ports import Moved
from loa.orgs.refusals_rights import TwoDuties

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
    write and approve at one place, the right ends and none is given.
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
        new = _give(grant, target, reason=reorganisation.title, now=now)
        if new is not None:
            name = f"{grant.user.full_name} – {grant.role.name_vi}"
            thing = f"grant:{grant.pk}:{new.pk}"
            moved.append(Moved(thing=thing, name=name, from_unit=grant.unit_id, to_unit=target.pk))
    return moved


def take_back(moved: Sequence[Moved], *, now: datetime) -> int:
    """Give placed people their former right again where the new one still stands; return how many."""
    count = 0
    for one in moved:
        _, old, new = one.thing.split(":")
        given = queries.standing(at=now).filter(pk=int(new), unit=one.to_unit).select_related("unit").first()
        if given is None:
            continue
        former = Grant.objects.unscoped(_WHY).select_related("unit", "user", "role").get(pk=int(old))
        handing.rehome(former.unit, [given.unit.path, *given.unit.former_paths], only=[given.user_id])
        granting.end(queries.standing(at=now).filter(pk=given.pk), now=now)
        count += _give(former, former.unit, reason=given.reason, now=now) is not None
    return count


def _give(grant: Grant, target: Unit, *, reason: str, now: datetime) -> Grant | None:
    """Return the same right at another unit from now on: a new one, or one that stands there; None for two duties."""
    lower, upper = grant.during.lower, grant.during.upper
    reach = granting.Reach(
        unit=target,
        device_id=grant.device_id,
        channel=grant.channel,
        is_here_only=grant.is_here_only,
        start_at=now if lower is None else max(now, lower),
        end_at=upper if upper is None or upper > now else None,
    )
    same = {
        "user_id": grant.user_id,
        "role_id": grant.role_id,
        "unit": target,
        "device_id": grant.device_id,
        "channel": grant.channel,
        "is_here_only": grant.is_here_only,
    }
    standing = Grant.objects.unscoped(_WHY).filter(**same, post=None, delegated_from=None)
    found: Grant | None = standing.filter(during__overlap=reach.during).order_by("pk").first()
    if found is not None:
        return found
    try:
        granting.apart(grant.user, grant.role, reach)
    except TwoDuties:
        return None
    made: Grant = Grant.objects.create(**same, during=reach.during, reason=reason[:200], granted_by="clock")
    return made
