"""Where devices stood in a month: at which unit, for how many days, under which name the unit had then."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from loa.devices.models import Posting
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One device at one unit in a month. `before` and `days` are days of this month there, after others elsewhere.

    `unit_name` is that of the last day there. `is_seen` tells whether who looks may see the unit, `is_last` whether
    the device stood nowhere later in the month.
    """

    device_id: uuid.UUID
    unit_id: int
    unit_name: str
    unit_path: str
    before: int
    days: int
    of_days: int
    is_seen: bool
    is_last: bool

    def share(self, amount: int | None) -> int | None:
        """Return the part of a month's amount for these days, in whole numbers: all parts add up to the amount."""
        if amount is None:
            return None
        return amount * (self.before + self.days) // self.of_days - amount * self.before // self.of_days


def stays(scope: Scope, permission: str, *, first_on: date, after_on: date, unit_path: str) -> list[Stay]:
    """Return the stays in a span of days of every device that stood below a unit the scope may see, by unit and name.

    Its stays at other units are among them, not `is_seen`: an amount is shared out over all.
    """
    here = _postings(Posting.objects.within(scope, permission), first_on, after_on)
    if unit_path:
        here = here.filter(unit__path__within=unit_path)
    seen = set(here.order_by().values_list("pk", flat=True))
    if not seen:
        return []
    devices = set(here.order_by().values_list("device_id", flat=True))
    every = _postings(Posting.objects.unscoped("over which an amount is shared out"), first_on, after_on)
    of_device: dict[uuid.UUID, list[Posting]] = defaultdict(list)
    for posting in every.filter(device_id__in=devices).select_related("unit", "device").order_by("device_id", "during"):
        of_device[posting.device_id].append(posting)
    names = _names([posting for some in of_device.values() for posting in some], after_on)
    found = [
        stay
        for some in of_device.values()
        for stay in _of_device(some, seen, names, first_on=first_on, after_on=after_on)
    ]
    by_name = {device: some[0].device.name for device, some in of_device.items()}
    return sorted(found, key=lambda stay: (stay.unit_path, by_name[stay.device_id], str(stay.device_id)))


def _postings(found: ScopedQuerySet[Posting], first_on: date, after_on: date) -> ScopedQuerySet[Posting]:
    return found.filter(during__overlap=DateRange(first_on, after_on))


def _of_device(
    postings: Sequence[Posting],
    seen: Collection[int],
    names: Mapping[int, str],
    *,
    first_on: date,
    after_on: date,
) -> list[Stay]:
    """Return the stays of one device, one for each unit, in the order in which it came there last."""
    spans = [(posting, *_within(posting, first_on, after_on)) for posting in postings]
    of_days = sum((end - start).days for _posting, start, end in spans)
    units: dict[int, list[tuple[Posting, date, date]]] = defaultdict(list)
    for span in spans:
        units.setdefault(span[0].unit_id, []).append(span)
    last = spans[-1][0].unit_id
    found, before = [], 0
    for unit_id, some in units.items():
        posting, days = some[-1][0], sum((end - start).days for _posting, start, end in some)
        found.append(
            Stay(
                device_id=posting.device_id,
                unit_id=unit_id,
                unit_name=names.get(posting.pk, posting.unit.name),
                unit_path=posting.unit.path,
                before=before,
                days=days,
                of_days=of_days,
                is_seen=posting.pk in seen,
                is_last=unit_id == last,
            )
        )
        before += days
    return found


def _within(posting: Posting, first_on: date, after_on: date) -> tuple[date, date]:
    """Return the days of a posting inside a span, half-open."""
    start, end = posting.during.lower, posting.during.upper
    return max(start or first_on, first_on), min(end or after_on, after_on)


def _names(postings: Sequence[Posting], after_on: date) -> Mapping[int, str]:
    """Return what the unit of each posting was called on its last day in the span."""
    by_day: dict[date, list[Posting]] = defaultdict(list)
    for posting in postings:
        by_day[min(posting.during.upper or after_on, after_on) - _DAY].append(posting)
    found: dict[int, str] = {}
    for day, some in by_day.items():
        names = orgs.names_as_of({posting.unit.code for posting in some}, day)
        found |= {posting.pk: names[posting.unit.code] for posting in some if posting.unit.code in names}
    return found
