"""What becomes of rights, posts, agencies and people when units merge, and when that is taken back."""

from datetime import timedelta

import pytest

from loa.accounts.models import User
from loa.kernel import clock
from loa.orgs import commands, queries
from loa.orgs.keeping import RightsKeeper
from loa.orgs.models import Agency, Grant, Handover, Post, Unit
from loa.orgs.ports import Move
from loa.orgs.rules import AgencyKind, Role
from loa.orgs.tests.reorganising import DAY, MIDNIGHT, abolish_district, in_force, merge
from loa.orgs.tests.world import make_user

LATER = MIDNIGHT + timedelta(hours=1)
KEEPER = RightsKeeper()


def standing_of(user, *, at=LATER):
    return [(grant.role_id, grant.unit.code) for grant in queries.grants_of([user.pk], at=at)]


def scope_then(user):
    return queries.scope_for(User.objects.get(pk=user.pk), now=LATER)


@pytest.fixture
def other_leader(world):
    return make_user("lanhdao2", "Mai Văn Hai", unit=world.other_commune, role=Role.LEADER)


def test_rights_go_along_from_midnight_and_the_past_stays(world):
    in_force(world, merge("09043", "09037"))

    assert standing_of(world.other_officer_user) == [("officer", "09043")]
    assert scope_then(world.other_officer_user).can("bulletins.write", world.commune.path)
    ended = Grant.objects.unscoped("test").get(user=world.other_officer_user, unit=world.other_commune)
    assert ended.during.upper == MIDNIGHT


def test_the_same_right_at_both_becomes_one(world):
    commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.OFFICER)

    in_force(world, merge("09043", "09037"))

    assert standing_of(world.officer_user) == [("officer", "09043")]


def test_what_was_lent_goes_along_with_its_source(world, other_leader):
    deputy = make_user("pho", "Phó Văn Hai", unit=world.other_commune)
    held = queries.grants_of([other_leader.pk])[0]
    now = clock.now()
    commands.delegate(
        queries.scope_for(other_leader, is_fresh=True),
        held,
        to=deputy,
        until=LATER + timedelta(days=2),
        reason="họp",
        now=now,
    )

    in_force(world, merge("09043", "09037"))

    assert scope_then(deputy).can("bulletins.approve", world.commune.path)
    lent = queries.lent_to(deputy, at=LATER)
    assert [one.delegated_from.user_id for one in lent] == [other_leader.pk]
    assert lent[0].during.upper == LATER + timedelta(days=2)


def test_two_leaders_in_one_commune_are_listed_for_the_desk(world, other_leader):
    clashes = KEEPER.clashes([Move(from_unit=world.other_commune.pk, to_unit=world.commune.pk)], on=DAY)

    assert [clash.unit for clash in clashes] == [world.commune.pk]
    assert "Mai Văn Hai" in str(clashes[0].sentence)
    assert "Lê Thị Lãnh" in str(clashes[0].sentence)


def test_who_would_write_and_approve_is_listed_and_does_not_get_both(world):
    commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.LEADER)
    move = Move(from_unit=world.other_commune.pk, to_unit=world.commune.pk)
    listed = [str(clash.sentence) for clash in KEEPER.clashes([move], on=DAY)]

    in_force(world, merge("09043", "09037"))

    assert any("Trần Văn Cán" in sentence for sentence in listed)
    assert standing_of(world.officer_user) == [("officer", "09043")]


def test_posts_go_along_with_whoever_holds_them(world):
    post = commands.open_post(world.administrator, world.other_commune, title="Phó chủ tịch UBND", role=Role.LEADER)
    holder = make_user("pct", "Phan Thị Phó", unit=world.other_commune)
    commands.appoint(world.administrator, post, user=holder, now=clock.now())

    in_force(world, merge("09043", "09037"))

    post.refresh_from_db()
    assert post.unit.code == "09043"
    assert standing_of(holder) == [("leader", "09043")]
    assert queries.grants_of([holder.pk], at=LATER)[0].post == post


