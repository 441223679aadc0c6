from datetime import timedelta

import pytest
from django.utils import translation

from loa.bulletins import commands, queries, refusals, rules
from loa.bulletins.keeping import FlowKeeper
from loa.bulletins.models import Flow, FlowStep, Step
from loa.bulletins.rules import Ask, Asks, Who
from loa.bulletins.tests.making import NOW, make_submitted
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs import commands as organizing
from loa.orgs.ports import Move

TODAY = NOW.date()
TWO = (Ask(asks=Asks.WORDS, who=Who.ROLE, role="leader", hours=4), Ask(who=Who.RIGHT))


def lay_down(world, *, scope=None, unit=None, name="Hai bước", asks=TWO, starts_on=TODAY, **about):
    return commands.lay_down_flow(
        scope or world.administrator, unit or world.commune, name=name, asks=asks, starts_on=starts_on, now=NOW, **about
    )


def test_an_administrator_lays_down_a_way_in_plain_words(world):
    lay_down(world, kinds=[rules.Kind.FLOOD])

    with translation.override("en"):
        (told,) = queries.flows(world.administrator, on=TODAY)

    assert (told.flow.name, told.flow.kinds, told.is_over) == ("Hai bước", ["flood"], False)
    first, second = told.sentences
    assert first.endswith(" reviews the words first, within 4 working hours.")
    assert second == "Then Who approves at the unit approves, within 8 working hours."


def test_only_who_administers_the_unit_lays_down_and_ends_its_ways(world):
    flow = lay_down(world)

    with pytest.raises(Denied):
        lay_down(world, scope=world.leader)
    with pytest.raises(NotFound):
        lay_down(world, scope=world.outsider)
    with pytest.raises(refusals.PersonNeeded):
        lay_down(world, scope=world.system)
    with pytest.raises(Denied):
        commands.end_flow(world.officer, flow, on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        commands.end_flow(world.outsider, flow, on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        queries.flow(world.outsider, flow.pk)
    assert queries.flows(world.leader, on=TODAY) == []


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"name": " \n"}, refusals.FlowNameNeeded),
        ({"name": "x" * 121}, refusals.FlowNameNeeded),
        ({"asks": ()}, refusals.FlowStepsWrong),
        ({"asks": (Ask(),) * 7}, refusals.FlowStepsWrong),
        ({"asks": (Ask(asks=Asks.WORDS),)}, refusals.FlowStepsWrong),
        ({"asks": (Ask(hours=0),)}, refusals.FlowStepsWrong),
        ({"asks": (Ask(hours=201),)}, refusals.FlowStepsWrong),
        ({"asks": (Ask(who=Who.ROLE, role="officer"),)}, refusals.CannotDecide),
        ({"asks": (Ask(who=Who.ROLE, role="nobody"),)}, refusals.CannotDecide),
        ({"asks": (Ask(who=Who.POST, post=10**9),)}, refusals.CannotDecide),
        ({"asks": (Ask(who=Who.AGENCY, agency=10**9),)}, refusals.CannotDecide),
        ({"starts_on": TODAY - timedelta(days=1)}, refusals.FlowPast),
    ],
)
def test_a_way_that_cannot_be_gone_is_refused_and_not_kept(world, about, refusal):
    with pytest.raises(refusal):
        lay_down(world, **about)

    assert not Flow.objects.unscoped("test").exists()


def test_a_post_of_another_unit_or_without_the_right_is_not_named(world):
    foreign = organizing.open_post(world.system, world.other_commune, title="Chủ tịch", role="leader")
    powerless = organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor")

    for post in (foreign, powerless):
        with pytest.raises(refusals.CannotDecide):
            lay_down(world, asks=(Ask(who=Who.POST, post=post.pk),))


def test_a_way_that_has_ended_applies_no_more_and_ends_once(world):
    flow = lay_down(world)
    commands.end_flow(world.administrator, flow, on=TODAY, now=NOW)

    with pytest.raises(WrongState):
        commands.end_flow(world.administrator, flow, on=TODAY, now=NOW)
    with pytest.raises(refusals.FlowPast):
        commands.end_flow(world.administrator, lay_down(world), on=TODAY - timedelta(days=1), now=NOW)

    bulletin = make_submitted(world)
    assert Step.objects.unscoped("test").filter(revision=bulletin.current).first().flow != flow


def test_the_ways_of_a_unit_go_with_it_and_come_back(world):
    flow, over = lay_down(world), lay_down(world, name="Đã hết")
    commands.end_flow(world.administrator, over, on=TODAY, now=NOW)
    keeper = FlowKeeper()
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    assert keeper.holdings([world.commune.pk]) == {world.commune.pk: 1}
    moved = keeper.hand_over([move], now=NOW)
    assert [(one.name, one.to_unit) for one in moved] == [("Hai bước", world.other_commune.pk)]
    assert Flow.objects.unscoped("test").get(pk=flow.pk).unit == world.other_commune
    assert Flow.objects.unscoped("test").get(pk=over.pk).unit == world.commune
    assert keeper.take_back(moved, now=NOW) == 1
    assert Flow.objects.unscoped("test").get(pk=flow.pk).unit == world.commune


def test_two_ways_that_meet_in_one_unit_are_told_before(world):
    lay_down(world)
    lay_down(world, unit=world.other_commune)
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    (clash,) = FlowKeeper().clashes([move], on=TODAY)

    assert clash.unit == world.other_commune.pk
    assert len(FlowStep.objects.all()) == 4
