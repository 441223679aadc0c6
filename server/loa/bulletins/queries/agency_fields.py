"""Reading in which fields agencies supply words."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q

from loa.bulletins.models import AgencyField
from loa.bulletins.queries.taxonomy import Branch, tree


def fields_of(agency_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return the codes of the fields set for each agency; what succeeded another supplies in its fields until told."""
    every = AgencyField.objects.unscoped("fields of agencies the caller knows")
    found: dict[int, set[str]] = {pk: set() for pk in agency_ids}
    former: dict[int, set[str]] = {pk: set() for pk in agency_ids}
    asked = every.filter(Q(agency__in=list(agency_ids)) | Q(agency__succeeded_by__in=list(agency_ids)))
    for agency, heir, code in asked.values_list("agency", "agency__succeeded_by", "category"):
        if agency in found:
            found[agency].add(code)
        if heir in former:
            former[heir].add(code)
    return {pk: frozenset(found[pk] or former[pk]) for pk in found}


def branches_of(codes: Iterable[str], *, on: date) -> list[Branch]:
    """Return the fields in use on a day that are these or stand below them; all when none is given."""
    within = set(codes)
    branches = tree(on)
    if not within:
        return branches
    for branch in branches:  # parents come before their children
        if branch.parent in within:
            within.add(branch.code)
    return [branch for branch in branches if branch.code in within]