def test_a_committee_goes_into_the_one_that_stays_and_other_agencies_move(world):
    kept, gone = (
        commands.open_agency(world.administrator, unit, kind=AgencyKind.COMMITTEE, name=f"UBND {unit.name}")
        for unit in (world.commune, world.other_commune)
    )
    office = commands.open_agency(
        world.administrator, world.other_commune, kind=AgencyKind.OFFICE, name="Phòng Văn hoá"
    )

    in_force(world, merge("09043", "09037"))

    gone.refresh_from_db()
    office.refresh_from_db()
    assert (gone.succeeded_by, gone.closed_on) == (kept, DAY)
    assert office.unit.code == "09043"


def test_people_belong_to_the_unit_that_goes_on(world):
    in_force(world, merge("09043", "09037"))

    assert User.objects.get(pk=world.other_officer_user.pk).unit_path == world.commune.path
    assert User.objects.get(pk=world.officer_user.pk).unit_path == world.commune.path


def test_people_follow_the_path_of_their_unit(world):
    in_force(world, abolish_district())

    path = Unit.objects.unscoped("test").get(code="09043").path
    assert path == "26/09043"
    assert User.objects.get(pk=world.officer_user.pk).unit_path == path
    assert scope_then(world.officer_user).can("bulletins.write", path)


def test_what_was_handed_over_is_given_back_as_far_as_it_is_still_there(world, other_leader):
    post = commands.open_post(world.administrator, world.other_commune, title="Trưởng đài", role=Role.MONITOR)
    holder = make_user("truongdai", "Phan Thị Đài", unit=world.other_commune)
    commands.appoint(world.administrator, post, user=holder, now=clock.now())
    gone = commands.open_agency(world.administrator, world.other_commune, kind=AgencyKind.COMMITTEE, name="UBND B")
    commands.open_agency(world.administrator, world.commune, kind=AgencyKind.COMMITTEE, name="UBND A")
    commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.OFFICER)
    move = Move(from_unit=world.other_commune.pk, to_unit=world.commune.pk)
    now = clock.now()
    moved = KEEPER.hand_over([move], now=now)
    given = Grant.objects.unscoped("test").get(user=other_leader, unit=world.commune)
    commands.withdraw(world.administrator, given, now=now + timedelta(minutes=1))

    KEEPER.take_back(moved, now=now + timedelta(minutes=2))

    at = now + timedelta(minutes=3)
    assert standing_of(world.other_officer_user, at=at) == [("officer", "09037")]
    assert sorted(standing_of(world.officer_user, at=at)) == [("officer", "09037"), ("officer", "09043")]
    assert standing_of(holder, at=at) == [("monitor", "09037")]
    assert standing_of(other_leader, at=at) == []
    assert Post.objects.unscoped("test").get(pk=post.pk).unit == world.other_commune
    assert Agency.objects.unscoped("test").get(pk=gone.pk).closed_on is None
    assert User.objects.get(pk=world.other_officer_user.pk).unit_path == world.other_commune.path


def test_the_desk_knows_what_goes_along_and_every_thing_is_in_the_handover(world):
    assert KEEPER.holdings([world.other_commune.pk])[world.other_commune.pk] == 1

    made = in_force(world, merge("09043", "09037"))

    things = set(Handover.objects.unscoped("test").filter(reorganisation=made).values_list("keeper", "from_unit__code"))
    assert things == {("orgs", "09037")}


def test_a_unit_that_nobody_administers_is_told(world):
    assert KEEPER.without_owner([world.commune.pk]) == 0
    assert KEEPER.without_owner([world.outsider_commune.pk]) == 1


@pytest.fixture
def move(world):
    return Move(from_unit=world.other_commune.pk, to_unit=world.commune.pk)


def periods(user, unit):
    held = Grant.objects.unscoped("test").filter(user=user, unit=unit, during__isempty=False).order_by("during")
    return [(one.during.lower, one.during.upper) for one in held]


