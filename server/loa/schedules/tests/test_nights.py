"""Quiet hours that would go: told in minutes to who decides, and never those of the middle of the night."""

from datetime import time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.schedules import commands, hours, laid, nights, refusals, rule_preview
from loa.schedules.models import HourRule
from loa.schedules.night_refusals import NightsShorter
from loa.schedules.rules import nights as pure
from loa.schedules.rules.hours import Window
from loa.schedules.rules.nights import CORE, Night
from loa.schedules.tests.hour_rules import TODAY, every_day, lay_down, propose
from loa.schedules.tests.programme_making import local, make_words
from loa.schedules.tests.sending import chief_of

DAY = timedelta(days=1)
ALL_DAY = every_day(Window(0, 1440))


def night_of(unit, day=TODAY):
    rule = hours.rule_of(unit, day)
    return rule.quiet_from, rule.quiet_until


def by_province(world, *, leader=None, **about):
    return lay_down(
        world, unit=world.province, by=world.province_editor, leader=leader or chief_of(world), windows=ALL_DAY, **about
    )


@pytest.mark.parametrize(
    ("start", "end", "lost"),
    [
        (time(4), time(4, 1), 509),
        (time(21), time(5, 30), 0),
        (time(20), time(6), 0),
        (time(22), time(6, 30), 60),
        (time(6), time(7), 510),
        (time(12), time(13), 510),
    ],
)
def test_what_a_night_loses_is_counted_in_minutes(start, end, lost):
    assert pure.lost(Night(start=time(21), end=time(5, 30)), Night(start=start, end=end)) == lost


@pytest.mark.parametrize(("start", "end"), [(time(4), time(4, 1)), (time(23, 1), time(6)), (time(20), time(4, 29))])
def test_no_unit_below_the_province_takes_quiet_from_the_middle_of_the_night(world, start, end):
    with pytest.raises(refusals.RuleRefused, match="23:00"):
        propose(world, windows=ALL_DAY, quiet_from=start, quiet_until=end)

    assert propose(world, windows=ALL_DAY, quiet_from=time(23), quiet_until=time(4, 30)).state == "proposed"


def test_the_middle_of_the_night_stays_quiet_where_older_hours_say_otherwise(world):
    HourRule.objects.create(
        unit=world.commune, during=DateRange(TODAY - DAY, None), is_special=False, is_limit=True, windows={},
        quiet_from=time(4), quiet_until=time(4, 1), state="in_force", proposed_by=world.officer_user, proposed_at=NOW,
        decided_by=world.leader_user, decided_at=NOW,
    )  # fmt: skip

    assert night_of(world.commune) == night_of(world.hamlet) == (CORE.start, CORE.end)


def test_a_unit_follows_its_province_as_far_as_that_goes(world):
    by_province(world, quiet_from=time(0), quiet_until=time(4), loses=270)

    with pytest.raises(refusals.RuleRefused, match="00:00"):
        propose(world, windows=ALL_DAY, quiet_from=time(1), quiet_until=time(5))
    lay_down(world, windows=ALL_DAY, quiet_from=time(22), quiet_until=time(4))

    assert night_of(world.province) == (time(0), time(4))
    assert night_of(world.commune) == (time(22), time(4))


def test_when_the_province_takes_its_word_back_the_night_is_quiet_again_below(world):
    chief = chief_of(world)
    by_province(world, leader=chief, quiet_from=time(0), quiet_until=time(4), loses=270, is_limit=False)
    lay_down(world, windows=ALL_DAY, quiet_from=time(0), quiet_until=time(4))
    assert night_of(world.commune) == (time(0), time(4))

    by_province(world, leader=chief, first=TODAY + DAY, quiet_from=time(21), quiet_until=time(5, 30), is_limit=False)

    assert night_of(world.commune, TODAY + DAY) == (CORE.start, CORE.end)
    assert laid.laid([world.commune.path], first=TODAY, last=TODAY).core(world.commune.path, TODAY) == Night(
        start=time(0), end=time(4)
    )


@pytest.mark.parametrize("loses", [None, 0, 149])
def test_who_decides_agrees_to_the_minutes_of_quiet_that_are_lost(world, loses):
    rule = propose(world, windows=ALL_DAY, quiet_from=time(22, 30), quiet_until=time(4, 30))
    digest = rule_preview.preview(rule, now=NOW).digest

    with pytest.raises(NightsShorter, match="8 giờ 30 phút còn 6 giờ"):
        commands.lay_down_hours(world.leader, rule, preview=digest, loses=loses, now=NOW)

    laid_down = commands.lay_down_hours(world.leader, rule, preview=digest, loses=150, now=NOW)
    assert laid_down.state == "in_force"
    assert nights.shorter(propose(world, quiet_from=time(22, 30), quiet_until=time(4, 30)), now=NOW) is None


def test_a_night_as_long_that_leaves_out_a_part_is_told_too(world):
    rule = propose(world, quiet_from=time(22), quiet_until=time(6, 30))

    told = nights.shorter(rule, now=NOW)

    assert told is not None
    assert (told.lost, "1 giờ" in told.sentence) == (60, True)


def test_a_special_day_does_not_hide_what_lasting_hours_take(world):
    lay_down(world, windows=ALL_DAY, is_special=True, decision="12/QĐ", last=TODAY + DAY)

    told = nights.shorter(propose(world, quiet_from=time(23), quiet_until=time(4, 30)), now=NOW)

    assert told is not None
    assert told.lost == 180


def test_a_limit_from_above_keeps_what_a_proposal_would_take(world):
    by_province(world, quiet_from=time(21), quiet_until=time(5, 30))

    assert nights.shorter(propose(world, quiet_from=time(23), quiet_until=time(4, 30)), now=NOW) is None


def test_nobody_alone_airs_at_a_quarter_past_three(world):
    make_devices(world.commune)
    lay_down(world, windows=ALL_DAY, quiet_from=time(23), quiet_until=time(4, 30), loses=180)
    night = local("03:15", on=TODAY + DAY)

    slot = commands.air(
        world.leader, make_words(world), unit=world.commune, start_at=night, device_ids=None, wakes=3, now=NOW
    )

    assert (slot.state, slot.airing) == ("waiting", None)
