"""When a unit may sound: the rule that holds, proposals and what they would break, and what was set aside."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import ancestor_paths
from loa.schedules import commands, laid, nights, rule_preview, rules, saying
from loa.schedules.models import HourRule
from loa.schedules.rules import RuleState
from loa.schedules.rules import hours as pure
from loa.schedules.web import week
from loa.schedules.web.hours_forms import HoursForm, filled

PAGE_LENGTH = 30


@require_safe
@needs("schedules.view")
def unit(request: DeskRequest) -> HttpResponse:
    """Show when a unit may sound this week, where that comes from, and what was proposed."""
    units, chosen = _chosen(request, laid.VIEW)
    today = timezone.localdate(clock.now(), rules.ZONE)
    around = timedelta(days=7)
    those = laid.laid([chosen.path], first=today - around, last=today + around, below=False)
    holds = those.on(chosen.path, today)
    week_days = [today - timedelta(days=today.weekday() - gone) for gone in range(7)]
    this_week = replace(holds, special={day: those.on(chosen.path, day).on(day) for day in week_days})
    rows = laid.rules_of(request.scope, chosen)
    facts = {
        "units": units,
        "unit": chosen,
        "today": today,
        "sources": [one for one in those.places if one.path in ancestor_paths(chosen.path)],
        "is_any": holds == pure.ANY_HOUR,
        **_week(this_week, today),
        "proposed": [row for row in rows if row.state == RuleState.PROPOSED],
        "in_force": [row for row in rows if row.state == RuleState.IN_FORCE and _goes_on(row, today)],
        "former": [row for row in rows if row.state != RuleState.PROPOSED and not _goes_on(row, today)],
        "may_agree": request.scope.can("schedules.request", f"{chosen.path}#{HourRule.scope_channel}"),
        "may_propose": request.scope.can("schedules.propose_hours", f"{chosen.path}#{HourRule.scope_channel}"),
        "overrides": laid.overrides(request.scope).filter(unit__path__within=chosen.path)[:5],
        "may_hear": request.scope.holds("dispatch.view"),
    }
    return render(request, "schedules/hours.html", facts)


@require_http_methods(["GET", "POST"])
@needs("schedules.propose_hours")
def propose(request: DeskRequest) -> HttpResponse:
    """Propose hours, beginning with those that hold."""
    _units, chosen = _chosen(request, "schedules.propose_hours")
    now = clock.now()
    today = timezone.localdate(now, rules.ZONE)
    holds = laid.rule_of(chosen, today)
    begin = {} if holds == pure.ANY_HOUR else filled(holds)
    form = HoursForm(request.POST or None, initial=begin | {"first": today + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data
        try:
            made = commands.propose_hours(
                request.scope,
                chosen,
                first=of["first"],
                last=of["last"],
                windows=form.windows,
                sessions_most=of["sessions_most"],
                session_minutes=of["session_minutes"],
                quiet_from=of["quiet_from"],
                quiet_until=of["quiet_until"],
                is_special=of["is_special"],
                is_limit=of["is_limit"],
                decision=of["decision"],
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. Another person sees what it would break, and lays it down."))
            return redirect("hours:rule", made.pk)
    return render(
        request, "schedules/hours_form.html", {"form": form, "unit": chosen}, status=422 if form.errors else 200
    )


@require_safe
@needs("schedules.view")
def rule(request: DeskRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Show one rule; a proposal with what it would break in the next days, and to whom may decide, the decision."""
    return _page(request, laid.get(request.scope, rule_id))


