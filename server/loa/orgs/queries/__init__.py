"""The room's one door for reading: units, the tree over time, rights, reorganisations, agencies."""

from loa.orgs.queries.rights import (
    grant_by_id,
    grants,
    grants_of,
    holders,
    places_of,
    scope_for,
    standing,
    stranger,
)
from loa.orgs.queries.units import (
    ancestors,
    choices_for,
    communes_of,
    descendants,
    matching,
    names_of_places,
    unit_by_code,
    unit_by_path,
    units,
)

__all__ = [
    "ancestors",
    "choices_for",
    "communes_of",
    "descendants",
    "grant_by_id",
    "grants",
    "grants_of",
    "holders",
    "matching",
    "names_of_places",
    "places_of",
    "scope_for",
    "standing",
    "stranger",
    "unit_by_code",
    "unit_by_path",
    "units",
]
