"""Reading who works beside whom."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.orgs.queries.rights import standing

MOST = 60


def colleagues(unit_paths: Collection[str], *, but: int, at: datetime) -> list[User]:
    """Return the people who hold something at these units or whose accounts belong to them, by name; not `but`.

    A list to choose from, so it ends after sixty; the caller has the units from its scope.
    """
    held = standing(at=at).filter(Q(unit__path__in=list(unit_paths)), user__is_active=True)
    ids = set(held.values_list("user_id", flat=True))
    for path in unit_paths:
        ids |= set(accounting.at_home(path).values_list("pk", flat=True)[:MOST])
    found = [user for user in accounting.by_ids(sorted(ids - {but})) if user.is_active]
    names = accounting.sorted_by_name(found)
    return names[:MOST]
