"""The week of a station, and one entry of its programme with what it will sound like."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import entry_nights, hours, planning, previewing, programme, saying
from loa.schedules.entry_nights import Nights
from loa.schedules.heard_ahead import DAYS
from loa.schedules.models import Entry, EntryVersion, Occurrence
from loa.schedules.rules.entries import EntryState, OccurrenceState
from loa.schedules.rules.slots import ZONE, midnight
from loa.schedules.web import programme_week

FURTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What may be done with an entry's open version, and by this person."""

    may_write: bool
    may_decide: bool
    is_own: bool
    nights: Nights | None
    breaking: Sequence[str] = ()
    override: str = ""
    may_override: bool = True


@require_safe
@needs(programme.VIEW)
def week(request: DeskRequest) -> HttpResponse:
    """Show a week of a station's programme: what is approved, what waits, and what else is on the plan."""
    unit, units = chosen_unit(request)
    now = clock.now()
    today = planning.today(now)
    first = monday(day_asked(request.GET.get("from", ""), otherwise=today, today=today))
    entries = programme_week.entries_of(request.scope, unit, first=first)
    facts = {
        "unit": unit,
        "units": units,
        "today": today,
        "first": first,
        "last": first + timedelta(days=6),
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "days": programme_week.days(request.scope, unit, entries, first=first, now=now),
        "open": [one for one in programme_week.open_versions(entries) if one.state != EntryState.DRAFT],
        "drafts": [one for one in programme_week.open_versions(entries) if one.state == EntryState.DRAFT],
        "may_write": request.scope.can("schedules.request", f"{unit.path}#{Entry.scope_channel}"),
    }
    return render(request, "schedules/programme/week.html", facts)


@require_safe
@needs(programme.VIEW)
def entry(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Show one entry."""
    return page(request, programme.get(request.scope, entry_id))


def page(request: DeskRequest, found: Entry, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Show an entry: the version that holds, the one that is open with its preview, and what became of its days."""
    now = clock.now()
    versions = programme.versions(found)
    opened = next((one for one in versions if one.state in {EntryState.DRAFT, EntryState.SUBMITTED}), None)
    holding = [one for one in versions if one.state == EntryState.APPROVED]
    shown = opened or (holding or versions)[0]
    facts = {
        "entry": found,
        "shown": shown,
        "opened": opened,
        "holding": holding[0] if holding else None,
        "versions": versions,
        "decided": _decided(versions),
        "step": _step(request, found, opened),
        "coming": _coming(found, now=now),
        "next_times": programme.next_times(shown, now=now),
        "moves": programme.moves_ahead(shown, now=now),
        "stations": programme.stations(shown),
        "refusal": refusal,
        "today": planning.today(now),
        "is_over": found.ended_on is not None and found.ended_on <= planning.today(now),
        **_previewed(request, opened, now=now),
    }
    return render(request, "schedules/programme/entry.html", facts, status=status)


def chosen_unit(request: DeskRequest) -> tuple[Unit, Sequence[Unit]]:
    """Return the unit asked for by its code, the highest in reach when none is, and those to choose from."""
    units = list(orgs.choices_for(request.scope, programme.VIEW, channel=Entry.scope_channel))
    if not units:
        raise Denied(permission=permissions.sentence(programme.VIEW), place=_("any unit"))
    code = request.GET.get("unit") or request.POST.get("unit") or ""
    if not code:
        return min(units, key=lambda unit: (unit.path.count("/"), unit.sort_order, unit.path)), units
    found = next((unit for unit in units if unit.code == code), None)
    if found is None:
        raise NotFound
    return found, units


def day_asked(text: str, *, otherwise: date, today: date) -> date:
    """Return the day an address names, as far as it is one that anybody could plan."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day is not None and abs(day - today) <= FURTHEST else otherwise


def _decided(versions: Sequence[EntryVersion]) -> dict[uuid.UUID, str]:
    """Return by version whose decision it is that it breaks hour rules."""
    kept = hours.decisions([one.audit_name for one in versions])
    return {one.pk: saying.decided(kept[one.audit_name]) for one in versions if one.audit_name in kept}


def _step(request: DeskRequest, found: Entry, opened: EntryVersion | None) -> Step:
    scope = request.scope
    now = clock.now()
    is_own = opened is not None and scope.actor.id in {opened.written_by, opened.submitted_by}
    return Step(
        may_write=scope.can("schedules.request", found.scope_path),
        may_decide=opened is not None
        and opened.state == EntryState.SUBMITTED
        and scope.can("bulletins.approve", found.scope_path),
        is_own=is_own,
        nights=None if opened is None else entry_nights.ahead(opened, now=now),
        breaking=[] if opened is None else saying.each(planning.breaking(opened, now=now)),
        override=request.POST.get("override") or ("" if opened is None else opened.override_reason),
        may_override=opened is not None and planning.may_override(scope, opened),
    )


def _previewed(request: DeskRequest, opened: EntryVersion | None, *, now: datetime) -> dict[str, object]:
    """Return what the clusters would play if the open version were approved, and the digest that names it."""
    if opened is None:
        return {"preview": None, "sha256": "", "is_mute": False}
    try:
        sha256 = programme.agreed(opened)
    except programme.MUTE:
        return {"preview": None, "sha256": "", "is_mute": True}
    try:
        soon = programme.coming_soon(opened, now=now)
        first = min(soon.values(), default=now).astimezone(ZONE).date()
        if first < opened.from_on + timedelta(days=DAYS):
            first = opened.from_on
        seen = previewing.of_station(request.scope, opened.entry.unit, now=now, from_on=first, version=opened)
    except NotFound:
        return {"preview": None, "sha256": sha256, "is_mute": False, "nobody": True}
    return {"preview": seen, "hours": seen.next_hours(now), "sha256": sha256, "is_mute": False}


def _coming(found: Entry, *, now: datetime) -> list[tuple[Occurrence, str]]:
    """Return the days of an entry from today on, each with why it is held back."""
    kept = programme.standing(found, from_at=midnight(planning.today(now)))
    shown = [one for one in kept.values() if one.state != OccurrenceState.DROPPED]
    return [(one, saying.held_back(one.reason)) for one in shown]


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def moment_asked(request: DeskRequest, *, now: datetime) -> datetime:
    """Return the minute an address names; the present one when it names none."""
    day = day_asked(request.GET.get("day", ""), otherwise=planning.today(now), today=planning.today(now))
    try:
        at = time.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return now
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=ZONE)