@require_POST
@needs("schedules.view")
def lay_down(request: DeskRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Lay down what was proposed, as the page showed it."""
    found = _of(request, rule_id, "schedules.lay_down_hours")
    digest, loses = request.POST.get("preview", ""), request.POST.get("loses", "")
    minutes = int(loses) if loses.isascii() and loses.isdecimal() and len(loses) < 5 else None
    return _done(
        request,
        found,
        lambda: commands.lay_down_hours(request.scope, found, preview=digest, loses=minutes, now=clock.now()),
        said=_("These hours are laid down."),
    )


@require_POST
@needs("schedules.view")
def decline(request: DeskRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Decide against a proposal."""
    found = _of(request, rule_id, "schedules.lay_down_hours")
    return _done(
        request,
        found,
        lambda: commands.decline_hours(request.scope, found, now=clock.now()),
        said=_("Declined. The hours stay as they are."),
    )


@require_POST
@needs("schedules.view")
def take_back(request: DeskRequest, rule_id: uuid.UUID) -> HttpResponse:
    """Take a proposal back."""
    found = _of(request, rule_id, "schedules.propose_hours")
    return _done(
        request,
        found,
        lambda: commands.take_hours_back(request.scope, found, now=clock.now()),
        said=_("The proposal is taken back."),
    )


@require_safe
@needs("schedules.view")
def overrides(request: DeskRequest) -> HttpResponse:
    """List what was let sound against hour rules: when, why, and who let it."""
    page = Paginator(laid.overrides(request.scope), PAGE_LENGTH).get_page(request.GET.get("page"))
    lines = [(one, [saying.NAMES[pure.Broken(code)] for code in one.broken]) for one in page]
    return render(request, "schedules/overrides.html", {"page": page, "lines": lines})


def _page(request: DeskRequest, found: HourRule, *, refusal: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    waits = found.state == RuleState.PROPOSED
    may_decide = request.scope.can("schedules.lay_down_hours", found.scope_path)
    is_own = str(found.proposed_by_id) == request.scope.actor.id
    told = rule_preview.preview(found, now=now) if waits else None
    facts = {
        "rule": found,
        "last": None if found.during.upper is None else found.during.upper - timedelta(days=1),
        **_week(laid.rule(found), rule_preview.day_shown(found, now=now)),
        "waits": waits,
        "preview": told,
        "shorter": nights.shorter(found, now=now) if waits else None,
        "lines": [] if told is None else [(line, saying.each(line.breaches)) for line in told.lines],
        "may_decide": waits and may_decide and not is_own,
        "is_own": waits and may_decide and is_own,
        "may_take_back": waits and request.scope.can("schedules.propose_hours", found.scope_path),
        "refusal": refusal,
    }
    return render(request, "schedules/hours_rule.html", facts, status=status)


def _week(holds: pure.HourRule, day: date) -> dict[str, object]:
    monday = day - timedelta(days=day.weekday())
    minutes = holds.session_longest
    return {
        "holds": holds,
        "longest": None if minutes is None else int(minutes.total_seconds() // 60),
        "picture": week.picture(holds, monday),
        "days": week.days(holds, monday),
    }


def _chosen(request: DeskRequest, permission: str) -> tuple[list[Unit], Unit]:
    """Return the units one may choose from, and the one chosen: named, else the highest."""
    units = list(orgs.choices_for(request.scope, permission, channel=HourRule.scope_channel))
    code = request.POST.get("unit") or request.GET.get("unit", "")
    ordered = sorted(units, key=lambda one: one.path)
    chosen = next((one for one in units if one.code == code), ordered[0] if ordered and not code else None)
    if chosen is None:
        raise NotFound
    return units, chosen


def _goes_on(row: HourRule, today: date) -> bool:
    return row.state == RuleState.IN_FORCE and (row.during.upper is None or row.during.upper > today)


def _of(request: DeskRequest, rule_id: uuid.UUID, permission: str) -> HourRule:
    found = laid.get(request.scope, rule_id)
    demand(request.scope, permission, path=found.scope_path, place=found.unit.name)
    return found


def _done(request: DeskRequest, found: HourRule, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Do it and lead to the unit's hours; show the rule with the reason when it was refused."""
    try:
        act()
    except Refusal as refusal:
        return _page(request, laid.get(request.scope, found.pk), refusal=str(refusal), status=409)
    messages.success(request, said)
    return redirect(f"{reverse('hours:unit')}?unit={found.unit.code}")
