"""Handing over what this room keeps at a closing unit: agencies, posts, rights and where people belong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from loa.accounts import commands as accounts
from loa.accounts import queries as accounting
from loa.kernel import scope as scopes
from loa.kernel.command import Place
from loa.orgs import granting, queries, rules
from loa.orgs.models import Agency, Grant, Post, Unit
from loa.orgs.ports import Moved
from loa.orgs.refusals_rights import TwoDuties

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
    heirs: dict[int, Grant] = {}
    for one in held:
        given, is_new = give(one, target, heirs, now=now)
        if given is not None:
            heirs[one.pk] = given
        name = f"{one.user.full_name} – {one.role.name_vi}"
        way = "" if is_new else ":same"
        yield moved(f"grant:{one.pk}:{given.pk if given else 0}{way}", name, source, target)


def give(one: Grant, target: Unit, heirs: Mapping[int, Grant], *, now: datetime) -> tuple[Grant | None, bool]:
    """Return the same right at another unit and whether it is new; None where one person would hold two duties."""
    start = max(now, one.during.lower) if one.during.lower is not None else now
    lender = heirs.get(one.delegated_from_id or 0)
    if one.delegated_from_id is not None and (lender is None or lender.user_id == one.user_id):
        return None, False
    reach = granting.Reach(
        unit=target,
        device_id=one.device_id,
        channel=one.channel,
        is_here_only=one.is_here_only,
        start_at=start,
        end_at=one.during.upper,
    )
    same = {
        "user_id": one.user_id,
        "role_id": one.role_id,
        "unit": target,
        "device_id": one.device_id,
        "channel": one.channel,
        "is_here_only": one.is_here_only,
        "post_id": one.post_id,
        "delegated_from": lender,
    }
    found: Grant | None = (
        Grant.objects.unscoped(_WHY).filter(**same, during__overlap=reach.during).order_by("pk").first()
    )
    if found is not None:
        return found, False
    try:
        granting.apart(one.user, one.role, reach)
    except TwoDuties:
        return None, False
    if lender is not None and not _is_inside(reach, lender):
        return None, False
    given: Grant = Grant.objects.create(
        **same, during=reach.during, seat=one.seat, reason=one.reason, granted_by="clock", granted_at=now
    )
    return given, True


def _is_inside(reach: granting.Reach, lender: Grant) -> bool:
    upper = lender.during.upper
    return upper is None or (reach.end_at is not None and reach.end_at <= upper)


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
