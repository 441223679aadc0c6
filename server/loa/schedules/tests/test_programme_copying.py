"""A week that comes again: drafts for what was in it and is not in the other one."""

from datetime import timedelta

import pytest

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.kernel.errors import Denied, NotFound
from loa.schedules import commands, programme, tasks
from loa.schedules.refusals import DaysUnfit, HoldsTooLate
from loa.schedules.tests.programme_making import TODAY, approved, local, make_entry, make_words, on_plan

pytestmark = pytest.mark.django_db
WEEK, DAY = timedelta(days=7), timedelta(days=1)


def copied(world, *, scope=None, to=WEEK, unit=None):
    return commands.copy_week(scope or world.officer, unit or world.commune, first=TODAY, to_first=TODAY + to, now=NOW)


@pytest.fixture(autouse=True)
def clusters(world):
    return make_devices(world.commune)


def test_what_comes_once_comes_once_more(world):
    entry = make_entry(world, rule="", start_on=TODAY + DAY)

    (draft,) = copied(world)
    approved(world, programme.versions(entry)[0])
    tasks.unroll(now=NOW)

    assert (draft.number, draft.extra) == (2, [TODAY + DAY + WEEK])
    assert on_plan(entry) == ["24/11 17:00", "01/12 17:00"]


def test_what_comes_there_anyway_is_left_alone(world):
    make_entry(world)

    assert copied(world) == []


def test_an_entry_with_an_open_version_is_left_to_whoever_writes_it(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin, rule="", start_on=TODAY + DAY)
    copied(world)

    assert copied(world, to=2 * WEEK) == []
    assert len(programme.versions(entry)) == 2


def test_a_week_that_has_begun_is_no_copy_and_days_keep_their_weekday(world):
    for to, refusal in ((-WEEK, HoldsTooLate), (timedelta(), DaysUnfit), (3 * DAY, DaysUnfit)):
        with pytest.raises(refusal):
            copied(world, to=to)


def test_only_who_may_ask_for_airings_there_copies(world):
    with pytest.raises(Denied):
        copied(world, scope=world.leader)
    with pytest.raises(NotFound):
        copied(world, scope=world.other_officer)


def test_the_same_time_is_kept(world):
    make_entry(world, rule="", start_on=TODAY + DAY, at=local("06:10").time())

    (draft,) = copied(world)

    assert draft.at == local("06:10").time()
