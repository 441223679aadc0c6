"""From above: a unit with everything below it, exceptions first, down to the single cluster; and units compared."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loa.devices import below as devices
from loa.dispatch import coming
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Level
from loa.schedules import rules as schedule_rules
from loa.schedules import troubles
from loa.shell import overviews
from loa.shell.overviews import CHANNEL, VIEW, Line, Overview, Period

ON_AIR_SHOWN = 6
SENT_SHOWN = 5
CLUSTERS_SHOWN = 200
_DAY = timedelta(days=1)

SORTS: Mapping[str, Callable[[Line], float | None]] = {
    "heard": lambda line: line.figures.heard_pct,
    "meant": lambda line: line.figures.meant,
    "contact": lambda line: line.in_contact_pct,
    "minutes": lambda line: line.minutes_each,
    "troubles": lambda line: sum(count for _, count in line.troubles),
}
"""By what units can be put in order besides their name."""


@require_safe
@needs(VIEW)
def top(request: DeskRequest) -> HttpResponse:
    """Show the highest unit this person sees."""
    return _page(request, highest(request.scope))


@require_safe
@needs(VIEW)
def overview(request: DeskRequest, code: str) -> HttpResponse:
    """Show one unit and what is below it."""
    return _page(request, chosen(request, code))


@require_safe
@needs(VIEW)
def compare(request: DeskRequest, code: str) -> HttpResponse:
    """Show the units right below one beside each other: rates with the counts they are made of."""
    unit, now = chosen(request, code), clock.now()
    period = period_of(request, otherwise=Period.WEEK)
    found, start_on, end_on = _found(request, unit, period, now=now)
    lines = [line for line in found.below if line.unit.pk != unit.pk]
    sort = request.GET.get("sort", "")
    is_down = request.GET.get("down") == "1"
    if sort in SORTS:
        lines = _sorted(lines, SORTS[sort], is_down=is_down)
    facts = {
        "unit": unit,
        "above": _above(request.scope, unit),
        "whole": found.whole,
        "lines": lines,
        "sort": sort if sort in SORTS else "",
        "down": is_down,
        "columns": [(name, name == sort and not is_down) for name in SORTS],
        "period": period,
        "periods": Period,
        "start_on": start_on,
        "end_on": end_on,
        "now": now,
    }
    return render(request, "shell/compare.html", facts)


def highest(scope: Scope) -> Unit:
    """Return the first unit of today at which the scope sees what airs; `NotFound` when there is none."""
    places = orgs.choices_for(scope, VIEW, channel=CHANNEL).filter(closed_on=None)
    found = places.order_by(Length("path"), "sort_order", "path").first()
    if found is None:
        raise NotFound
    return found


def chosen(request: DeskRequest, code: str) -> Unit:
    """Return the unit an address names, where this person sees what airs; `NotFound` or `Denied` otherwise."""
    unit = orgs.unit_by_code(request.scope, code.replace("\0", ""))
    demand(request.scope, VIEW, path=f"{unit.path}#{CHANNEL}", place=unit.name)
    return unit


def period_of(request: DeskRequest, *, otherwise: Period = Period.TODAY) -> Period:
    """Return the period an address names; what makes no sense is the usual one."""
    try:
        return Period(request.GET.get("period", ""))
    except ValueError:
        return otherwise


def _page(request: DeskRequest, unit: Unit) -> HttpResponse:
    scope, now = request.scope, clock.now()
    period = period_of(request)
    found, start_on, end_on = _found(request, unit, period, now=now)
    today = timezone.localdate(now)
    may = {
        "devices": scope.can("devices.view", f"{unit.path}#{CHANNEL}"),
        "schedules": scope.can(troubles.VIEW, f"{unit.path}#{CHANNEL}"),
        "bulletins": scope.can("bulletins.view", unit.path),
    }
    is_commune = unit.level in {Level.COMMUNE, Level.HAMLET}
    facts = {
        "unit": unit,
        "above": _above(scope, unit),
        "found": found,
        "whole": found.whole,
        "period": period,
        "periods": Period,
        "start_on": start_on,
        "end_on": end_on,
        "now": now,
        "may": may,
        "may_show": scope.can("dispatch.show_wall", f"{unit.path}#{CHANNEL}"),
        "words": [(word, found.whole.devices[word]) for word in devices.WORDS if found.whole.devices[word]],
        "on_air": _on_air(unit, now=now),
        "playing": found.whole.devices[devices.IN_PLAY] if may["devices"] else None,
        "sent": troubles.sent_down(scope, unit, since=now - 7 * _DAY, most=SENT_SHOWN) if may["bulletins"] else [],
        "clusters": list(devices.standing(scope, unit, now=now)[:CLUSTERS_SHOWN])
        if is_commune and may["devices"]
        else [],
        "days": [
            (day, list(coming.between(unit, start_at=_start(day), end_at=_start(day + _DAY))[:60]))
            for day in (today, today + _DAY)
        ]
        if is_commune
        else [],
    }
    return render(request, "shell/overview.html", facts)


def _found(request: DeskRequest, unit: Unit, period: Period, *, now: datetime) -> tuple[Overview, date, date]:
    start_on, end_on = overviews.span(period, today=timezone.localdate(now))
    return overviews.overview(request.scope, unit, start_on=start_on, end_on=end_on, now=now), start_on, end_on


def _on_air(unit: Unit, *, now: datetime) -> Mapping[str, object]:
    """Return what may be sounding now, the latest begun first, each with for how many devices it is meant."""
    rows = list(coming.on_air(unit, now=now).order_by("-start_at", "pk")[: ON_AIR_SHOWN + 1])
    meant = coming.meant([row.pk for row in rows], unit)
    return {"rows": [(row, meant.get(row.pk, 0)) for row in rows[:ON_AIR_SHOWN]], "more": len(rows) > ON_AIR_SHOWN}


def _above(scope: Scope, unit: Unit) -> list[Unit]:
    """Return the units above which this person sees too, the highest first."""
    return [one for one in orgs.ancestors(unit) if scope.can(VIEW, f"{one.path}#{CHANNEL}")]


def _sorted(lines: list[Line], key: Callable[[Line], float | None], *, is_down: bool) -> list[Line]:
    """Return lines in order of a figure; those without it stand last either way."""
    with_it = [(value, line) for line in lines if (value := key(line)) is not None]
    with_it.sort(key=lambda pair: pair[0], reverse=is_down)
    return [line for _, line in with_it] + [line for line in lines if key(line) is None]


def _start(day: date) -> datetime:
    return schedule_rules.midnight(day)
