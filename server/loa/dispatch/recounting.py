"""Counts again what was heard, when the record is verified: a published figure follows from the rows behind it."""

from collections.abc import Iterator, Sequence

from django.db.backends.utils import CursorWrapper

from loa.audit.ports import Fault, Finding
from loa.dispatch import counting, day_counting
from loa.dispatch.models import Airing, Tally, Told

AT_ONCE = 200
NAMED_MOST = 20

_WHY = "figures are counted again"


def differing(cursor: CursorWrapper) -> Iterator[Finding]:
    """Yield the airings whose count is not what is counted now, up to some; those marked to be counted anew wait."""
    for unit, day, about in day_counting.differing(cursor, most=NAMED_MOST):
        yield Finding(fault=Fault.FIGURE_DIFFERS, where="dispatch_day", which=f"{unit} {day}", about=about)
    waiting = set(Told.objects.values_list("airing_id", flat=True))
    counted = Tally.objects.unscoped(_WHY).values_list("airing_id", flat=True).order_by("airing_id").distinct()
    named, some = 0, []
    for pk in counted.iterator(chunk_size=5_000):
        if pk not in waiting:
            some.append(pk)
        if len(some) == AT_ONCE:
            for finding in _compare(some):
                yield finding
                named += 1
                if named == NAMED_MOST:
                    return
            some = []
    yield from _compare(some)


def _compare(ids: Sequence[object]) -> Iterator[Finding]:
    airings = list(Airing.objects.unscoped(_WHY).filter(pk__in=ids).order_by("start_at", "pk"))
    kept = {(one.airing_id, one.unit_id): _told(one) for one in Tally.objects.unscoped(_WHY).filter(airing__in=airings)}
    fresh = {(one.airing_id, one.unit_id): _told(one) for one in counting.count(airings)}
    for airing, unit in sorted(kept.keys() | fresh.keys()):
        was, comes = kept.get((airing, unit)), fresh.get((airing, unit))
        if was != comes:
            about = f"unit {unit}: {was or '–'} → {comes or '–'}"
            yield Finding(fault=Fault.FIGURE_DIFFERS, where="dispatch_tally", which=str(airing), about=about)


def _told(one: Tally) -> str:
    parts = f"{one.said}+{one.partial}+{one.silent}+{one.refused}+{one.odd}+{one.untold}"
    reasons = " ".join(f"{code}={count}" for code, count in sorted(one.reasons.items()))
    return f"{one.on} {one.heard}/{one.meant} ({parts}) {one.heard_ms} ms {reasons}".rstrip()
