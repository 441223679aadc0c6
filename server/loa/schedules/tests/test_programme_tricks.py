"""What somebody may try with an entry so that it wakes people whom the approver was never told of."""

from datetime import timedelta

import pytest

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.schedules import programme, tasks
from loa.schedules.models import Entry, Occurrence
from loa.schedules.refusals import QuietHours
from loa.schedules.tests.programme_making import TODAY, approved, local, make_entry, make_words, written

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clusters(world):
    return make_devices(world.commune)


def held(entry):
    found = Occurrence.objects.unscoped("test").filter(entry=entry, state="held").order_by("day")
    return list(found.values_list("day", "reason"))


def test_a_day_moved_into_the_night_beyond_the_preview_is_held_back(world):
    far = TODAY + 8 * DAY

    entry = make_entry(world, moves={far: local("03:15", on=far)})

    assert held(entry) == [(far, QuietHours.code)]
    assert not Occurrence.objects.unscoped("test").filter(entry=entry, day=far, state="planned").exists()


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
