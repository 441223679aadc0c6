"""Home: what needs this person, before anything else."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.accounts.models import User
from loa.bulletins import queries as bulletins
from loa.bulletins.rules import State
from loa.devices import queries as devices
from loa.devices.rules import State as DeviceState
from loa.dispatch import queries as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch import standing
from loa.kernel import clock
from loa.kernel.pages import DeskRequest
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.orgs.rules import Channel
from loa.schedules import queries as schedules
from loa.schedules.web import inbox

SHOWN = 5
LINES_BEFORE = 3
LINES_AFTER = 4


@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """Show what waits for a decision or a hand, today's airings, and what is wrong."""
    now = clock.now()
    scope = request.scope
    facts: dict[str, object] = {"now": now, "may_write": scope.holds("bulletins.write")}
    facts |= _work(scope, now=now)
    facts["support_asked"] = orgs.support_asked_of(request.user, at=now) if isinstance(request.user, User) else []
    facts["questions"] = inbox.questions(request, now=now)
    if scope.holds("dispatch.view"):
        facts |= _today(scope, now=now)
    if scope.holds("devices.view"):
        facts |= _devices(scope, now=now)
        facts |= _faults(scope)
    return render(request, "shell/home.html", facts)


def _work(scope: Scope, *, now: datetime) -> dict[str, object]:
    waiting, asked = bulletins.waiting_for(scope), schedules.waiting_for(scope, now=now)
    entries, ceilings = schedules.entries_waiting(scope), dispatching.ceilings_to_end(scope)
    hours = schedules.proposed_hours(scope)
    mine = bulletins.mine(scope, int(scope.actor.id))
    count = waiting.count()
    first = list(waiting[:SHOWN])
    due = bulletins.deadlines(first, now=now)
    late = bulletins.overdue(scope, now=now) if scope.holds("bulletins.approve") else []
    ours = {bulletin.pk for bulletin in first}
    return {
        "waiting": [(bulletin, due.get(bulletin.pk)) for bulletin in first],
        "overdue": bulletins.lying_with([one for one in late if one.bulletin.pk not in ours][:SHOWN], now=now),
        "waiting_more": max(0, count - SHOWN),
        "asked": list(asked[:SHOWN]),
        "asked_more": max(0, asked.count() - SHOWN),
        "entries": list(entries[:SHOWN]),
        "entries_more": max(0, entries.count() - SHOWN),
        "ceilings": list(ceilings[:SHOWN]),
        "hours": list(hours[:SHOWN]),
        "hours_more": max(0, hours.count() - SHOWN),
        "guidance": bulletins.guidance_to_do(scope, most=SHOWN, now=now),
        "returned": list(mine.filter(state=State.RETURNED)[:SHOWN]),
        "drafts": list(mine.filter(state=State.DRAFT)[:SHOWN]),
        "submitted": list(mine.filter(state=State.SUBMITTED)[:SHOWN]),
    }


def _today(scope: Scope, *, now: datetime) -> dict[str, object]:
    """Return the lines around the present moment of the highest unit in reach."""
    unit = orgs.choices_for(scope, dispatching.VIEW, channel=Channel.LOUDSPEAKER).order_by("path").first()
    if unit is None:
        return {}
    start = datetime.combine(now.astimezone(dispatch_rules.ZONE).date(), time.min, tzinfo=dispatch_rules.ZONE)
    airings = dispatching.beginning(scope, unit, day_start=start, day_end=start + timedelta(days=1))
    begun = airings.filter(start_at__lte=now).count()
    shown = dispatching.summaries(unit, airings[max(0, begun - LINES_BEFORE) : begun + LINES_AFTER], now=now)
    return {"unit": unit, "lines": standing.day(shown, now=now, is_today=True), "has_airings": bool(shown)}


def _devices(scope: Scope, *, now: datetime) -> dict[str, object]:
    enrolled = devices.visible(scope).filter(state=DeviceState.ENROLLED)
    silent = enrolled.filter(connected=False)
    health = devices.health(now)
    return {
        "enrolled": enrolled.count(),
        "silent": silent.count(),
        "silent_shown": list(silent.order_by("-seen_at", "pk")[:SHOWN]),
        "signing_broken": not health.signing_ok,
        "bridge_broken": health.signing_ok and not health.alive,
        "clock_disputed": health.clock_disputed,
    }


def _faults(scope: Scope) -> dict[str, object]:
    """Return the overdue faults this person was told of: their own to mend, and those of others."""
    mine, mine_more = devices.faults_told(scope, is_mine=True, most=SHOWN)
    others, others_more = devices.faults_told(scope, is_mine=False, most=SHOWN)
    return {"faults": mine, "faults_more": mine_more, "others_faults": others, "others_faults_more": others_more}
