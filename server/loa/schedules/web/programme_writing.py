"""Writing an entry of the programme, and changing one."""

import uuid
from collections.abc import Sequence
from datetime import time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from loa.bulletins import queries as bulletins
from loa.bulletins.rules import State as BulletinState
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import ancestor_paths
from loa.schedules import commands, planning, programme, sources
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.rules.entries import EntryState
from loa.schedules.web.programme import chosen_unit, day_asked, monday
from loa.schedules.web.programme_forms import EntryForm, first_time, said_by

LISTED_MOST = 300
FIELD_OF = {
    "rule_unfit": "rule",
    "days_unfit": "move_day",
    "holds_too_late": "from_on",
    "nothing_to_play": "bulletin",
    "stations_unfit": "stations",
    "too_late": "start_on",
    "never_heard": "start_on",
    "outside_bulletin": "bulletin",
    "bulletin_withdrawn": "bulletin",
}


@require_http_methods(["GET", "POST"])
@needs("schedules.request")
def new(request: DeskRequest) -> HttpResponse:
    """Write a new entry."""
    unit, _units = chosen_unit(request)
    demand(request.scope, "schedules.request", path=f"{unit.path}#{Entry.scope_channel}", place=unit.name)
    now = clock.now()
    if request.method == "GET":
        today = planning.today(now)
        on = request.GET.get("day", "")
        first = first_time(day_asked(on, otherwise=today, today=today) if on else None, _time(request), now=now)
        return _page(request, unit, _form(request, unit, initial=first))
    form = _form(request, unit)
    if not form.is_valid():
        return _page(request, unit, form, status=422)
    try:
        version = commands.write(request.scope, unit, wish=form.wish(), now=now)
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _page(request, unit, form, status=409)
    return redirect("programme:entry", version.entry_id)


@require_http_methods(["GET", "POST"])
@needs("schedules.request")
def edit(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Change the draft of an entry, or begin a new version of what holds."""
    found = programme.get(request.scope, entry_id)
    demand(request.scope, "schedules.request", path=found.scope_path, place=found.unit.name)
    now = clock.now()
    versions = programme.versions(found)
    opened = next((one for one in versions if one.state == EntryState.DRAFT), None)
    former = opened or next((one for one in versions if one.state == EntryState.APPROVED), versions[0])
    if request.method == "GET":
        return _page(request, found.unit, _form(request, found.unit, initial=_initial(request, former)), entry=found)
    form = _form(request, found.unit)
    today = planning.today(now)
    form.moves = {day: at for day, at in programme.timing(former).moves.items() if day >= today - timedelta(days=14)}
    if not form.is_valid():
        return _page(request, found.unit, form, entry=found, status=422)
    try:
        commands.rewrite(request.scope, found, wish=form.wish(), now=now)
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _page(request, found.unit, form, entry=found, status=409)
    messages.success(request, _("Saved as a draft. Look at the preview, then hand it in."))
    return redirect("programme:entry", found.pk)


@require_POST
@needs("schedules.request")
def copy(request: DeskRequest) -> HttpResponse:
    """Let what comes in one week come in another one too, as drafts."""
    unit, _units = chosen_unit(request)
    demand(request.scope, "schedules.request", path=f"{unit.path}#{Entry.scope_channel}", place=unit.name)
    now = clock.now()
    today = planning.today(now)
    first = monday(day_asked(request.POST.get("from", ""), otherwise=today, today=today))
    to = monday(day_asked(request.POST.get("to", ""), otherwise=first + timedelta(days=7), today=today))
    try:
        drafts = commands.copy_week(request.scope, unit, first=first, to_first=to, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        to = first
    else:
        said = ngettext("%(count)s draft was written.", "%(count)s drafts were written.", len(drafts))
        messages.success(request, said % {"count": len(drafts)})
    return redirect(f"{reverse('programme:week')}?unit={unit.code}&from={to}")


def _initial(request: DeskRequest, former: EntryVersion) -> dict[str, object]:
    """Return what the form begins with: the version, and a day that was dragged somewhere else."""
    today = planning.today(clock.now())
    said = said_by(former, below=_below(request, former.entry.unit))
    said["from_on"] = max(former.from_on, today)
    if request.GET.get("move"):
        said["move_day"] = day_asked(request.GET["move"], otherwise=today, today=today)
        said["move_to"] = day_asked(request.GET.get("to", ""), otherwise=said["move_day"], today=today)
        said["move_at"] = _time(request) or former.at
    return said


def _form(request: DeskRequest, unit: Unit, *, initial: dict[str, object] | None = None) -> EntryForm:
    stations = [(str(one.pk), one.name) for one in sources.for_unit(unit.path)]
    pieces = {"bulletin": _bulletins(request, unit), "clip": _pieces(unit), "source": stations}
    data = request.POST if initial is None else None
    return EntryForm(data, initial=initial, pieces=pieces, below=_below(request, unit))


def _bulletins(request: DeskRequest, unit: Unit) -> list[tuple[str, str]]:
    """Return the approved bulletins that speak for the unit, last changed first."""
    found = bulletins.visible(request.scope).filter(
        state=BulletinState.APPROVED, unit__path__in=ancestor_paths(unit.path), current__clip_id__isnull=False
    )
    return [(str(one.pk), one.title) for one in found[:LISTED_MOST]]


def _pieces(unit: Unit) -> list[tuple[str, str]]:
    found = {str(tune.clip_id): tune.name for tune in media.tunes_for(unit.path)}
    return sorted(found.items(), key=lambda pair: pair[1])


def _below(request: DeskRequest, unit: Unit) -> Sequence[Unit]:
    reach = orgs.choices_for(request.scope, "schedules.request", channel=Entry.scope_channel)
    return list(reach.filter(path__startswith=f"{unit.path}/")[:LISTED_MOST])


def _time(request: DeskRequest) -> time | None:
    try:
        return time.fromisoformat(request.GET.get("at", "")).replace(tzinfo=None)
    except ValueError:
        return None


def _page(
    request: DeskRequest, unit: Unit, form: EntryForm, *, entry: Entry | None = None, status: int = 200
) -> HttpResponse:
    facts = {
        "unit": unit,
        "form": form,
        "entry": entry,
        "has_stations": bool(form.below),
        "picked": set(form["stations"].value() or ()),
        "weekdays": set(form["weekdays"].value() or ()),
        "has_sources": len(form.fields["source"].choices) > 1,  # type: ignore[attr-defined]  # as below
        "has_pieces": len(form.fields["clip"].choices) > 1,  # type: ignore[attr-defined]  # a choice field
    }
    return render(request, "schedules/programme/form.html", facts, status=status)
