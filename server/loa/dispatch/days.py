"""What became of plays by unit, from the sums of days: no play is read, however many there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import F, Q, Sum

from loa.dispatch.day_counting import PARTS, SUMMED
from loa.dispatch.meanings import MEANINGS
from loa.dispatch.models import DayTally, Tally
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

VIEW = "dispatch.view"
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of plays on single devices; the eight parts add up to `meant`."""

    heard: int = 0
    said: int = 0
    partial: int = 0
    silent: int = 0
    refused: int = 0
    odd: int = 0
    untold: int = 0
    missed: int = 0
    heard_ms: int = 0

    @property
    def meant(self) -> int:
        """Return how many plays were meant."""
        return self.heard + self.unheard

    @property
    def unheard(self) -> int:
        """Return how many are not proven to have been heard."""
        return self.said + self.partial + self.silent + self.refused + self.odd + self.untold + self.missed

    @property
    def heard_pct(self) -> float | None:
        """Return how much of what was meant was heard, in percent; None when nothing was meant."""
        return 100 * self.heard / self.meant if self.meant else None

    @property
    def minutes(self) -> int:
        """Return how many whole minutes were heard."""
        return self.heard_ms // _MINUTE_MS


def total(parts: Iterable[Figures]) -> Figures:
    """Return the sum of figures."""
    kept = list(parts)
    return Figures(**{name: sum(getattr(one, name) for one in kept) for name in _KEPT})


def below(scope: Scope, unit: Unit, *, start_on: date, end_on: date, map_on: date) -> dict[str, Figures]:
    """Return what became of the plays below a unit, by the code of the unit right below it; "" is the unit itself.

    From `start_on` up to and with `end_on`, on the map of `map_on`: plays of a unit that was divided go on in parts,
    in whole numbers with the same total. The caller has checked that the scope holds at the unit.
    """
    found: ScopedQuerySet[DayTally] = DayTally.objects.within(scope, VIEW).filter(on__gte=start_on, on__lte=end_on)
    first, last = min(start_on, map_on), max(end_on, map_on)
    if orgs.has_changed(since=first, until=last):
        return _restated(found, unit, start_on=start_on, end_on=end_on, map_on=map_on)
    here = found.filter(orgs.inside(unit, "unit__path"))
    summed = here.order_by().values_list(orgs.child_code(unit, "unit__path")).annotate(*map(Sum, SUMMED))
    return {code: _figures(dict(zip(SUMMED, map(int, values), strict=True))) for code, *values in summed}


def reasons(scope: Scope, unit: Unit, *, start_on: date, end_on: date) -> Counter[str]:
    """Return why plays below a unit of today were not heard, by `<verdict>:<code>`."""
    found: ScopedQuerySet[DayTally] = DayTally.objects.within(scope, VIEW)
    found = found.filter(orgs.inside(unit, "unit__path"), on__gte=start_on, on__lte=end_on).exclude(reasons={})
    told: Counter[str] = Counter()
    for counts in found.order_by().values_list("reasons", flat=True).iterator(chunk_size=5_000):
        told.update(counts)
    return told


def behind(scope: Scope, unit: Unit, *, start_on: date, end_on: date, how: Sequence[str]) -> ScopedQuerySet[Tally]:
    """Return the tallies of which figures below a unit are made, the latest airing first. `how` names the figures."""
    found: ScopedQuerySet[Tally] = Tally.objects.within(scope, VIEW)
    found = found.filter(orgs.inside(unit, "unit__path"), on__gte=start_on, on__lte=end_on)
    wanted = Q(pk__in=[])
    for name in how:
        wanted |= Q(meant__gt=_NOT_MISSED) if name == "missed" else Q(**{f"{name}__gt": 0})
    return found.filter(wanted).select_related("airing", "unit").order_by("-airing__start_at", "-airing", "unit")


def said(code: str) -> str:
    """Return what the code of a reason means, in the language of the moment."""
    return str(MEANINGS.get(code, code))


def _figures(values: Mapping[str, int]) -> Figures:
    parts = {name: values[name] for name in PARTS}
    return Figures(**parts, missed=values["meant"] - sum(parts.values()), heard_ms=values["heard_ms"])


def _restated(
    found: ScopedQuerySet[DayTally], unit: Unit, *, start_on: date, end_on: date, map_on: date
) -> dict[str, Figures]:
    """Return the same over changes of units: each stretch between two of them is restated to the map asked for."""
    amounts: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    codes = set(found.order_by().values_list("unit__code", flat=True).distinct())
    changes = orgs.changes_of(codes, since=start_on, until=end_on) if codes else []
    for first, last in zip([start_on, *changes], [*(day - _DAY for day in changes), end_on], strict=True):
        columns = _columns(found.filter(on__gte=first, on__lte=last))
        for name, column in orgs.restated_together(columns, from_day=first, to_day=map_on).items():
            for code, amount in column.items():
                amounts[name][code] += amount
    shown = _children(unit, {code for column in amounts.values() for code in column}, map_on)
    grouped: dict[str, dict[str, Fraction]] = {name: defaultdict(Fraction) for name in amounts}
    for name, column in amounts.items():
        for code, amount in column.items():
            if code in shown:
                grouped[name][shown[code]] += amount
    whole = {name: orgs.whole(column) for name, column in grouped.items()}
    return {
        child: Figures(**{name: whole.get(name, {}).get(child, 0) for name in _KEPT}) for child in set(shown.values())
    }


def _columns(found: ScopedQuerySet[DayTally]) -> dict[str, dict[str, Fraction]]:
    """Return every figure as a column of amounts by unit."""
    columns: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for code, *values in found.order_by().values_list("unit__code").annotate(*map(Sum, SUMMED)):
        figures = _figures(dict(zip(SUMMED, map(int, values), strict=True)))
        for name in _KEPT:
            columns[name][code] = Fraction(getattr(figures, name))
    return columns


def _children(unit: Unit, codes: set[str], day: date) -> dict[str, str]:
    """Return the unit right below another in which each of these lay on a day; those elsewhere are left out."""
    now = orgs.unit_as_of(unit, day)
    path = unit.path if now is None else now.path
    named = orgs.versions("places beside plays in scope").filter(unit__code__in=codes, during__contains=day)
    return {
        code: place[len(path) + 1 :].partition("/")[0]
        for code, place in named.filter(path__within=path).values_list("unit__code", "path")
    }


_KEPT = (*PARTS, "missed", "heard_ms")
_NOT_MISSED = F("heard") + F("said") + F("partial") + F("silent") + F("refused") + F("odd") + F("untold")
_DAY = timedelta(days=1)
