"""Live speech is bound by hour rules as all else is: a reason by right, a fresh second factor, a row on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loa.dispatch.models import Airing
from loa.dispatch.refusals import AlreadySpeaking
from loa.dispatch.tests.making import make_devices
from loa.kernel.errors import FreshFactorNeeded
from loa.schedules import commands, laid
from loa.schedules.models import HoursOverride
from loa.schedules.overriding import OVERRIDE
from loa.schedules.refusals import HoursBroken, QuietHours
from loa.schedules.tests.hour_rules import EVENING, MORNING, every_day, lay_down
from loa.schedules.tests.programme_making import TODAY, local
from loa.schedules.tests.speaking import agree, make_speech

WHY = "Vỡ đê, phải báo ngay"
NOON = local("12:00")


@pytest.fixture
def hours_hold(world):
    make_devices(world.commune)
    return lay_down(world, windows=every_day(MORNING, EVENING))


def kept():
    return list(
        HoursOverride.objects.unscoped("test").order_by("pk").values_list("source", "broken", "reason", "wakes")
    )


def test_outside_of_the_hours_nobody_speaks_without_saying_why(world, hours_hold):
    for override in ("", "   "):
        with pytest.raises(HoursBroken, match="Xã Tam Hồng"):
            make_speech(world, override=override, now=NOON)

    assert (kept(), Airing.objects.unscoped("test").count()) == ([], 0)


def test_the_reason_stays_on_record_and_stands_at_the_airing(world, hours_hold):
    airing = make_speech(world, override=f" {WHY}  ", now=NOON)

    airing.refresh_from_db()
    assert kept() == [(f"live:{airing.pk}", ["window"], WHY, 10_000)]
    assert (airing.source, airing.exception) == (f"live:{airing.pk}", WHY)
    assert laid.overrides(world.leader).get().by == world.leader_user


def test_a_reason_takes_the_right_to_set_rules_aside_and_a_fresh_second_factor(world, hours_hold):
    grants = {code: roots for code, roots in world.leader.grants.items() if code != OVERRIDE}

    with pytest.raises(HoursBroken):
        make_speech(world, scope=replace(world.leader, grants=grants, as_of=None), override=WHY, now=NOON)
    with pytest.raises(FreshFactorNeeded):
        make_speech(world, scope=replace(world.leader, is_fresh=False), override=WHY, now=NOON)

    assert kept() == []


def test_within_the_hours_nothing_is_asked(world, hours_hold):
    assert make_speech(world, now=local("17:00")).exception == ""
    assert kept() == []


def test_a_speech_is_judged_by_all_the_time_it_may_take(world, hours_hold):
    with pytest.raises(HoursBroken):
        make_speech(world, minutes=30, now=local("17:35"))

    assert make_speech(world, minutes=20, now=local("17:35")).is_live


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ({"windows": {day: [EVENING] for day in range(1, 7)}}, "day"),
        ({"session_minutes": 5}, "length"),
        ({"windows": every_day(EVENING)}, None),
    ],
)
def test_days_without_sound_and_long_sessions_are_asked_about_too(world, about, rule):
    make_devices(world.commune)
    lay_down(world, **{"windows": every_day(MORNING, EVENING)} | about)

    make_speech(world, override=WHY, now=local("17:00"))

    assert [broken for _source, broken, _why, _wakes in kept()] == ([] if rule is None else [[rule]])


def test_a_hamlet_with_hours_of_its_own_is_asked_where_it_is_spoken_to(world, hours_hold):
    make_devices(world.hamlet)
    lay_down(world, unit=world.hamlet, windows=every_day(MORNING))

    with pytest.raises(HoursBroken):
        make_speech(world, units=[world.hamlet], now=local("17:00"))


def test_at_night_outside_of_the_hours_both_words_are_needed(world, hours_hold):
    night = local("03:15", on=TODAY + timedelta(days=1))
    agree(world, wakes=3, now=night)

    with pytest.raises(QuietHours):
        make_speech(world, scope=world.leader, wakes=None, override=WHY, now=night)
    with pytest.raises(HoursBroken):
        make_speech(world, scope=world.leader, wakes=3, now=night)
    airing = make_speech(world, scope=world.leader, wakes=3, override=WHY, now=night)

    assert kept() == [(f"live:{airing.pk}", ["quiet", "window"], WHY, 3)]


def test_a_night_by_two_words_alone_stands_on_record_as_well(world):
    make_devices(world.commune)
    agree(world, wakes=3, now=local("03:15"))

    airing = make_speech(world, scope=world.leader, wakes=3, now=local("03:15"))

    assert kept() == [(f"live:{airing.pk}", ["quiet"], "", 3)]
    assert "3" in airing.exception


def test_a_speech_that_could_not_be_opened_leaves_no_record(world, hours_hold):
    first = make_speech(world, override=WHY, now=NOON)

    with pytest.raises(AlreadySpeaking):
        commands.speak(
            world.leader, world.commune, units=[world.commune], title="Bão", minutes=5, override=WHY,
            requested_by="Lê Thị Mai", now=NOON,
        )  # fmt: skip

    assert [source for source, *_rest in kept()] == [f"live:{first.pk}"]
