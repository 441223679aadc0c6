"""People of a unit whose level vanishes: they must not rise to the level above, so each is placed, or holds nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Func
from django.db.models.functions import Lower

from loa.orgs import grounds, queries
from loa.orgs.changes import Plan
from loa.orgs.models import Grant, Reorganisation, Unit
from loa.orgs.planning import After, LevelRule, Tree
from loa.orgs.ports import Moved

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
    """Return the grants in force at these units, whoever holds them, by unit and name."""
    found = queries.standing(at=at).filter(unit__code__in=codes).select_related("user", "role", "unit")
    return list(found.order_by("unit__sort_order", "unit__path", "user__full_name", "pk"))


def place_of(plan: Plan, user: int) -> str | None:
    """Return the code of the unit where a person is placed, empty for nowhere, None when nobody said."""
    said = {one.user: one.unit for one in plan.people}
    return said.get(user, said.get(None))


def place(reorganisation: Reorganisation, plan: Plan, outcome: After, *, now: datetime) -> list[Moved]:
    """End rights at units whose level vanished, and give the same role where the person was placed; return those.

    A right for one thing keeps its thing. What was delegated ends with the right it stands in for.
    """
    closing = Unit.objects.unscoped(_WHY).filter(code__in=outcome.heirs).values_list("code", "level", "pk")
    levels = grounds.levels(on=reorganisation.effective_on)
    gone = [
        code for code, level, _ in closing if levels[outcome.units[outcome.heirs[code]].level].rank < levels[level].rank
    ]
    held = holders(gone, at=now)
    targets = Unit.objects.unscoped(_WHY).in_bulk({one.unit for one in plan.people if one.unit}, field_name="code")
    end(held, now=now)
    moved = []
    for grant in held:
        target = targets.get(place_of(plan, grant.user_id) or "")
        if target is None or grant.delegated_from_id is not None:
            continue
        new = _give(grant, target, reason=reorganisation.title, now=now)
        name = f"{grant.user.full_name} – {grant.role.name_vi}"
        thing = f"grant:{grant.pk}:{new.pk}"
        moved.append(Moved(thing=thing, name=name, from_unit=grant.unit_id, to_unit=target.pk))
    return moved


def take_back(moved: Sequence[Moved], *, now: datetime) -> int:
    """Give placed people their former right again where the new one still stands; return how many."""
    count = 0
    for one in moved:
        _, old, new = one.thing.split(":")
        given = queries.standing(at=now).filter(pk=int(new), unit=one.to_unit).first()
        if given is None:
            continue
        end([given], now=now)
        former = Grant.objects.unscoped(_WHY).select_related("unit").get(pk=int(old))
        _give(former, former.unit, reason=given.reason, now=now)
        count += 1
    return count


def end(held: Sequence[Grant], *, now: datetime) -> None:
    """End these grants and what is delegated from them."""
    ids = [grant.pk for grant in held]
    for which in ({"delegated_from__in": ids}, {"pk__in": ids}):
        running = Grant.objects.unscoped(_WHY).filter(during__contains=now, **which)
        running.update(during=Func(Lower(F("during")), now, function="tstzrange"))


def _give(grant: Grant, target: Unit, *, reason: str, now: datetime) -> Grant:
    """Return the same right at another unit, from now on; the one that stands there already, if there is one."""
    same = {
        "user_id": grant.user_id,
        "role_id": grant.role_id,
        "unit": target,
        "device_id": grant.device_id,
        "channel": grant.channel,
        "is_here_only": grant.is_here_only,
    }
    found: Grant | None = queries.standing(at=now).filter(post=None, delegated_from=None, **same).first()
    if found is not None:
        return found
    until = grant.during.upper
    made: Grant = Grant.objects.create(
        **same, during=(now, until if until is None or until > now else None), reason=reason[:200], granted_by="clock"
    )
    return made
