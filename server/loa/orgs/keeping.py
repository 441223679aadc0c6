"""What this room itself keeps at units when they change: rights, posts, agencies, roles, and where people belong."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.sentences import filled
from loa.orgs import giving, handing, handing_back, queries, rules
from loa.orgs.models import Agency, Grant, Post, Role, Unit
from loa.orgs.ports import Clash, Move, Moved

_WHY = "an approved change of units"


class RightsKeeper:
    """Moves what stands at a closing unit to the one that takes it over; what ended stays where it was."""

    name = "orgs"
    words: str | Promise = _("rights, posts and agencies")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many running rights, open posts and open agencies go along from each unit."""
        found: dict[int, int] = dict.fromkeys(unit_ids, 0)
        grants = Grant.objects.unscoped(_WHY).filter(Q(during__endswith=None), during__isempty=False)
        posts = Post.objects.unscoped(_WHY).filter(closed_on=None)
        agencies = Agency.objects.unscoped(_WHY).filter(closed_on=None)
        for kept in (grants, posts, agencies):
            counted = kept.filter(unit__in=list(unit_ids)).values("unit").annotate(count=Count("pk")).order_by("unit")
            for row in counted:
                found[row["unit"]] += row["count"]
        return found

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:
        """Return where several leaders would meet, and who would write and approve at one place."""
        at = datetime.combine(on, datetime.min.time(), tzinfo=rules.ZONE)
        return [clash for target, sources in _by_target(moves).items() for clash in _meeting(target, sources, at=at)]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Move own roles, agencies, posts, rights and homes; the same right twice becomes one."""
        moved: list[Moved] = []
        units = Unit.objects.unscoped(_WHY).in_bulk([pk for move in moves for pk in (move.from_unit, move.to_unit)])
        for move in moves:
            source, target = units[move.from_unit], units[move.to_unit]
            Role.objects.unscoped(_WHY).filter(unit=source).update(unit=target)
            moved += handing.move_agencies(source, target, now=now)
            moved += handing.move_posts(source, target)
            moved += handing.move_grants(source, target, now=now)
            moved += handing.move_homes(source, target)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Give back what is still where it was handed to."""
        return handing_back.take_back(moved, now=now)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:  # noqa: ARG002 - as the port says
        """Let people belong to the new paths of their units, the deepest unit first."""
        found = Unit.objects.unscoped(_WHY).filter(pk__in=list(unit_ids))
        for unit in sorted(found, key=lambda unit: -unit.path.count("/")):
            handing.rehome(unit, [path for path in unit.former_paths if path != unit.path])

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Hand nothing on: what a leaver held ends, it is not inherited."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many of these units nobody administers."""
        found = Unit.objects.unscoped(_WHY).filter(pk__in=list(unit_ids), closed_on=None)
        return sum(not queries.holders(unit, permission="orgs.administer") for unit in found)


def _by_target(moves: Sequence[Move]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for move in moves:
        found.setdefault(move.to_unit, [move.to_unit]).append(move.from_unit)
    return found


def _meeting(target: int, sources: Sequence[int], *, at: datetime) -> Iterator[Clash]:
    place = Unit.objects.unscoped(_WHY).values_list("name", flat=True).get(pk=target)
    held = list(
        queries.unended(at=at)
        .filter(unit__in=list(sources), delegated_from=None)
        .select_related("user", "role", "unit")
    )
    approvers = [one for one in held if "bulletins.approve" in one.role.permissions]
    names = sorted({f"{one.user.full_name} ({one.unit.name})" for one in approvers})
    if len({one.user_id for one in approvers}) > 1 and len({one.unit_id for one in approvers}) > 1:
        sentence = filled(_("Several leaders meet at %(place)s: %(names)s."), place=place, names=", ".join(names))
        yield Clash(unit=target, sentence=sentence, things=[f"grant:{one.pk}" for one in approvers])
    for user in sorted({one.user_id for one in held}):
        own = [one for one in held if one.user_id == user]
        if not rules.parted([code for one in own for code in one.role.permissions]):
            sentence = filled(
                _("%(name)s would write and approve at %(place)s."), name=own[0].user.full_name, place=place
            )
            yield Clash(unit=target, sentence=sentence, things=[f"grant:{one.pk}" for one in own])
    yield from _left_behind(target, held, at=at)


def _left_behind(target: int, held: Sequence[Grant], *, at: datetime) -> Iterator[Clash]:
    """Tell which rights will not, or not for all of their time, be given where their unit goes."""
    place = Unit.objects.unscoped(_WHY).get(pk=target)
    hands = giving.Hands.of({one.user_id for one in held}, now=at)
    going = {one.pk: one.unit.name for one in held if one.unit_id != target}
    for holding in hands.held.values():
        for one in holding:
            one.unit = place if one.pk in going else one.unit
    for one in sorted((one for one in held if one.pk in going), key=lambda one: one.pk):
        hands.held[one.user_id] = [other for other in hands.held[one.user_id] if other.pk != one.pk]
        given = hands.would_give(one, place, during=giving.from_now(one.during, now=at), post_id=one.post_id)
        if given.is_lacking:
            facts = {"name": one.user.full_name, "role": one.role.name(), "place": going[one.pk]}
            sentence = filled(
                _("%(name)s does not keep the role “%(role)s” of %(place)s, or not for all of its time."), **facts
            )
            yield Clash(unit=target, sentence=sentence, things=[f"grant:{one.pk}"])
