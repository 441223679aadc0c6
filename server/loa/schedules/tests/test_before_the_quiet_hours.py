"""What begins shortly before the quiet hours is over when they begin, however late a device takes it up."""

from datetime import time, timedelta

import pytest

from loa.bulletins.tests.making import NOW
from loa.devices import keys
from loa.dispatch import plans, rules
from loa.dispatch.tests.making import make_devices, sent
from loa.schedules import commands, hours
from loa.schedules.rules.hours import Timed, Window
from loa.schedules.tests.hour_rules import every_day, lay_down
from loa.schedules.tests.programme_making import local, make_words
from loa_protocol import player

TWO_MINUTES = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


def aired(world, *, now, start_at=None, wakes=None):
    keys.ensure_box_keys(now=NOW)
    make_devices(world.commune)
    words = make_words(world, duration_ms=120_000)
    return commands.air(
        world.leader, words, unit=world.commune, start_at=start_at, device_ids=None, wakes=wakes, now=now
    )


@pytest.mark.parametrize("at", ["20:57:50", "20:57:58", "20:55:30"])
def test_at_once_before_nine_is_over_at_nine_on_every_device(world, at):
    slot = aired(world, now=local(at))

    planned = plans.planned(slot.airing)
    assert player.last_start(planned) + TWO_MINUTES <= local("21:00:01")
    assert slot.airing.end_at <= local("21:00")
    assert sent()[-1]["airing"]["late_ms"] == slot.airing.late_tolerance_ms


def test_a_time_of_its_own_before_nine_is_over_at_nine_as_well(world):
    slot = aired(world, now=local("19:00"), start_at=local("20:57:30"))

    assert slot.airing.end_at == local("21:00")


def test_what_cannot_be_over_by_nine_wakes_people(world):
    slot = aired(world, now=local("20:57:59"), wakes=3)

    assert (slot.state, slot.airing) == ("waiting", None)


def test_far_from_the_quiet_hours_a_device_may_begin_as_late_as_ever(world):
    by_day = aired(world, now=local("12:00")).airing

    assert by_day.late_tolerance_ms == rules.NOW_TOLERANCE / timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("begins", "late"), [("20:52:00", None), ("20:56:00", 120), ("20:57:59", 1), ("20:58:00", 0), ("20:58:01", None)]
)
def test_how_late_something_may_begin_is_what_is_left_until_the_quiet_hours(world, begins, late):
    item = Timed(key="", start_at=local(begins), end_at=local(begins) + TWO_MINUTES)

    assert hours.late_most(world.commune, item) == (None if late is None else late * SECOND)


def test_the_quiet_hours_of_a_unit_below_count_as_well(world):
    lay_down(world, windows=every_day(Window(0, 1440)), quiet_from=time(20))
    item = Timed(key="", start_at=local("19:56"), end_at=local("19:58"))

    assert hours.late_most(world.province, item) == TWO_MINUTES
    assert hours.late_most(world.other_commune, item) is None
