"""Giving, extending and taking rights: nobody gives more than they have, and the past stays."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from loa.devices import queries as devices
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries
from loa.orgs.models import Grant
from loa.orgs.refusals_rights import (
    AlreadyHeld,
    BadPeriod,
    BeyondOwn,
    BeyondReach,
    ClosedUnit,
    NotLendable,
    Over,
    OwnRightsGiven,
    TwoDuties,
    UnknownThing,
)
from loa.orgs.rules import Level, Role
from loa.orgs.tests.world import make_unit, make_user

DAY = timedelta(days=1)


def kept(**about):
    return Grant.objects.unscoped("test").filter(**about)


@pytest.fixture
def newcomer(world):
    return make_user("moi", "Lý Thị Mới", unit=world.commune)


def commune_administrator(world):
    user = make_user("quantrixa", "Cao Văn Xã", unit=world.commune, role=Role.ADMINISTRATOR)
    return user, queries.scope_for(user)


def test_nobody_gives_themselves_a_right(world):
    with pytest.raises(OwnRightsGiven):
        commands.grant(world.administrator, world.commune, user=world.administrator_user, role=Role.MONITOR)


def test_an_administrator_of_a_commune_gives_nothing_beyond_it(world, newcomer):
    _, scope = commune_administrator(world)

    assert commands.grant(scope, world.commune, user=newcomer, role=Role.OFFICER)
    with pytest.raises(NotFound):
        commands.grant(scope, world.province, user=newcomer, role=Role.MONITOR)
    with pytest.raises(NotFound):
        commands.grant(scope, world.other_commune, user=newcomer, role=Role.MONITOR)


def test_an_administrator_of_the_unit_alone_gives_nothing_that_reaches_below(world, newcomer):
    user = make_user("quantrinho", "Cao Văn Nhỏ", unit=world.province)
    commands.grant(world.system, world.province, user=user, role=Role.ADMINISTRATOR, is_here_only=True)
    scope = queries.scope_for(user, is_fresh=True)

    assert commands.grant(scope, world.province, user=newcomer, role=Role.MONITOR, is_here_only=True)
    with pytest.raises(BeyondReach):
        commands.grant(scope, world.province, user=newcomer, role=Role.MONITOR)
    with pytest.raises(NotFound):
        commands.grant(scope, world.commune, user=newcomer, role=Role.MONITOR)


def test_who_lacks_a_right_over_people_cannot_give_it(world, newcomer):
    words = commands.RoleWords(
        name_vi="Phân quyền", name_en="Rights only", permissions={"orgs.view", "orgs.administer"}
    )
    commands.define_role(world.administrator, world.province, code="rights_only", words=words)
    user = make_user("phanquyen", "Cao Văn Quyền", unit=world.commune)
    commands.grant(world.administrator, world.commune, user=user, role="rights_only")

    with pytest.raises(BeyondOwn):
        commands.grant(queries.scope_for(user, is_fresh=True), world.commune, user=newcomer, role=Role.ADMINISTRATOR)
    assert commands.grant(queries.scope_for(user), world.commune, user=newcomer, role=Role.OFFICER)


@pytest.mark.parametrize("at", ["commune", "hamlet", "province"])
def test_who_writes_at_a_unit_does_not_approve_there_or_around_it(world, at):
    with pytest.raises(TwoDuties):
        commands.grant(world.administrator, getattr(world, at), user=world.officer_user, role=Role.LEADER)

    assert commands.grant(world.administrator, world.other_commune, user=world.officer_user, role=Role.LEADER)


def test_where_the_deployment_says_so_one_person_has_both_duties(world, settings):
    settings.LOA_TWO_DUTIES = True

    assert commands.grant(world.administrator, world.commune, user=world.officer_user, role=Role.LEADER)


def test_duties_one_after_the_other_do_not_meet(world):
    now = clock.now()
    writing = kept(user=world.officer_user).get()
    commands.extend(world.administrator, writing, until=now + DAY, now=now)

    given = commands.grant(
        world.administrator, world.commune, user=world.officer_user, role=Role.LEADER, start_at=now + DAY, now=now
    )

    assert given.during.lower == now + DAY
    with pytest.raises(TwoDuties):
        commands.extend(world.administrator, writing, until=now + 2 * DAY, now=now)


def test_a_right_for_one_station_reaches_that_device_and_no_other(world, newcomer):
    mine, other = make_devices(world.commune, count=2)
    commands.grant(world.administrator, world.commune, user=newcomer, role=Role.TECHNICIAN, device_id=mine.pk)
    scope = queries.scope_for(newcomer)

    assert list(devices.visible(scope)) == [mine]
    assert scope.can("devices.control", mine.scope_path)
    assert not scope.can("devices.control", other.scope_path)
    assert not scope.can("devices.view", world.commune.path)


def test_a_right_is_given_for_a_station_of_the_unit_only(world, newcomer):
    elsewhere = make_devices(world.other_commune, count=1)[0]

    with pytest.raises(UnknownThing):
        commands.grant(world.administrator, world.commune, user=newcomer, role=Role.TECHNICIAN, device_id=elsewhere.pk)
    with pytest.raises(UnknownThing):
        commands.grant(world.administrator, world.district, user=newcomer, role=Role.TECHNICIAN, device_id=elsewhere.pk)


def test_a_right_begins_and_ends_when_it_was_said_to(world, newcomer):
    now = clock.now()
    commands.grant(
        world.administrator, world.commune, user=newcomer, role=Role.OFFICER, start_at=now + DAY, end_at=now + 2 * DAY,
        now=now,
    )  # fmt: skip

    reach = [
        queries.scope_for(newcomer, now=now + after).can("bulletins.write", world.commune.path)
        for after in (timedelta(), DAY, 2 * DAY - timedelta(seconds=1), 2 * DAY)
    ]
    assert reach == [False, True, True, False]


def test_a_period_that_ends_before_it_begins_or_in_the_past_is_refused(world, newcomer):
    now = clock.now()

    for start_at, end_at in ((None, now - DAY), (now + 2 * DAY, now + DAY), (None, now)):
        with pytest.raises(BadPeriod):
            commands.grant(
                world.administrator, world.commune, user=newcomer, role=Role.OFFICER, start_at=start_at, end_at=end_at,
                now=now,
            )  # fmt: skip


def test_a_unit_that_is_closed_gives_no_new_rights(world, newcomer):
    closed = make_unit(code="09999", name="Xã Cũ", level=Level.COMMUNE, parent=world.district)
    closed.closed_on = localdate(clock.now())

    with pytest.raises(ClosedUnit):
        commands.grant(world.administrator, closed, user=newcomer, role=Role.OFFICER)


def test_what_was_taken_away_stays_on_record_with_its_time(world):
    now = clock.now()
    held = kept(user=world.officer_user).get()

    commands.withdraw(world.administrator, held, now=now)

    held.refresh_from_db()
    assert held.during.upper == now
    with pytest.raises(Over):
        commands.withdraw(world.administrator, held, now=now + DAY)
    with pytest.raises(Over):
        commands.extend(world.administrator, held, until=None, now=now + DAY)


def test_what_has_not_begun_never_does_when_it_is_taken_away(world, newcomer):
    now = clock.now()
    held = commands.grant(
        world.administrator, world.commune, user=newcomer, role=Role.OFFICER, start_at=now + DAY, now=now
    )

    commands.withdraw(world.administrator, held, now=now)

    assert not queries.scope_for(newcomer, now=now + 2 * DAY).holds("bulletins.write")
    assert kept(pk=held.pk).exists()


def test_a_second_right_over_a_part_of_the_time_is_refused(world, newcomer):
    now = clock.now()
    commands.grant(world.administrator, world.commune, user=newcomer, role=Role.OFFICER, end_at=now + DAY, now=now)

    with pytest.raises(AlreadyHeld):
        commands.grant(world.administrator, world.commune, user=newcomer, role=Role.OFFICER, now=now)
    assert kept(user=newcomer).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM orgs_grant WHERE id = %s",
        "UPDATE orgs_grant SET role = 'administrator' WHERE id = %s",
        "UPDATE orgs_grant SET reason = 'khác' WHERE id = %s",
        "UPDATE orgs_grant SET during = tstzrange('2001-01-01', NULL) WHERE id = %s",
    ],
)
def test_the_database_keeps_a_grant_as_it_was_given(world, change):
    held = kept(user=world.officer_user).get()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [held.pk])


def test_a_right_that_ended_since_the_request_began_is_refused_at_the_moment_of_effect(world):
    loaded = queries.scope_for(world.administrator_user)
    other = make_user("quantri2", "Vũ Văn Hai", unit=world.province, role=Role.ADMINISTRATOR)
    commands.withdraw(queries.scope_for(other), kept(user=world.administrator_user).get(), now=clock.now())

    assert loaded.can("orgs.administer", world.commune.path)
    with pytest.raises((Denied, NotFound)):
        commands.grant(loaded, world.commune, user=world.monitor_user, role=Role.OFFICER)


def test_a_lent_right_cannot_be_extended(world):
    now = clock.now()
    deputy = make_user("phochutich", "Phó Thị Chủ", unit=world.commune)
    lent = commands.delegate(
        world.leader, kept(user=world.leader_user).get(), to=deputy, until=now + DAY, reason="họp", now=now
    )

    with pytest.raises(NotLendable):
        commands.extend(world.administrator, lent, until=now + 2 * DAY, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_do_not_make_one_person_writer_and_approver(world):
    user = make_user("haivai", "Lý Hai Vai", unit=world.commune)
    second = make_user("quantri2", "Vũ Văn Hai", unit=world.province, role=Role.ADMINISTRATOR)
    scopes = {Role.OFFICER: world.administrator, Role.LEADER: queries.scope_for(second, is_fresh=True)}
    start, refused = threading.Barrier(2), []

    def give(role):
        start.wait()
        try:
            commands.grant(scopes[role], world.commune, user=user, role=role)
        except TwoDuties:
            refused.append(role)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[role]) for role in scopes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert kept(user=user).count() == 1
