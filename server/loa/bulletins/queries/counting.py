"""How many bulletins were approved in each field, as reports add them up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.db.models.functions import TruncDate

from loa.bulletins import rules
from loa.bulletins.models import CategoryPlace, Revision
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.rules import ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Approved bulletins of a period: `own` of each category, `whole` with all below it, and by external field.

    Each bulletin counts where its category stood on the day it was approved. `without` were approved before
    categories were kept: the rest adds up with it to `total`.
    """

    total: int
    without: int
    own: Mapping[str, int]
    whole: Mapping[str, int]
    external: Mapping[int, int]


def counted(scope: Scope, *, start_at: datetime, end_at: datetime) -> Counted:
    """Return the bulletins approved from `start_at` until before `end_at`, as far as the scope may read them."""
    kept: ScopedQuerySet[Revision] = Revision.objects.within(scope, "bulletins.view")
    approved = kept.filter(state=rules.RevisionState.APPROVED, decided_at__gte=start_at, decided_at__lt=end_at)
    by_day = approved.annotate(day=TruncDate("decided_at", tzinfo=ZONE)).values_list("category_id", "day")
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    external: Counter[int] = Counter()
    without, places = 0, _places()
    for code, day, count in by_day.annotate(count=Count("pk")).order_by("category_id", "day"):
        if code is None:
            without += count
            continue
        own[code] += count
        stood = _on(places, code, day)
        external[stood.external_code if stood else 0] += count
        seen: set[str] = set()
        above: str | None = code
        while above is not None and above not in seen:
            whole[above] += count
            seen.add(above)
            at = _on(places, above, day)
            above = at.parent_id if at else None
    return Counted(total=sum(own.values()) + without, without=without, own=own, whole=whole, external=external)


def _places() -> dict[str, list[CategoryPlace]]:
    kept: dict[str, list[CategoryPlace]] = {}
    for place in CategoryPlace.objects.order_by("pk"):
        kept.setdefault(place.category_id, []).append(place)
    return kept


def _on(places: Mapping[str, list[CategoryPlace]], code: str, day: date) -> CategoryPlace | None:
    """Return where a category stood on a day; where it stands first, for a day before its time."""
    found = places.get(code, [])
    for place in found:
        begins, ends = place.during.lower, place.during.upper
        if (begins is None or begins <= day) and (ends is None or day < ends):
            return place
    return found[0] if found else None