def test_a_right_that_begins_later_at_the_target_does_not_swallow_the_one_that_runs(world, move):
    now = clock.now()
    later, user = now + timedelta(days=9), world.other_officer_user
    commands.grant(world.administrator, world.commune, user=user, role=Role.OFFICER, start_at=later, now=now)

    KEEPER.hand_over([move], now=now + timedelta(minutes=1))

    assert periods(user, world.commune) == [(now + timedelta(minutes=1), later), (later, None)]
    assert standing_of(user, at=now + timedelta(minutes=2)) == [("officer", "09043")]


def test_a_right_that_ends_earlier_at_the_target_is_gone_on_with(world, move):
    now = clock.now()
    earlier, user = now + timedelta(days=9), world.other_officer_user
    commands.grant(world.administrator, world.commune, user=user, role=Role.OFFICER, end_at=earlier, now=now)

    KEEPER.hand_over([move], now=now + timedelta(minutes=1))

    assert periods(user, world.commune) == [(now, earlier), (earlier, None)]


def test_what_is_taken_back_has_the_time_it_had(world, move):
    now = clock.now()
    until = now + timedelta(days=20)
    user = make_user("tamthoi", "Mai Văn Tạm", unit=world.other_commune)
    commands.grant(world.administrator, world.other_commune, user=user, role=Role.OFFICER, end_at=until, now=now)
    commands.grant(world.administrator, world.commune, user=user, role=Role.OFFICER, now=now)
    moved = KEEPER.hand_over([move], now=now + timedelta(minutes=1))

    KEEPER.take_back(moved, now=now + timedelta(minutes=2))

    assert periods(user, world.commune) == [(now, None)]
    assert periods(user, world.other_commune)[-1] == (now + timedelta(minutes=2), until)


def test_a_right_that_was_carried_over_in_parts_comes_back_whole(world, move):
    now = clock.now()
    first, last = now + timedelta(days=9), now + timedelta(days=12)
    user = world.other_officer_user
    commands.grant(
        world.administrator, world.commune, user=user, role=Role.OFFICER, start_at=first, end_at=last, now=now
    )
    moved = KEEPER.hand_over([move], now=now + timedelta(minutes=1))
    assert periods(user, world.commune) == [(now + timedelta(minutes=1), first), (first, last), (last, None)]

    back = now + timedelta(minutes=2)
    KEEPER.take_back(moved, now=back)

    assert periods(user, world.other_commune)[-1] == (back, None)
    assert (first, last) in periods(user, world.commune)
    assert standing_of(user, at=last + timedelta(days=1)) == [("officer", "09037")]


def test_a_right_that_begins_later_comes_back_for_later(world, move):
    now = clock.now()
    later = now + timedelta(days=9)
    user = make_user("sau", "Mai Văn Sau", unit=world.other_commune)
    commands.grant(world.administrator, world.other_commune, user=user, role=Role.OFFICER, start_at=later, now=now)

    moved = KEEPER.hand_over([move], now=now + timedelta(minutes=1))
    KEEPER.take_back(moved, now=now + timedelta(minutes=2))

    assert periods(user, world.other_commune) == [(later, None)]
    assert standing_of(user, at=now + timedelta(minutes=3)) == []


def test_the_rehearsal_names_each_right_that_is_not_carried_over(world, move):
    held = commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.LEADER)

    told = [str(one.sentence) for one in KEEPER.clashes([move], on=DAY) if one.things == [f"grant:{held.pk}"]]
    moved = KEEPER.hand_over([move], now=clock.now())

    assert len(told) == 1
    assert "Trần Văn Cán" in told[0]
    assert "Xã Đồng Cương" in told[0]
    lost = [one.thing for one in moved if ":lost" in one.thing]
    assert len(lost) == 1


def test_rights_of_a_large_staff_are_carried_over_in_few_queries(world, move, django_assert_max_num_queries):
    for number in range(20):
        make_user(f"nv{number}", f"Mai Văn {number}", unit=world.other_commune, role=Role.OFFICER)

    with django_assert_max_num_queries(70):
        moved = KEEPER.hand_over([move], now=clock.now())

    assert sum(one.thing.startswith("grant:") for one in moved) == 21
