"""The rows behind a figure of an overview: plays by airing, devices, faults, days held back, what was set aside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # Any: rows of any table

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from loa.devices import below as devices
from loa.dispatch import coming, days
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, demand, needs
from loa.schedules import troubles
from loa.shell import overviews
from loa.shell.overviews import AHEAD, CHANNEL, VIEW, Kind
from loa.shell.web import overview_told as told
from loa.shell.web.overview import chosen, period_of
from loa.shell.web.overview_told import Asked, Row

PAGE_LENGTH = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of rows: the right they ask for, the query, and a row of it for people."""

    title: str | Promise
    permission: str
    rows: Callable[[Asked], Any]
    told: Callable[[Any, Asked], Row]
    of_period: bool = False


@require_safe
@needs(VIEW)
def rows(request: DeskRequest, code: str, kind: str) -> HttpResponse:
    """Show the rows behind one figure."""
    unit, now = chosen(request, code), clock.now()
    sort = SORTS.get(kind)
    if sort is None:
        raise NotFound
    demand(request.scope, sort.permission, path=f"{unit.path}#{CHANNEL}", place=unit.name)
    period = period_of(request)
    start_on, end_on = overviews.span(period, today=timezone.localdate(now))
    asked = Asked(scope=request.scope, unit=unit, start_on=start_on, end_on=end_on, now=now)
    page = Paginator(sort.rows(asked), PAGE_LENGTH).get_page(request.GET.get("page"))
    facts = {
        "unit": unit,
        "title": sort.title,
        "page": page,
        "rows": [sort.told(row, asked) for row in page],
        "reasons": _reasons(asked, kind) if sort.of_period else [],
        "of_period": sort.of_period,
        "period": period,
        "start_on": start_on,
        "end_on": end_on,
    }
    return render(request, "shell/overview_rows.html", facts)


def _reasons(asked: Asked, kind: str) -> list[tuple[str, int]]:
    """Return why plays of this kind were not heard, the most frequent first."""
    wanted = {"silent": ("silent", "missed", "unreachable"), "refused": ("refused", "odd")}.get(kind, (kind,))
    why = days.reasons(asked.scope, asked.unit, start_on=asked.start_on, end_on=asked.end_on)
    found = {code.partition(":")[2]: count for code, count in why.items() if code.partition(":")[0] in wanted}
    return [(days.said(code), count) for code, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def _plays(*how: str) -> Callable[[Asked], Any]:
    return lambda asked: days.behind(asked.scope, asked.unit, start_on=asked.start_on, end_on=asked.end_on, how=how)


def _devices_that_are(*words: str) -> Callable[[Asked], Any]:
    return lambda asked: devices.that_are(asked.scope, asked.unit, words, now=asked.now)


def _airings(first: timedelta) -> Callable[[Asked], Any]:
    return lambda asked: coming.between(asked.unit, start_at=asked.today + first, end_at=asked.today + first + _DAY)


def _held(asked: Asked) -> Sequence[Any]:
    span = {"start_at": asked.today, "end_at": asked.today + AHEAD}
    return [
        *troubles.held_back(asked.scope, asked.unit, **span),
        *troubles.refused(asked.scope, asked.unit, **span),
    ]


SORTS: Mapping[str, Sort] = {
    Kind.SILENT: Sort(
        title=gettext_lazy("Planned, and not proven to be heard"), permission=VIEW,
        rows=_plays("silent", "missed", "untold"), told=told.played, of_period=True,
    ),
    Kind.REFUSED: Sort(
        title=gettext_lazy("Refused, or doubtful"), permission=VIEW,
        rows=_plays("refused", "odd"), told=told.played, of_period=True,
    ),
    "said": Sort(
        title=gettext_lazy("Said by the device, measured by nobody"),
        permission=VIEW,
        rows=_plays("said"),
        told=told.played,
        of_period=True,
    ),
    "partial": Sort(
        title=gettext_lazy("Heard in part"), permission=VIEW, rows=_plays("partial"), told=told.played, of_period=True
    ),
    "heard": Sort(title=gettext_lazy("Heard"), permission=VIEW, rows=_plays("heard"), told=told.played, of_period=True),
    "meant": Sort(
        title=gettext_lazy("All that was meant"), permission=VIEW, rows=_plays("meant"), told=told.played,
        of_period=True,
    ),
    Kind.OFFLINE: Sort(
        title=gettext_lazy("Devices out of contact"), permission="devices.view",
        rows=_devices_that_are(*devices.AWAY), told=told.device,
    ),
    **{
        f"device-{word}": Sort(
            title=gettext_lazy("Devices"), permission="devices.view", rows=_devices_that_are(word), told=told.device
        )
        for word in devices.WORDS
    },
    Kind.FAULTS: Sort(
        title=gettext_lazy("Faults that are overdue"), permission="devices.view",
        rows=lambda asked: devices.faults(asked.scope, asked.unit).filter(due_at__lt=asked.now), told=told.fault,
    ),
    Kind.HELD: Sort(
        title=gettext_lazy("Held back or refused in the coming days"), permission=troubles.VIEW,
        rows=_held, told=told.held_row,
    ),
    Kind.OVERRIDES: Sort(
        title=gettext_lazy("Hour rules set aside today and tomorrow"), permission=troubles.VIEW,
        rows=lambda asked: troubles.overrides(
            asked.scope, asked.unit, start_at=asked.today, end_at=asked.today + 2 * _DAY
        ),
        told=told.override,
    ),
    Kind.UNANSWERED: Sort(
        title=gettext_lazy("Priority items nobody has answered"), permission="bulletins.view",
        rows=lambda asked: troubles.unanswered(asked.scope, asked.unit), told=told.unanswered,
    ),
    "now": Sort(
        title=gettext_lazy("On the air now"), permission=VIEW,
        rows=lambda asked: coming.on_air(asked.unit, now=asked.now), told=told.airing,
    ),
    "today": Sort(title=gettext_lazy("Today"), permission=VIEW, rows=_airings(timedelta()), told=told.airing),
    "tomorrow": Sort(title=gettext_lazy("Tomorrow"), permission=VIEW, rows=_airings(_DAY), told=told.airing),
}  # fmt: skip
