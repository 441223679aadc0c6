"""What was heard, unit by unit, over any break: as of each day, on today's map, or on that of an earlier day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypedDict

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Sum

from loa.dispatch.models import Tally
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.rules import Level

VIEW = "dispatch.view"
MEASURES = ("airings", "meant", "heard", "heard_ms")
MINUTE_MS = 60_000

Columns = dict[str, dict[str, Fraction]]


class Map(StrEnum):
    """By which units a report counts: those of each day, today's, or those of a day that is named."""

    DAY = "day"
    TODAY = "today"
    FORMER = "former"


class Asked(TypedDict):
    """What `tally` and `behind` are asked for."""

    start_on: date
    end_on: date
    by: Map
    map_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit of a report: exact amounts, and whole numbers whose columns add up to the whole of the total.

    `airings` counts each airing once for each unit where it was meant to be heard.
    """

    code: str
    name: str
    exact: Mapping[str, Fraction]
    airings: int
    meant: int
    heard: int
    missed: int
    minutes: int

    @property
    def heard_pct(self) -> int:
        """Return how much of what was meant was heard, in percent."""
        return round(100 * self.exact["heard"] / self.exact["meant"]) if self.exact["meant"] else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was heard in a period. The totals are the same on every map."""

    lines: Sequence[Line]
    total: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where plays are shown: a commune, or whatever stands above one, under the name of its day."""

    code: str
    name: str
    path: str


def tally(scope: Scope, *, start_on: date, end_on: date, by: Map, map_on: date) -> Report:
    """Return what was heard from `start_on` up to and with `end_on` where the scope may see it, as the map says.

    `map_on` is today, or the day whose map is asked for; for `Map.DAY` each play counts where it stood on its day.
    """
    amounts: dict[_Place, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for day, columns in _stretches(_visible(scope), start_on=start_on, end_on=end_on):
        target = day if by is Map.DAY else map_on
        shown = orgs.restated_together(columns, from_day=day, to_day=target)
        places = _places({code for column in shown.values() for code in column}, target)
        for name, column in shown.items():
            for code, amount in column.items():
                amounts[places[code]][name] += amount
    return _report(amounts)


def behind(scope: Scope, code: str, *, start_on: date, end_on: date, by: Map, map_on: date) -> list[Tally]:
    """Return the counts, airing by airing, of which a line of `tally` is made, latest first. Parts come whole."""
    found: ScopedQuerySet[Tally] = _visible(scope)
    reach = Q(pk__in=[])
    for first, last in _days(found, start_on=start_on, end_on=end_on):
        target = first if by is Map.DAY else map_on
        present = found.filter(on__gte=first, on__lte=last)
        codes = set(present.order_by().values_list("unit__code", flat=True).distinct())
        homes = _places(codes, first)
        one: Mapping[str, Mapping[str, Fraction]] = {each: {homes[each].code: Fraction(1)} for each in codes}
        went = orgs.restated_together(one, from_day=first, to_day=target)
        mine = {
            each for each, heirs in went.items() if any(place.code == code for place in _places(heirs, target).values())
        }
        reach |= Q(on__gte=first, on__lte=last, unit__code__in=mine)
    return list(found.filter(reach).select_related("airing", "unit").order_by("-airing__start_at", "-airing", "unit"))


def _visible(scope: Scope) -> ScopedQuerySet[Tally]:
    found: ScopedQuerySet[Tally] = Tally.objects.within(scope, VIEW)
    return found


def _days(found: ScopedQuerySet[Tally], *, start_on: date, end_on: date) -> list[tuple[date, date]]:
    """Return the stretches of a period in which the units that were counted did not change."""
    counted = found.filter(on__gte=start_on, on__lte=end_on).order_by()
    codes = set(counted.values_list("unit__code", flat=True).distinct())
    shown = {place.code for day in (start_on, end_on) for place in _places(codes, day).values()}
    changes = orgs.changes_of(codes | shown, since=start_on, until=end_on) if codes else []
    firsts = [start_on, *changes]
    lasts = [*(day - timedelta(days=1) for day in changes), end_on]
    return list(zip(firsts, lasts, strict=True))


def _stretches(found: ScopedQuerySet[Tally], *, start_on: date, end_on: date) -> Iterable[tuple[date, Columns]]:
    """Yield for each stretch its first day, and what was counted in it by the communes of that day."""
    for first, last in _days(found, start_on=start_on, end_on=end_on):
        present = found.filter(on__gte=first, on__lte=last).order_by()
        counted = present.values_list("unit__code").annotate(
            Count("airing"), Sum("meant"), Sum("heard"), Sum("heard_ms")
        )
        rows = list(counted)
        places = _places({code for code, *_ in rows}, first)
        columns: Columns = {name: defaultdict(Fraction) for name in MEASURES}
        for code, *values in rows:
            for name, value in zip(MEASURES, values, strict=True):
                columns[name][places[code].code] += value
        for code, airings in _airings_of_several(present, places).items():
            columns["airings"][code] = Fraction(airings)
        yield first, columns


def _airings_of_several(present: ScopedQuerySet[Tally], places: Mapping[str, _Place]) -> dict[str, int]:
    """Return how many airings each commune had whose hamlets were counted apart: one for all its hamlets is one."""
    several = Counter(place.code for place in places.values())
    apart = [code for code, place in places.items() if several[place.code] > 1]
    aired = present.filter(unit__code__in=apart).values("airing").annotate(codes=ArrayAgg("unit__code"))
    counted: Counter[str] = Counter()
    for codes in aired.values_list("codes", flat=True):  # a row an airing: a province has a thousand of them a day
        counted.update({places[code].code for code in codes})
    return counted


def _places(codes: Iterable[str], day: date) -> dict[str, _Place]:
    """Return under what each unit is shown on a day: a hamlet under its commune, others under their own name."""
    wanted = set(codes)
    rows = _versions(wanted, day)
    communes = {path.rpartition("/")[0].rpartition("/")[2] for path, _, level in rows.values() if level == Level.HAMLET}
    rows |= _versions(communes - rows.keys(), day)
    missing = wanted - rows.keys()
    rows |= _versions(missing, None) if missing else {}
    return {code: _shown(code, rows) for code in wanted}


def _shown(code: str, rows: Mapping[str, tuple[str, str, str]]) -> _Place:
    path, name, level = rows[code]
    above = path.rpartition("/")[0].rpartition("/")[2]
    if level == Level.HAMLET and above in rows:
        return _shown(above, rows)
    return _Place(code=code, name=name, path=path)


def _versions(codes: Iterable[str], day: date | None) -> dict[str, tuple[str, str, str]]:
    """Return path, name and level of units on a day, or what they were last."""
    found = orgs.versions("names beside plays in scope").filter(unit__code__in=set(codes)).order_by("during")
    present = found if day is None else found.filter(during__contains=day)
    rows = present.values_list("unit__code", "path", "name", "level")
    return {code: (path, name, level) for code, path, name, level in rows}


def _report(amounts: Mapping[_Place, Mapping[str, Fraction]]) -> Report:
    keys = {f"{place.path}\n{place.name}": place for place in amounts}
    exact = {key: {name: amounts[place].get(name, Fraction()) for name in MEASURES} for key, place in keys.items()}
    sums = {name: sum((one[name] for one in exact.values()), Fraction()) for name in MEASURES}
    airings = orgs.whole({key: one["airings"] for key, one in exact.items()})
    heard = orgs.whole({key: one["heard"] for key, one in exact.items()})
    missed = orgs.whole({key: one["meant"] - one["heard"] for key, one in exact.items()})
    minutes = orgs.whole({key: one["heard_ms"] / MINUTE_MS for key, one in exact.items()})
    lines = [
        Line(
            code=keys[key].code,
            name=keys[key].name,
            exact=exact[key],
            airings=airings[key],
            meant=heard[key] + missed[key],
            heard=heard[key],
            missed=missed[key],
            minutes=minutes[key],
        )
        for key in sorted(keys)
    ]
    total = Line(
        code="",
        name="",
        exact=sums,
        airings=sum(airings.values()),
        meant=sum(heard.values()) + sum(missed.values()),
        heard=sum(heard.values()),
        missed=sum(missed.values()),
        minutes=sum(minutes.values()),
    )
    return Report(lines=lines, total=total)
