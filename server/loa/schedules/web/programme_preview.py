"""What the clusters of a station will play, what has changed since yesterday, and why something plays at a minute."""

import uuid
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.dispatch import holding
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs.models import Unit
from loa.schedules import planning, previewing, programme, queries
from loa.schedules.heard_ahead import DAYS, Line, Preview
from loa.schedules.models import Occurrence, Slot
from loa.schedules.web.programme import chosen_unit, moment_asked


@require_safe
@needs(programme.VIEW)
def station(request: DeskRequest) -> HttpResponse:
    """Show the next 24 hours and seven days of a station as its clusters will play them."""
    unit, units = chosen_unit(request)
    now = clock.now()
    seen = _seen(request, unit, now=now)
    since = now - timedelta(days=1)
    facts = {
        "unit": unit,
        "units": units,
        "preview": seen,
        "hours": seen.next_hours(now) if seen is not None else [],
        "changes": holding.changed(request.scope, unit, since=since, until=now + timedelta(days=DAYS)),
        "since": since,
        "now": now,
    }
    return render(request, "schedules/programme/preview.html", facts)


@require_safe
@needs(programme.VIEW)
def why(request: DeskRequest) -> HttpResponse:
    """Say what plays at a minute and why: which entry in which version, who approved it, which rung of the ladder."""
    unit, units = chosen_unit(request)
    now = clock.now()
    moment = moment_asked(request, now=now)
    seen = _seen(request, unit, now=now)
    line = seen.at(moment) if seen is not None else None
    facts = {
        "unit": unit,
        "units": units,
        "moment": moment,
        "line": line,
        "is_past": moment < now - timedelta(minutes=1),
        "others": _waits(seen, moment) if seen is not None else [],
        **_behind(request, line),
    }
    return render(request, "schedules/programme/why.html", facts)


def _seen(request: DeskRequest, unit: Unit, *, now: datetime) -> Preview | None:
    text = request.GET.get("group", "")
    group = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    try:
        return previewing.of_station(request.scope, unit, now=now, from_on=planning.today(now), group=group)
    except NotFound:
        return None


def _waits(seen: Preview, moment: datetime) -> list[Line]:
    """Return what would play at a moment too and does not: it was broken off, or never begins."""
    near = timedelta(minutes=1)
    return [one for one in seen.lines if not one.is_gone and one.needs_a_look and abs(one.start_at - moment) <= near]


def _behind(request: DeskRequest, line: Line | None) -> dict[str, object]:
    """Return what stands behind a line: the day of an entry, or a bulletin with a time of its own."""
    occurrence: Occurrence | None = None
    slot: Slot | None = None
    if line is not None:
        name = uuid.UUID(line.airing)
        occurrence = programme.of_airings([name]).get(name) or programme.of_id(name)
        if occurrence is None:
            slot = queries.visible(request.scope).filter(airing=name).select_related("decided_by").first()
    return {"occurrence": occurrence, "slot": slot}
