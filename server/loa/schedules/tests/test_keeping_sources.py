"""Sources of relays when units change and people leave: they go along, with who answers for them."""

import pytest

from loa.kernel.errors import NotFound
from loa.orgs import ports
from loa.orgs.models import Grant, Handover
from loa.orgs.ports import Move
from loa.orgs.rules import Role
from loa.orgs.tests.reorganising import MIDNIGHT, NOW, abolish_district, fresh, in_force, merge
from loa.orgs.tests.world import LONG_HELD, make_user
from loa.schedules import commands, sources
from loa.schedules.keeping_sources import SourceKeeper
from loa.schedules.models import RelaySource
from loa.schedules.refusals import OwnProposal
from loa.schedules.tests import relays
from loa.schedules.tests.programme_making import make_entry
from loa.schedules.tests.relays import HOST, NoWords, proposed, relayed

KEEPER = SourceKeeper()


@pytest.fixture(autouse=True)
def _named(settings):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = [HOST], []


def again(source):
    return RelaySource.objects.unscoped("test").select_related("unit").get(pk=source.pk)


def merged(world):
    return in_force(world, merge("09037", "09043"))


def handed(made):
    rows = Handover.objects.unscoped("test").filter(reorganisation=made, keeper=KEEPER.name)
    return [
        ports.Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id) for row in rows
    ]


def test_sources_in_force_and_proposed_go_along_and_what_is_over_stays(world):
    standing, waiting = relays.in_force(world), proposed(world, name="VOV2")
    declined = commands.decline_source(world.leader, proposed(world, name="VOV3"), now=NOW)
    ended = commands.withdraw_source(world.officer, relays.in_force(world, name="VOV4"), now=NOW)

    made = merged(world)

    assert [again(one).unit.code for one in (standing, waiting)] == ["09037", "09037"]
    assert [again(one).unit.code for one in (declined, ended)] == ["09043", "09043"]
    assert sorted(one.name for one in handed(made)) == ["VOV1", "VOV2"]
    assert [one.name for one in sources.for_unit(again(standing).unit.path)] == ["VOV1"]


def test_two_of_one_name_stand_side_by_side(world):
    leader = make_user("lanhdao2", "Lê Văn Lãnh", unit=world.other_commune, role=Role.LEADER)
    relays.in_force(world)
    proposed(world, scope=world.other_officer, unit=world.other_commune)

    moves = [Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)]
    clashes = KEEPER.clashes(moves, on=MIDNIGHT.date())
    merged(world)

    assert (list(clashes), leader.is_active) == ([], True)
    assert KEEPER.holdings([world.other_commune.pk, world.commune.pk]) == {world.other_commune.pk: 2}


def test_an_entry_that_came_along_still_finds_its_source(world):
    source = relays.in_force(world)
    made = make_entry(world, NoWords(), **relayed(source))

    merged(world)

    entry = type(made).objects.unscoped("test").select_related("unit").get(pk=made.pk)
    assert entry.unit_id == again(source).unit_id
    assert source.pk in {one.pk for one in sources.for_unit(entry.unit.path)}


def test_the_new_units_people_decide_on_what_came_along_and_who_proposed_it_does_not(world):
    source = proposed(world)
    leader = make_user("lanhdao2", "Lê Văn Lãnh", unit=world.other_commune, role=Role.LEADER)
    merged(world)

    deciding = fresh(leader)
    commands.put_source_in_force(deciding, again(source), now=MIDNIGHT)

    assert again(source).state == "in_force"
    assert again(source).proposed_by_id == world.officer_user.pk


def test_a_divided_commune_keeps_its_sources_where_it_goes_on(world):
    source = relays.in_force(world)

    assert KEEPER.hand_over([Move(from_unit=world.hamlet.pk, to_unit=world.other_commune.pk)], now=MIDNIGHT) == []
    assert again(source).unit_id == world.commune.pk


def test_a_level_that_vanishes_gives_its_sources_upwards(world):
    source = proposed(world, scope=world.province_editor, unit=world.district)

    in_force(world, abolish_district())

    assert again(source).unit_id == world.province.pk


def test_they_come_back_when_the_change_is_taken_back_as_far_as_they_are_still_there(world):
    first, second = relays.in_force(world), relays.in_force(world, name="VOV2")
    moved = handed(merged(world))
    RelaySource.objects.unscoped("test").filter(pk=second.pk).update(unit=world.district)

    assert KEEPER.take_back(moved, now=MIDNIGHT) == 1
    assert KEEPER.take_back(moved, now=MIDNIGHT) == 0
    assert [again(one).unit_id for one in (first, second)] == [world.commune.pk, world.district.pk]


def test_what_was_ended_in_the_new_unit_is_not_brought_back(world):
    source = relays.in_force(world)
    moved = handed(merged(world))
    commands.withdraw_source(world.other_officer, again(source), now=MIDNIGHT)

    assert KEEPER.take_back(moved, now=MIDNIGHT) == 0
    assert again(source).unit_id == world.other_commune.pk


def test_a_leaver_stays_who_proposed_it_and_whoever_follows_may_decide(world):
    source = proposed(world)
    follower = make_user("canbo3", "Vũ Thị Ba", unit=world.commune, role=Role.LEADER)

    assert KEEPER.hand_on(world.officer_user.pk, follower.pk, now=NOW) == 1
    assert KEEPER.hand_on(follower.pk, None, now=NOW) == 0

    assert again(source).proposed_by_id == world.officer_user.pk
    assert commands.put_source_in_force(fresh(follower), again(source), now=NOW).state == "in_force"


def test_a_proposal_that_nobody_else_could_put_in_force_is_counted(world):
    source = proposed(world)
    relays.in_force(world, name="VOV2")
    everywhere = [world.commune.pk, world.other_commune.pk]

    assert KEEPER.without_owner(everywhere) == 0
    RelaySource.objects.unscoped("test").filter(pk=source.pk).update(unit=world.other_commune)
    assert KEEPER.without_owner(everywhere) == 1


def test_a_stranger_finds_nothing_of_what_came_along(world):
    source = relays.in_force(world)
    merged(world)

    with pytest.raises(NotFound):
        sources.get(world.outsider, source.pk)


def test_who_proposed_does_not_decide_where_it_came_to_either(world):
    source = proposed(world)
    merged(world)
    Grant.objects.create(
        user=world.officer_user, role_id=Role.LEADER.value, unit=world.other_commune, during=LONG_HELD,
        granted_at=LONG_HELD.lower,
    )  # fmt: skip

    with pytest.raises(OwnProposal):
        commands.put_source_in_force(fresh(world.officer_user), again(source), now=MIDNIGHT)
