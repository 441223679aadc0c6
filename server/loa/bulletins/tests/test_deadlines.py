from datetime import datetime, timedelta

import pytest

from loa.bulletins import commands, queries, rules, tasks
from loa.bulletins.models import Reminder, Step
from loa.bulletins.rules import ZONE, Asks, Who
from loa.bulletins.tests.making import A_MINUTE, HEARD, NOW, make_bulletin, make_submitted
from loa.bulletins.tests.test_steps import make_flow
from loa.kernel.errors import Denied, NotFound
from loa.kernel.models import OutboxEntry
from loa.orgs import queries as orgs
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

HOUR = timedelta(hours=1)


def is_weekend(day):
    return day.weekday() >= 5


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("begun", "hours", "due"),
    [
        ("2026-11-23T08:00", 4, "2026-11-23T12:00"),  # a Monday
        ("2026-11-23T16:00", 4, "2026-11-24T10:30"),
        ("2026-11-23T05:00", 1, "2026-11-23T08:30"),
        ("2026-11-23T20:00", 1, "2026-11-24T08:30"),
        ("2026-11-27T16:00", 4, "2026-11-30T10:30"),  # over a weekend
        ("2026-11-28T10:00", 1, "2026-11-30T08:30"),
        ("2026-11-23T07:30", 19, "2026-11-24T17:00"),
    ],
)
def test_only_working_hours_count(begun, hours, due):
    assert rules.due_at(at(begun), hours=hours, is_off=is_weekend) == at(due)


def test_a_day_off_is_passed_over():
    day = at("2026-11-24T00:00").date()

    due = rules.due_at(at("2026-11-23T16:00"), hours=4, is_off=lambda on: is_weekend(on) or on == day)

    assert due == at("2026-11-25T10:30")


def step_of(bulletin):
    return Step.objects.unscoped("test").get(revision=bulletin.current_id, decision=None, begun_at__isnull=False)


def kinds():
    return list(Reminder.objects.unscoped("test").order_by("pk").values_list("kind", flat=True))


def test_a_step_is_reminded_of_once_at_half_time_and_once_when_it_is_over(world):
    make_flow(world, rules.Ask(hours=4))
    make_submitted(world)

    assert tasks.remind(now=NOW + HOUR) == 0
    assert tasks.remind(now=NOW + 2 * HOUR) == 1
    assert tasks.remind(now=NOW + 3 * HOUR) == 0
    assert tasks.remind(now=NOW + 4 * HOUR) == 1
    assert tasks.remind(now=NOW + 9 * HOUR) == 0
    assert kinds() == ["half", "overdue"]
    assert OutboxEntry.objects.filter(name="bulletins.reminded").count() == 2


def test_the_next_step_has_its_own_time_from_when_it_begins(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS, hours=1), rules.Ask(hours=2))
    bulletin = make_submitted(world)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + 30 * A_MINUTE)

    assert step_of(bulletin).due_at == NOW + 30 * A_MINUTE + 2 * HOUR


def test_nobody_is_reminded_of_what_was_decided_or_withdrawn(world):
    decided, withdrawn = make_submitted(world), make_submitted(world)
    commands.approve(world.leader, decided, number=1, hearing=HEARD, now=NOW + A_MINUTE)
    commands.withdraw(world.officer, withdrawn, now=NOW + A_MINUTE)

    assert tasks.remind(now=NOW + timedelta(days=9)) == 0


def test_what_waits_is_sorted_by_its_deadline_and_shown_to_those_it_is_for(world):
    make_flow(world, rules.Ask(hours=8))
    long = make_submitted(world)
    make_flow(world, rules.Ask(who=Who.ROLE, role="leader", hours=2), name="Nhanh", starts_on=NOW.date())
    short = make_submitted(world, now=NOW + A_MINUTE)
    above = orgs.scope_for(make_user("huyen", "Mai Văn Huyện", unit=world.district, role=Role.LEADER))

    assert list(queries.waiting_for(world.leader)) == [short, long]
    assert list(queries.waiting_for(above)) == [long]
    told = queries.deadlines([short, long], now=NOW + 2 * HOUR)
    assert [told[one.pk].is_half_over for one in (short, long)] == [True, False]


def test_who_decided_one_step_is_not_asked_for_the_next(world):
    make_flow(world, rules.Ask(asks=Asks.WORDS), rules.Ask())
    bulletin = make_submitted(world)
    deputy = orgs.scope_for(make_user("phochutich", "Phan Thị Phó", unit=world.commune, role=Role.LEADER))
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=NOW + A_MINUTE)

    assert not queries.waiting_for(world.leader).exists()
    assert list(queries.waiting_for(deputy)) == [bulletin]


def test_one_person_finds_their_own_work_only_where_flow_and_deployment_let_them(world, settings):
    make_flow(world, rules.Ask(is_own_allowed=True))
    bulletin = make_bulletin(world, user=world.leader_user)
    commands.submit(world.officer, bulletin, now=NOW)

    settings.LOA_TWO_DUTIES = False
    assert not queries.waiting_for(world.leader).exists()
    settings.LOA_TWO_DUTIES = True
    assert list(queries.waiting_for(world.leader)) == [bulletin]


def test_an_upper_level_sees_what_is_overdue_and_with_whom(world):
    make_flow(world, rules.Ask(hours=4))
    bulletin = make_submitted(world)
    late = NOW + timedelta(days=2)

    (one,) = queries.lying_with(queries.overdue(world.monitor, now=late), now=late)

    assert (one.bulletin, one.is_overdue, list(one.people)) == (bulletin, True, ["Lê Thị Lãnh"])
    assert not queries.overdue(world.monitor, now=NOW)
    assert not queries.overdue(world.outsider, now=late)


def test_only_who_may_approve_there_or_the_clock_notes_a_reminder(world):
    bulletin = make_submitted(world)

    with pytest.raises(Denied):
        commands.remind_of_step(world.officer, bulletin, step=step_of(bulletin), now=NOW)
    with pytest.raises(NotFound):
        commands.remind_of_step(world.outsider, bulletin, step=step_of(bulletin), now=NOW)
