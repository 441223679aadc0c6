"""Agencies with their names over time."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs import rules
from loa.orgs.models import Agency, AgencyName, LegalBasis, Post, Unit
from loa.orgs.refusals_rights import BadAgency, ClosedUnit, NameStands, NoClosing, StillStaffed

NAME_LONGEST = 160
SHORT_LONGEST = 60


@command("orgs.administer")
def open_agency(
    scope: Scope,
    unit: Unit,
    /,
    *,
    kind: str,
    name: str,
    short_name: str = "",
    opened_on: date | None = None,
    basis: LegalBasis | None = None,
) -> Agency:
    """Add a body that serves a unit: a department, a committee, a regional centre. `BadAgency`, `ClosedUnit`.

    Without a day it was there before anybody wrote it down.
    """
    if unit.closed_on is not None:
        raise ClosedUnit(place=unit.name)
    if kind not in set(rules.AgencyKind):
        raise BadAgency
    agency: Agency = Agency.objects.create(unit=unit, kind=kind, opened_on=opened_on)
    _name(agency, name, short_name, on=opened_on, basis=basis)
    note(agency=agency.pk, kind=kind)
    return agency


@command("orgs.administer")
def rename_agency(
    scope: Scope, agency: Agency, /, *, name: str, short_name: str = "", on: date, basis: LegalBasis | None = None
) -> AgencyName:
    """Call an agency something else from a day on; papers of earlier days keep the earlier name.

    `NameStands` unless the day is after the one on which the last name began; `BadAgency`; `NoClosing` when it closed.
    """
    held = _hold(agency)
    if held.closed_on is not None and on >= held.closed_on:
        raise NoClosing
    last = AgencyName.objects.filter(agency=held).order_by("-during").select_for_update().first()
    if last is not None:
        if last.during.lower is not None and on <= last.during.lower:
            raise NameStands
        AgencyName.objects.filter(pk=last.pk).update(during=DateRange(last.during.lower, on))
    named = _name(held, name, short_name, on=on, basis=basis)
    note(agency=held.pk, on=on.isoformat())
    return named


@command("orgs.administer")
def close_agency(scope: Scope, agency: Agency, /, *, on: date, succeeded_by: Agency | None = None) -> None:
    """Close an agency on a day; its open posts go to its successor, which serves a unit in reach.

    `NoClosing` when it closed or the day or successor does not fit; `StillStaffed` without one while posts are open.
    """
    held = _hold(agency)
    too_early = held.opened_on is not None and on < held.opened_on
    if held.closed_on is not None or too_early or not _can_succeed(scope, held, succeeded_by):
        raise NoClosing
    posts = Post.objects.unscoped("the command asked").filter(agency=held, closed_on=None)
    if succeeded_by is None and posts.exists():
        raise StillStaffed
    moved = posts.update(agency=succeeded_by)
    held.closed_on, held.succeeded_by = on, succeeded_by
    held.save(update_fields=["closed_on", "succeeded_by"])
    agency.closed_on, agency.succeeded_by = on, succeeded_by
    note(agency=held.pk, on=on.isoformat(), succeeded_by=succeeded_by and succeeded_by.pk, posts=moved)


def _can_succeed(scope: Scope, agency: Agency, successor: Agency | None) -> bool:
    if successor is None:
        return True
    in_reach = scope.can("orgs.administer", successor.scope_path)
    return in_reach and successor.pk != agency.pk and successor.closed_on is None


def _hold(agency: Agency) -> Agency:
    held: Agency = (
        Agency.objects.unscoped("the command asked").select_for_update(of=("self",)).select_related("unit")
    ).get(pk=agency.pk)
    return held


def _name(agency: Agency, name: str, short_name: str, *, on: date | None, basis: LegalBasis | None) -> AgencyName:
    full, short = text.stored(name).strip(), text.stored(short_name).strip()
    if not 0 < len(full) <= NAME_LONGEST or len(short) > SHORT_LONGEST:
        raise BadAgency
    return AgencyName.objects.create(
        agency=agency, name=full, short_name=short, during=DateRange(on, None), basis=basis
    )
