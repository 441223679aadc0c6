"""Handing over what this room keeps at a closing unit: agencies, posts, rights and where people belong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from loa.accounts import commands as accounts
from loa.accounts import queries as accounting
from loa.kernel import scope as scopes
from loa.kernel.command import Place
from loa.orgs import giving, granting, queries, rights_moved, rules
from loa.orgs.giving import Given, Hands
from loa.orgs.models import Agency, Grant, Post, Unit
from loa.orgs.ports import Moved

_WHY = "an approved change of units"
_SCOPE = scopes.system("reorganisation")


def move_agencies(source: Unit, target: Unit, *, now: datetime) -> Iterator[Moved]:
    """Close a committee where one goes on already, with that one as its successor; move every other agency."""
    day = now.astimezone(rules.ZONE).date()
    agencies = Agency.objects.unscoped(_WHY).filter(closed_on=None)
    heir = agencies.filter(unit=target, kind=rules.AgencyKind.COMMITTEE).order_by("pk").first()
    names = queries.agency_names(list(agencies.filter(unit=source).values_list("pk", flat=True)), on=day)
    for agency in agencies.filter(unit=source).order_by("pk"):
        successor = heir if agency.kind == rules.AgencyKind.COMMITTEE and heir is not None else None
        if successor is None:
            agency.unit = target
        else:
            agency.closed_on, agency.succeeded_by = day, successor
            Post.objects.unscoped(_WHY).filter(agency=agency, closed_on=None).update(agency=successor)
        agency.save(update_fields=["unit", "closed_on", "succeeded_by"])
        yield moved(f"agency:{agency.pk}:{successor.pk if successor else 0}", names[agency.pk], source, target)


def move_posts(source: Unit, target: Unit) -> Iterator[Moved]:
    """Let posts stand at the other unit."""
    for post in Post.objects.unscoped(_WHY).filter(unit=source, closed_on=None).order_by("pk"):
        post.unit = target
        post.save(update_fields=["unit"])
        yield moved(f"post:{post.pk}", post.title, source, target)


def move_grants(source: Unit, target: Unit, *, now: datetime) -> Iterator[Moved]:
    """End each right at the closing unit and give the same where its things went; what was lent follows its source."""
    at = queries.unended(at=now).filter(unit=source)
    held = list(at.select_related("user", "role", "post", "unit").order_by("delegated_from_id", "pk"))
    held.sort(key=lambda one: (one.delegated_from_id is not None, one.pk))
    granting.end(at, now=now)
    hands = giving.Hands.of({one.user_id for one in held}, now=now)
    heirs: dict[int, Given] = {}
    for one in held:
        heirs[one.pk] = give(hands, one, target, heirs)
        thing = rights_moved.Right.of(one, heirs[one.pk], now=now)
        yield moved(thing.named(), f"{one.user.full_name} – {one.role.name_vi}", source, target)


def give(hands: Hands, one: Grant, target: Unit, heirs: Mapping[int, Given]) -> Given:
    """Return what came of the right at the other unit; what was lent holds there as long as its source does."""
    during = giving.from_now(one.during, now=hands.now)
    if one.delegated_from_id is None:
        return hands.give(one, target, during=during, post_id=one.post_id, reason=one.reason)
    made: list[Grant] = []
    stood: list[Grant] = []
    for lender in heirs[one.delegated_from_id].pieces if one.delegated_from_id in heirs else ():
        shared = giving.within(during, lender.during)
        if shared is not None and lender.user_id != one.user_id:
            given = hands.give(one, target, during=shared, lender=lender, reason=one.reason)
            made += given.made
            stood += given.stood
    lacks = giving.missing(during, [piece.during for piece in (*made, *stood)])
    return Given(made=made, stood=stood, is_lacking=bool(lacks))


def move_homes(source: Unit, target: Unit) -> Iterator[Moved]:
    """Let whoever belonged to the closing unit belong to the other."""
    for user in rehome(target, [source.path, *source.former_paths]):
        yield moved(f"home:{user}", "", source, target)


def rehome(unit: Unit, former: Sequence[str], *, only: Sequence[int] | None = None) -> list[int]:
    """Let the people of these paths, or `only` some of them, belong to the unit; return who they are."""
    if not former or not accounting.has_people(former):
        return []
    return accounts.rehome(_SCOPE, Place(scope_path=unit.path, audit_name=unit.audit_name), former=former, only=only)


def moved(thing: str, name: str, source: Unit, target: Unit) -> Moved:
    """Return one thing that went along."""
    return Moved(thing=thing, name=name, from_unit=source.pk, to_unit=target.pk)
