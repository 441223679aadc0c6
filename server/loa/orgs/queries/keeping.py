"""What rooms that keep things at units ask about these units."""

from collections.abc import Collection

from loa.orgs.models import Unit
from loa.orgs.queries import rights


def holders_of(unit_ids: Collection[int], *, permission: str) -> dict[int, set[int]]:
    """Return who holds a permission at each of these units or from above it, by the unit's id."""
    found = Unit.objects.unscoped("whether somebody can take up what is kept there").filter(pk__in=list(unit_ids))
    return {unit.pk: set(rights.holders(unit, permission=permission)) for unit in found}
