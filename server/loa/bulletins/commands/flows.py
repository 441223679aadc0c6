"""Laying down the way bulletins of a unit go until they are approved, and ending it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from loa.bulletins import rules
from loa.bulletins.models import Flow, FlowStep
from loa.bulletins.refusals import CannotDecide, FlowNameNeeded, FlowPast, FlowStepsWrong, PersonNeeded
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.orgs import queries as orgs
from loa.orgs.models import Unit


@command("bulletins.administer")
def lay_down_flow(
    scope: Scope,
    unit: Unit,
    /,
    *,
    name: str,
    asks: Sequence[rules.Ask],
    kinds: Collection[rules.Kind] = (),
    categories: Collection[str] = (),
    is_far: bool = False,
    starts_on: date,
    now: datetime,
) -> Flow:
    """Lay down a way of approval of a unit from a day on. What was handed in before goes the way it began.

    `FlowNameNeeded`, `FlowPast`, `FlowStepsWrong`; `CannotDecide` for a role, post or agency without the right there.
    """
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    title = rules.line(name)
    if not title or len(title) > rules.NAME_LONGEST:
        raise FlowNameNeeded(longest=rules.NAME_LONGEST)
    if starts_on < _today(now):
        raise FlowPast
    _check(unit, asks)
    flow: Flow = Flow.objects.create(
        unit=unit,
        name=title,
        kinds=sorted(set(kinds)),
        categories=sorted(set(categories)),
        is_far=is_far,
        starts_on=starts_on,
        made_by_id=int(scope.actor.id),
        made_at=now,
    )
    FlowStep.objects.bulk_create(
        FlowStep(
            flow=flow,
            position=position,
            asks=ask.asks,
            who=ask.who,
            where=ask.where,
            role_id=ask.role or None,
            post_id=ask.post,
            agency_id=ask.agency,
            hours=ask.hours,
            is_own_allowed=ask.is_own_allowed,
        )
        for position, ask in enumerate(asks, 1)
    )
    note(flow=flow.pk, steps=len(asks), starts_on=starts_on)
    return flow


@command("bulletins.administer")
def end_flow(_scope: Scope, flow: Flow, /, *, on: date, now: datetime) -> Flow:
    """End a way of approval on a day, from which the next one up the tree applies. `FlowPast`, `WrongState`."""
    held: Flow = Flow.objects.unscoped("the command checked the right").select_for_update().get(pk=flow.pk)
    if held.ends_on is not None:
        raise WrongState
    if on < _today(now):
        raise FlowPast
    held.ends_on = max(on, held.starts_on)
    held.save(update_fields=["ends_on"])
    note(flow=held.pk, ends_on=held.ends_on)
    return held


def _check(unit: Unit, asks: Sequence[rules.Ask]) -> None:
    wrong = FlowStepsWrong(most=rules.STEPS_MOST, hours=rules.HOURS_MOST)
    if not 1 <= len(asks) <= rules.STEPS_MOST or asks[-1].asks is not rules.Asks.PLACES:
        raise wrong
    if any(not 1 <= ask.hours <= rules.HOURS_MOST for ask in asks):
        raise wrong
    able = orgs.able(unit, permission="bulletins.approve")
    for ask in asks:
        is_able = {
            rules.Who.RIGHT: True,
            rules.Who.ROLE: any(role.code == ask.role for role in able.roles),
            rules.Who.POST: any(post.pk == ask.post for post in able.posts),
            rules.Who.AGENCY: any(agency.pk == ask.agency for agency in able.agencies),
        }[ask.who]
        if not is_able:
            raise CannotDecide


def _today(now: datetime) -> date:
    return now.astimezone(rules.ZONE).date()
