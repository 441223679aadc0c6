"""Days and numbers nobody ever meant: each is refused with a sentence, at the command and on the page."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.schedules import bound_refusals, commands, rule_preview
from loa.schedules.models import Entry, HourRule
from loa.schedules.refusals import RuleUnfit
from loa.schedules.rules import entries, recurrence
from loa.schedules.rules.recurrence import BadRule, Fault
from loa.schedules.rules.slots import ZONE
from loa.schedules.tests.hour_rules import propose
from loa.schedules.tests.making import asked
from loa.schedules.tests.programme_making import TODAY, local, make_words, written
from loa.schedules.tests.speaking import agree

LUNAR = "RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1"
LAST_OF_ALL = date(9999, 12, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "about",
    [
        {"start_on": date(1899, 1, 1), "rule": LUNAR},
        {"start_on": date(1, 1, 1), "rule": LUNAR},
        {"start_on": date(2101, 12, 31), "from_on": TODAY, "rule": LUNAR},
        {"start_on": LAST_OF_ALL, "from_on": TODAY},
        {"start_on": LAST_OF_ALL, "from_on": TODAY, "rule": ""},
        {"start_on": date(1, 1, 1), "rule": "FREQ=WEEKLY;BYDAY=MO;WKST=SU"},
        {"start_on": date(1990, 1, 1)},
        {"moves": {LAST_OF_ALL: local("17:00")}},
        {"moves": {TODAY: datetime(1, 1, 1, 3, 15, tzinfo=ZONE)}},
        {"extra": [LAST_OF_ALL]},
        {"left_out": [date(1, 1, 1)]},
        {"from_on": LAST_OF_ALL},
    ],
)
def test_an_entry_names_only_days_within_reach(world, about):
    with pytest.raises(bound_refusals.DaysOutOfReach):
        written(world, make_words(world), **about)

    assert not Entry.objects.unscoped("test").exists()


@pytest.mark.parametrize("about", [{"start_on": TODAY - 19 * 366 * DAY}, {"rule": LUNAR}])
def test_a_first_day_of_years_ago_is_within_reach(world, about):
    assert written(world, make_words(world), **about).last_on > TODAY + 9 * 366 * DAY


@pytest.mark.parametrize(
    "about",
    [
        {"start_on": TODAY - 9 * DAY, "rule": "FREQ=DAILY;COUNT=5"},
        {"start_on": TODAY - 9 * DAY, "rule": f"FREQ=DAILY;UNTIL={TODAY - DAY:%Y%m%d}"},
    ],
)
def test_an_entry_whose_last_day_is_over_is_refused_rather_than_silent(world, about):
    with pytest.raises(bound_refusals.NeverHeard):
        written(world, make_words(world), **about)

    assert written(world, make_words(world), extra=[TODAY + DAY], **about).number == 1


def test_a_rule_that_ends_at_the_end_of_the_calendar_is_no_rule(world):
    with pytest.raises(RuleUnfit):
        written(world, make_words(world), rule="FREQ=DAILY;UNTIL=99991231T235959Z")


@pytest.mark.parametrize("start_on", [date(1, 1, 1), date(1899, 1, 1), date(2101, 1, 1), LAST_OF_ALL])
def test_a_lunar_rule_outside_of_the_lunar_calendar_never_comes(start_on):
    with pytest.raises(BadRule) as bad:
        entries.last_day(recurrence.parse(LUNAR), start_on)

    assert bad.value.fault is Fault.NEVER


def test_hours_begin_and_end_within_reach(world):
    for about in ({"first": LAST_OF_ALL}, {"last": LAST_OF_ALL}):
        with pytest.raises(bound_refusals.DaysOutOfReach):
            propose(world, **about)

    assert propose(world, last=TODAY + 300 * DAY).state == "proposed"


def test_hours_proposed_out_of_reach_before_can_still_be_seen_and_declined(world):
    rule = propose(world)
    far = HourRule.objects.create(
        unit=rule.unit, during=DateRange(LAST_OF_ALL, None), is_special=False, is_limit=True, windows={},
        quiet_from=time(21), quiet_until=time(5, 30), state="proposed", proposed_by=rule.proposed_by, proposed_at=NOW,
    )  # fmt: skip

    seen = rule_preview.preview(far, now=NOW)

    with pytest.raises(bound_refusals.DaysOutOfReach):
        commands.lay_down_hours(world.leader, far, preview=seen.digest, now=NOW)
    assert commands.decline_hours(world.leader, far, now=NOW).state == "declined"


@pytest.mark.parametrize("count", [2**31, 10**12, -1])
def test_nobody_agrees_to_more_clusters_than_there_are(world, count):
    make_devices(world.commune)
    bulletin = make_words(world)
    slot = asked(world, bulletin, start_at=NOW + timedelta(hours=7))

    with pytest.raises(bound_refusals.TooManyToWake):
        agree(world, wakes=count)
    with pytest.raises(bound_refusals.TooManyToWake):
        commands.approve_place(world.leader, bulletin, slot_id=slot.pk, wakes=count, now=NOW)

    slot.refresh_from_db()
    assert (slot.state, slot.wakes) == ("waiting", None)
