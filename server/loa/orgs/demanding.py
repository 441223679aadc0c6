"""What a change of units has to satisfy before it is proposed or approved."""

from dataclasses import replace
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from loa.kernel.command import Place, check
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.kernel.scope import Scope
from loa.orgs import carrying_people, grounds, judging, planning, queries
from loa.orgs.changes import Plan
from loa.orgs.judging import Ground
from loa.orgs.models import Reorganisation, Unit
from loa.orgs.planning import After
from loa.orgs.refusals import PeopleUnplaced, PlanRefused, ProposedAlready, RightFromProposer
from loa.orgs.rules import ReorganisationState as State

_WHY = "a change of units is looked at as a whole"
_SHOWN = 20
_LOCK = 7_303_011


def sound(
    plan: Plan, *, on: date, now: datetime, is_retroactive: bool, compensates: Reorganisation | None = None
) -> tuple[Ground, After]:
    """Return the tree before and after, or raise `PlanRefused` with what is wrong."""
    reopening = set(compensates.plan["closes"]) if compensates else set()
    ground = grounds.ground_for(plan, on=on, reopening=reopening)
    found = judging.of_day(on, today=timezone.localdate(now), is_retroactive=is_retroactive)
    found = found or judging.of_plan(plan, ground)
    if found:
        raise PlanRefused(flaws=" ".join(str(flaw) for flaw in found[:_SHOWN]), found=tuple(found))
    return ground, planning.after(plan, ground.tree)


def reach(scope: Scope, plan: Plan) -> None:
    """Refuse unless the person has the right above every unit that is touched: who changes a unit stands above it.

    A unit at the top is changed by who holds the right there; one that opens at the top, by who holds it at all the
    tops that go into it. Raises `Denied` or `NotFound`.
    """
    if scope.everywhere:
        return
    opened = {opening.code: opening.parent for opening in plan.opens}
    codes = planning.touched(plan) | set(opened.values()) | {one.parent for one in plan.alters if one.parent}
    found = Unit.objects.unscoped(_WHY).filter(code__in=codes)
    paths = dict(found.values_list("code", "path"))
    wanted = {_above(paths[code]) for code in planning.touched(plan) - opened.keys() if code in paths}
    wanted |= {paths[parent] for parent in opened.values() if parent in paths}
    wanted |= {paths[one.parent] for one in plan.alters if one.parent in paths}
    tops = {code for code, parent in opened.items() if not parent}
    if tops - {edge.successor for edge in plan.edges if "/" not in paths.get(edge.predecessor, "/")}:
        wanted |= tops
    for path in sorted(wanted):
        check(scope, "orgs.reorganise", Place(scope_path=path, audit_name=f"unit:{path.rpartition('/')[2]}"))


def one_at_a_time() -> None:
    """Let decisions about units come one after the other until this transaction ends: each sees what the last wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def no_twin(unit: Unit, *, plan_sha256: str, on: date) -> None:
    """Raise `ProposedAlready` when the same change waits already."""
    waiting = Reorganisation.objects.unscoped(_WHY).filter(state__in=[State.PROPOSED, State.APPROVED])
    if waiting.filter(unit=unit, plan_sha256=plan_sha256, effective_on=on).exists():
        raise ProposedAlready


def independent(scope: Scope, kept: Reorganisation, plan: Plan, *, now: datetime) -> None:
    """Refuse who has the right to decide from the person who proposes, or only since the proposal was made.

    Else one person, or one stolen session, makes the second one that approves. Raises `RightFromProposer`.
    """
    if scope.everywhere:
        return
    roots = queries.roots_before(
        int(scope.actor.id), "orgs.reorganise", not_by=kept.proposed_by_id, before=kept.proposed_at, at=now
    )
    own = replace(scope, grants={"orgs.reorganise": roots})
    try:
        check(own, "orgs.reorganise", kept)
        reach(own, plan)
    except (Denied, NotFound) as late:
        raise RightFromProposer from late


def placed(plan: Plan, ground: Ground, outcome: After, *, now: datetime) -> None:
    """Refuse while a level vanishes and somebody who holds a right there is not placed."""
    gone = carrying_people.vanishing(ground.tree, outcome, ground.levels)
    lost = {grant.user_id for grant in carrying_people.holders(gone, at=now)}
    open_cases = [user for user in lost if carrying_people.place_of(plan, user) is None]
    if open_cases:
        raise PeopleUnplaced(count=len(open_cases))


def locked(reorganisation: Reorganisation, state: State) -> Reorganisation:
    """Return the row, locked, if it still is in the state; else raise `WrongState`."""
    rows = Reorganisation.objects.unscoped("the command asked").select_for_update(of=("self",))
    kept: Reorganisation = rows.select_related("unit", "compensates").get(pk=reorganisation.pk)
    if kept.state != state:
        raise WrongState
    return kept


def decide(
    kept: Reorganisation,
    state: State,
    scope: Scope,
    *,
    said: str,
    now: datetime,
    outcome: dict[str, object] | None = None,
) -> None:
    """Keep a decision with who made it and when."""
    kept.state, kept.note, kept.decided_at = state.value, said.strip()[:300], now
    kept.decided_by_id = None if scope.everywhere else int(scope.actor.id)
    kept.outcome = kept.outcome if outcome is None else outcome
    kept.save(update_fields=["state", "note", "decided_at", "decided_by", "outcome"])


def _above(path: str) -> str:
    return path.rpartition("/")[0] or path
