"""What somebody may try with an entry so that it wakes people whom the approver was never told of."""

from datetime import time, timedelta

import pytest

from loa.bulletins.tests.making import NOW
from loa.dispatch.models import AiringTarget
from loa.dispatch.tests.making import make_devices
from loa.orgs import commands as orgs
from loa.schedules import commands, entry_nights, planning, programme, tasks
from loa.schedules.entry_nights import Nights
from loa.schedules.models import Entry, Occurrence
from loa.schedules.refusals import QuietHours
from loa.schedules.rules.hours import Window
from loa.schedules.tests.hour_rules import every_day, lay_down
from loa.schedules.tests.programme_making import TODAY, approved, handed_in, local, make_entry, make_words, written

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clusters(world):
    return make_devices(world.commune)


def held(entry):
    found = Occurrence.objects.unscoped("test").filter(entry=entry, state="held").order_by("day")
    return list(found.values_list("day", "reason"))


def test_a_day_moved_into_the_night_beyond_the_preview_is_asked_about(world):
    far = TODAY + 20 * DAY
    night = local("03:15", on=far)
    version = written(world, make_words(world), moves={far: night})
    with pytest.raises(QuietHours):
        handed_in(world, version)

    assert entry_nights.ahead(version, now=NOW) == Nights(count=3, each=None, moved=[night])
    agreed = approved(world, version, wakes=3, confirmed=True)

    assert (agreed.wakes, agreed.wakes_at) == (3, [time(3, 15)])


def test_a_word_for_a_harmless_evening_covers_no_night(world):
    far = TODAY + 20 * DAY
    evening = {"at": time(20, 50), "frame": timedelta(minutes=15)}
    version = written(world, make_words(world), **evening, moves={far: local("03:15", on=far)})
    assert entry_nights.ahead(version, now=NOW) == Nights(count=3, each=time(20, 50), moved=[local("03:15", on=far)])
    alone = written(world, make_words(world, title="Khác"), **evening)

    agreed = approved(world, alone, wakes=3, confirmed=True)

    assert entry_nights.agreed(agreed, local("20:50", on=far)) == 3
    assert entry_nights.agreed(agreed, local("03:15", on=far)) is None


def test_hours_that_turn_quiet_later_hold_back_what_was_agreed_to_for_another_time(world):
    moved = TODAY + DAY
    version = written(world, make_words(world), moves={moved: local("03:15", on=moved)})
    approved(world, version, wakes=3, confirmed=True)
    all_day = every_day(Window(0, 1440))
    lay_down(world, windows=all_day, quiet_from=time(16, 0), quiet_until=time(5, 30))

    tasks.unroll(now=NOW)

    entry = Entry.objects.unscoped("test").get(pk=version.entry_id)
    planned = Occurrence.objects.unscoped("test").filter(entry=entry, state="planned")
    assert {one.day for one in planned} == {moved}
    assert {reason for _day, reason in held(entry)} == {QuietHours.code}


def test_stations_are_counted_together_when_people_are_woken(world):
    other = orgs.add_hamlet(world.system, world.commune, name="Thôn Khác", code="99001", latitude=21.3, longitude=105.5)
    make_devices(other, count=2)
    make_devices(world.hamlet, count=2)
    version = written(world, make_words(world), at=time(3, 15), stations=[world.hamlet, other])
    there = handed_in(world, version, confirmed=True)
    about = {"number": there.number, "sha256": there.sha256, "now": NOW}

    assert entry_nights.ahead(version, now=NOW).count == 4
    with pytest.raises(QuietHours):
        commands.approve_entry(world.leader, there.entry, wakes=2, **about)
    assert commands.approve_entry(world.leader, there.entry, wakes=4, **about).wakes == 4


def test_a_cluster_that_came_after_the_night_was_planned_is_not_woken(world):
    version = written(world, make_words(world), at=local("03:15").time(), start_on=TODAY + DAY)
    approved(world, version, wakes=3, confirmed=True)
    tasks.unroll(now=NOW)
    (newcomer,) = make_devices(world.hamlet, count=1)

    for later in (NOW, NOW + DAY / 24):
        planning.look_again([version.entry_id])
        tasks.unroll(now=later)

    assert not AiringTarget.objects.unscoped("test").filter(device_id=newcomer.pk).exists()
    entry = Entry.objects.unscoped("test").get(pk=version.entry_id)
    assert {reason for _day, reason in held(entry)} == {QuietHours.code}


def test_a_night_that_the_preview_does_not_reach_is_asked_for_all_the_same(world):
    with pytest.raises(QuietHours):
        make_entry(world, at=local("03:15").time(), rule="FREQ=MONTHLY;BYMONTHDAY=1")


def test_a_cluster_that_came_after_the_approval_is_not_woken_with_the_others(world):
    version = written(world, make_words(world), at=local("04:45").time(), start_on=TODAY + DAY)
    approved(world, version, wakes=3, confirmed=True)
    make_devices(world.hamlet, count=1)

    tasks.unroll(now=NOW)

    entry = Entry.objects.unscoped("test").get(pk=version.entry_id)
    assert {reason for _day, reason in held(entry)} == {QuietHours.code}


def test_who_judges_an_entry_reads_its_next_times_with_the_days_that_are_moved(world):
    day, to = TODAY + 5 * DAY, local("18:30", on=TODAY + 5 * DAY)
    version = written(world, make_words(world), rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", moves={day: to})

    assert programme.next_times(version, now=NOW)[:2] == [to, local("17:00", on=day + 14 * DAY)]
    assert programme.moves_ahead(version, now=NOW) == [(day, to)]
