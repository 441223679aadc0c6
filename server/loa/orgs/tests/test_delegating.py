"""Standing in for somebody: one's own running role, for a while, never passed on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.audit.models import Entry
from loa.bulletins import commands as bulletins
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries
from loa.orgs.models import Grant
from loa.orgs.refusals_rights import (
    BadPeriod,
    ClosedAccount,
    LendsRightsOver,
    NotConcerned,
    NotLendable,
    Over,
    TwoDuties,
)
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

DAY = timedelta(days=1)


def kept(**about):
    return Grant.objects.unscoped("test").filter(**about)


@pytest.fixture
def deputy(world):
    return make_user("phochutich", "Phó Thị Chủ", unit=world.commune)


def lend(world, to, *, until=None, now=None, **more):
    now = now or clock.now()
    held = kept(user=world.leader_user, delegated_from=None).get()
    return commands.delegate(world.leader, held, to=to, until=until or now + DAY, reason="đi họp tỉnh", now=now, **more)


def test_who_stands_in_can_do_what_the_other_can_for_that_time(world, deputy):
    now = clock.now()
    lend(world, deputy, start_at=now + DAY, until=now + 2 * DAY, now=now)

    reach = [
        queries.scope_for(deputy, now=now + after).can("bulletins.approve", world.hamlet.path)
        for after in (timedelta(), DAY, 2 * DAY)
    ]
    assert reach == [False, True, False]


def test_an_approval_made_in_anothers_place_says_so_in_the_record(world, deputy):
    bulletin = make_bulletin(world, now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())
    lend(world, deputy)

    bulletins.approve(queries.scope_for(deputy), bulletin, number=1, hearing=HEARD, now=clock.now())

    entry = Entry.objects.get(action="bulletins.approve")
    assert entry.actor_id == str(deputy.pk)
    assert entry.detail["stands_in_for"] == str(world.leader_user.pk)


def test_an_approval_in_ones_own_right_names_nobody_else(world, deputy):
    bulletin = make_bulletin(world, now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())
    lend(world, deputy)

    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())

    assert "stands_in_for" not in Entry.objects.get(action="bulletins.approve").detail


def test_nobody_lends_what_is_not_theirs_or_was_lent_to_them(world, deputy):
    third = make_user("thuba", "Ba Văn Thứ", unit=world.commune)
    lent = lend(world, deputy)
    leaders = kept(user=world.leader_user).get()

    with pytest.raises(NotLendable):
        commands.delegate(
            queries.scope_for(deputy), lent, to=third, until=clock.now() + DAY, reason="", now=clock.now()
        )
    with pytest.raises(NotLendable):
        commands.delegate(world.officer, leaders, to=third, until=clock.now() + DAY, reason="", now=clock.now())
    with pytest.raises(NotLendable):
        lend(world, world.leader_user)


def test_a_role_without_that_right_is_not_lent(world, deputy):
    held = kept(user=world.monitor_user).get()

    with pytest.raises(Denied):
        commands.delegate(replace(world.monitor), held, to=deputy, until=clock.now() + DAY, reason="", now=clock.now())


def test_rights_over_people_are_lent_only_where_the_deployment_says_so(world, deputy, settings):
    words = commands.RoleWords(
        name_vi="Trưởng phòng", name_en="Head", permissions={"orgs.view", "orgs.administer", "orgs.delegate"}
    )
    commands.define_role(world.administrator, world.province, code="head", words=words)
    head = make_user("truongphong", "Trưởng Thị Phòng", unit=world.province)
    held = commands.grant(world.administrator, world.province, user=head, role="head")

    def try_it():
        return commands.delegate(
            queries.scope_for(head, is_fresh=True), held, to=deputy, until=clock.now() + DAY, reason="", now=clock.now()
        )

    with pytest.raises(LendsRightsOver):
        try_it()
    settings.LOA_LEND_ADMINISTRATION = True
    assert try_it()


def test_a_delegation_is_not_longer_than_its_source_and_ends_ahead(world, deputy):
    now = clock.now()
    held = kept(user=world.leader_user).get()
    commands.extend(world.administrator, held, until=now + DAY, now=now)

    for until in (now + 2 * DAY, now, now - DAY):
        with pytest.raises(BadPeriod):
            lend(world, deputy, until=until, now=now)
    assert lend(world, deputy, until=now + DAY, now=now)


def test_a_writer_does_not_stand_in_for_the_approver(world):
    with pytest.raises(TwoDuties):
        lend(world, world.officer_user)


def test_a_closed_account_stands_in_for_nobody(world, deputy):
    deputy.is_active = False

    with pytest.raises(ClosedAccount):
        lend(world, deputy)


@pytest.mark.parametrize("who", ["leader", "deputy"])
def test_either_of_the_two_ends_it_at_once(world, deputy, who):
    lent = lend(world, deputy)
    scope = world.leader if who == "leader" else queries.scope_for(deputy)

    commands.end_delegation(scope, lent, now=clock.now())

    assert not queries.scope_for(deputy).holds("bulletins.approve")
    assert queries.scope_for(world.leader_user).holds("bulletins.approve")
    with pytest.raises((Over, NotFound)):
        commands.end_delegation(scope, lent, now=clock.now())


def test_nobody_else_ends_it_like_that(world, deputy):
    lent = lend(world, deputy)

    with pytest.raises(NotConcerned):
        commands.end_delegation(world.officer, lent, now=clock.now())


def test_it_ends_with_the_right_it_stands_in_for(world, deputy):
    lent = lend(world, deputy)
    now = clock.now()

    commands.withdraw(world.administrator, kept(user=world.leader_user).get(), now=now)

    lent.refresh_from_db()
    assert lent.during.upper == now
    assert not queries.scope_for(deputy).holds("bulletins.approve")


def test_it_stops_while_the_account_it_stands_in_for_is_closed(world, deputy):
    lend(world, deputy)
    world.leader_user.is_active = False
    world.leader_user.save()

    assert not queries.scope_for(deputy).holds("bulletins.approve")


def test_both_see_it(world, deputy):
    lent = lend(world, deputy)

    assert queries.lent_by(world.leader_user, at=clock.now()) == [lent]
    assert queries.lent_to(deputy, at=clock.now()) == [lent]


@pytest.mark.parametrize(
    "more",
    [
        {"role_id": "administrator"},
        {"is_here_only": True},
        {"days": 400},
        {"user": "leader"},
        {"source": "lent"},
    ],
)
def test_the_database_lets_nothing_be_lent_beyond_its_source(world, deputy, more):
    now = clock.now()
    held = kept(user=world.leader_user).get()
    commands.extend(world.administrator, held, until=now + 9 * DAY, now=now)
    lent = lend(world, deputy, now=now)
    source = lent if more.get("source") else held

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=world.leader_user if more.get("user") else world.monitor_user,
            role_id=more.get("role_id", "leader"),
            unit=world.commune,
            is_here_only=more.get("is_here_only", False),
            during=(now, now + timedelta(hours=1) + timedelta(days=more.get("days", 0))),
            delegated_from=source,
        )


def test_an_administrator_takes_a_lent_role_away(world, deputy):
    lent = lend(world, deputy)

    commands.withdraw(world.administrator, lent, now=clock.now())

    assert not queries.scope_for(deputy).holds("bulletins.approve")


def test_the_role_of_the_world_that_may_lend_is_the_leaders(world):
    assert [held.role_id for held in queries.lendable(world.leader_user, at=clock.now())] == [Role.LEADER]
    assert queries.lendable(world.monitor_user, at=clock.now()) == []
