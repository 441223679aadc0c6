"""Overdue faults are told: to who mends them and who stands above, once, a day later once again, and never twice."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.accounts.models import User
from loa.devices import commands, faults, overdue, reminders, repairs, tasks
from loa.devices.models import BridgeStatus, Device, Reminder
from loa.devices.tests.conftest import make_unit
from loa.devices.ticket_keeping import TicketKeeper
from loa.kernel.errors import Denied
from loa.orgs import queries as orgs
from loa.orgs.models import Grant
from loa.orgs.rules import Level, Role
from loa.orgs.tests.world import LONG_HELD, make_user

HOUR = timedelta(hours=1)
DUE = faults.DUE[faults.Cause.NOISE]


@pytest.fixture
def people(world):
    """A technician and an officer of the commune, a technician of the province, and one of elsewhere."""
    return {
        "mender": make_user("sua", "Trần Văn Sửa", unit=world.commune, role=Role.TECHNICIAN),
        "officer": make_user("canbo", "Lê Thị Cán", unit=world.commune, role=Role.OFFICER),
        "above": make_user("tren", "Hoàng Văn Kỹ", unit=world.province, role=Role.TECHNICIAN),
        "monitor": make_user("giamsat", "Phạm Văn Giám", unit=world.province, role=Role.MONITOR),
        "stranger": make_user("la", "Bùi Thị Ngoại", unit=world.elsewhere, role=Role.TECHNICIAN),
    }


@pytest.fixture
def ticket(world, people, now):
    (device,), _ = world.enrolled()
    BridgeStatus.objects.create(started_at=now, seen_at=now + timedelta(days=9))
    made = commands.report(world.officer, device, cause="noise", words="Loa rít", now=now)
    return commands.assign(world.officer, made, user_id=people["mender"].pk, now=now)


def turn(at):
    """Let the clock do at a moment what it does about faults."""
    Device.objects.unscoped("test").update(seen_at=at, connected=True)
    tasks.look_after(now=at)
    return tasks.remind(now=at)


def told():
    rows = Reminder.objects.unscoped("test").order_by("round", "user__username")
    return [(row.user.username, row.round, row.reason) for row in rows.select_related("user")]


def test_who_mends_it_and_who_stands_above_are_told_once_it_is_overdue_and_not_before(ticket, now):
    assert turn(now + DUE - HOUR) == 0

    assert turn(now + DUE + HOUR) == 2
    assert turn(now + DUE + 2 * HOUR) == 0
    assert told() == [("sua", 1, "mends"), ("tren", 1, "above")]


def test_they_are_told_again_a_day_later_and_never_after_that(ticket, now):
    for hours in (5, 6, 27, 29, 30, 60, 24 * 9):
        turn(now + hours * HOUR)

    assert told() == [("sua", 1, "mends"), ("tren", 1, "above"), ("sua", 2, "mends"), ("tren", 2, "above")]
    assert Reminder.objects.unscoped("test").get(user__username="sua", round=2).noted_at == now + 29 * HOUR


def test_what_was_closed_in_the_meantime_is_told_to_nobody(world, ticket, now):
    at = now + DUE + HOUR
    due = overdue.due(now=at)
    Device.objects.unscoped("test").update(seen_at=at, connected=True)
    commands.tend(world.system, world.province, found=[], gone=[ticket.pk], further={}, now=at)

    assert commands.remind(world.system, world.province, due=due, now=at) == 0
    assert (len(due), told()) == (1, [])


def test_a_fault_in_nobodys_hands_is_told_to_those_nearest_to_it(world, people, ticket, now):
    commands.assign(world.officer, ticket, user_id=None, now=now)

    turn(now + DUE + HOUR)

    assert told() == [("canbo", 1, "near"), ("sua", 1, "near"), ("tren", 1, "above")]


def test_without_anybody_at_its_hamlet_or_commune_it_is_told_further_up(world, people, now):
    hamlet = make_unit("08710.01", "Thôn Một", Level.HAMLET, world.other)
    (device,), _ = world.enrolled(unit=hamlet)
    commands.report(world.system, device, cause="noise", words="Loa rít", now=now)

    turn(now + DUE + HOUR)

    assert told() == [("tren", 1, "near")]


def test_what_was_in_the_hands_of_somebody_who_left_is_told_to_who_is_there(people, ticket, now):
    User.objects.filter(pk=people["mender"].pk).update(is_active=False)

    turn(now + DUE + HOUR)

    assert told() == [("canbo", 1, "near"), ("tren", 1, "above")]


def test_whoever_takes_over_from_a_leaver_is_told_at_once_and_the_others_not_again(people, ticket, now):
    turn(now + DUE + HOUR)
    TicketKeeper().hand_on(people["mender"].pk, people["officer"].pk, now=now + DUE + 2 * HOUR)

    turn(now + DUE + 3 * HOUR)

    assert told() == [("canbo", 1, "mends"), ("sua", 1, "mends"), ("tren", 1, "above")]


def test_a_right_for_one_device_or_for_units_elsewhere_makes_nobody_the_one_to_be_told(world, people, now):
    (other,), _ = world.enrolled(unit=world.other)
    Grant.objects.create(
        user=make_user("motcum", "Vũ Văn Một", unit=world.other), role_id=Role.TECHNICIAN.value, unit=world.other,
        device_id=other.pk, during=LONG_HELD, granted_at=LONG_HELD.lower,
    )  # fmt: skip
    commands.report(world.system, other, cause="noise", words="Loa rít", now=now)

    turn(now + DUE + HOUR)

    assert told() == [("tren", 1, "near")]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_tell_everybody_once(world, people, now):
    (device,), _ = world.enrolled()
    for cause in ("noise", "power", "silent"):
        commands.report(world.officer, device, cause=cause, words="Hỏng", now=now)
    at, both, counts = now + 27 * HOUR, threading.Barrier(2), []
    Device.objects.unscoped("test").update(seen_at=at, connected=True)
    tasks.look_after(now=at)

    def tell():
        try:
            both.wait()
            counts.append(tasks.remind(now=at))
        finally:
            connection.close()

    clocks = [threading.Thread(target=tell) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sorted(counts) == [0, 9]
    assert Counter(told()) == {("canbo", 1, "near"): 3, ("sua", 1, "near"): 3, ("tren", 1, "above"): 3}


def test_a_person_finds_what_they_were_told_until_it_is_mended_and_opening_it_makes_it_old(world, people, ticket, now):
    turn(now + DUE + HOUR)
    mender, above = orgs.scope_for(people["mender"], now=now), orgs.scope_for(people["above"], now=now)

    ((mine,), more), (others, _) = (
        reminders.told(mender, is_mine=True, most=5), reminders.told(mender, is_mine=False, most=5),
    )  # fmt: skip
    assert (mine.ticket, mine.is_new, mine.times, more, others) == (ticket, True, 1, 0, [])
    assert commands.see(mender, ticket, now=now + DUE + 2 * HOUR) == 1
    assert commands.see(mender, ticket, now=now + DUE + 2 * HOUR) == 0
    assert [one.is_new for one in reminders.told(mender, is_mine=True, most=5)[0]] == [False]
    assert [one.is_new for one in reminders.told(above, is_mine=False, most=5)[0]] == [True]
    turn(now + DUE + 26 * HOUR)
    assert [(one.is_new, one.times) for one in reminders.told(mender, is_mine=True, most=5)[0]] == [(True, 2)]


def test_who_may_no_longer_see_the_place_finds_nothing_of_it(people, ticket, now):
    turn(now + DUE + HOUR)
    Grant.objects.unscoped("test").filter(user=people["above"]).update(during=(LONG_HELD.lower, now))

    assert reminders.told(orgs.scope_for(people["above"], now=now), is_mine=False, most=5) == ([], 0)


def test_more_than_a_page_shows_are_counted(world, people, now):
    devices, _ = world.enrolled(count=4)
    for device in devices:
        commands.report(world.officer, device, cause="noise", words="Loa rít", now=now)
    turn(now + DUE + HOUR)

    shown, more = reminders.told(orgs.scope_for(people["above"], now=now), is_mine=False, most=3)

    assert (len(shown), more) == (3, 1)


def test_what_is_overdue_comes_first_in_lists(world, ticket, now):
    later = commands.report(world.officer, ticket.device, cause="other", words="Lạ", now=now - HOUR)

    assert list(repairs.visible(world.leader).filter(closed_at=None)) == [ticket, later]
    assert (ticket.due_at < now + 5 * HOUR < later.due_at, ticket.opened_at > later.opened_at) == (True, True)


def test_who_was_told_stands_and_nobody_is_told_of_what_is_not_overdue(people, ticket, now):
    early = Reminder(ticket=ticket, user=people["officer"], round=1, reason="near", noted_at=now)
    with pytest.raises(DatabaseError, match="not overdue"), transaction.atomic():
        early.save()
    turn(now + DUE + HOUR)
    row = Reminder.objects.unscoped("test").filter(user=people["mender"])

    for change in ({"round": 2}, {"user_id": people["officer"].pk}, {"noted_at": now}):
        with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
            row.update(**change)
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        row.delete()
    row.update(seen_at=now + DUE + 2 * HOUR)
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        row.update(seen_at=None)


def test_remind_is_for_programs_only_and_a_stranger_sees_nothing(world, people, ticket, now):
    with pytest.raises(Denied):
        commands.remind(orgs.scope_for(people["mender"], now=now), world.commune, due=[], now=now)
