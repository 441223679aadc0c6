"""Entries that break hour rules: a reason, a right, a record, for this version and for these rules alone."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.bulletins.tests.making import NOW
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.kernel.errors import FreshFactorNeeded
from loa.schedules import commands, laid, planning, previewing, programme, rule_preview
from loa.schedules.models import EntryVersion, HoursOverride
from loa.schedules.refusals import HoursBroken, QuietHours, ReasonTooLong
from loa.schedules.rules.entries import HORIZON_DAYS
from loa.schedules.rules.hours import Window
from loa.schedules.tests.hour_rules import EVENING, MORNING, every_day, lay_down, propose
from loa.schedules.tests.programme_making import (
    TODAY,
    approved,
    changed,
    handed_in,
    held_back,
    local,
    make_entry,
    make_words,
    on_plan,
    unrolled,
    wish,
    written,
)

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NOON, WHY = time(12, 0), "Chợ phiên họp buổi trưa"
NINE = [f"{TODAY + count * DAY:%d/%m} 12:00" for count in range(HORIZON_DAYS)]


@pytest.fixture(autouse=True)
def hours_hold(world):
    make_devices(world.commune)
    return lay_down(world, windows=every_day(MORNING, EVENING))


def at_noon(world, **about):
    return written(world, make_words(world), at=NOON, **about)


def approve(world, there, **about):
    scope = about.pop("scope", world.leader)
    return commands.approve_entry(scope, there.entry, number=there.number, sha256=there.sha256, now=NOW, **about)


def airings():
    return Airing.objects.unscoped("test").filter(state__in=["planned", "released"]).order_by("start_at")


# a reason, a right, a record


def test_who_hands_in_says_why_and_who_approves_sets_the_rules_aside(world):
    version = at_noon(world)
    with pytest.raises(HoursBroken, match="Xã Tam Hồng"):
        handed_in(world, version)

    there = handed_in(world, version, override=WHY)
    assert (there.override_reason, there.overridden) == (WHY, [])
    with pytest.raises(HoursBroken):
        approve(world, there)
    approve(world, there, override="  Chợ  phiên ")
    unrolled(now=NOW)

    (kept,) = laid.overrides(world.leader)
    assert (kept.source, kept.broken, kept.reason, kept.by) == (
        f"entry_version:{version.pk}", ["window"], "Chợ phiên", world.leader_user,
    )  # fmt: skip
    assert on_plan(version.entry) == NINE
    assert {one.exception for one in airings()} == {"Chợ phiên"}


def test_rules_that_came_in_between_are_set_aside_by_who_approves(world):
    there = handed_in(world, written(world, make_words(world), at=time(17, 0)))
    lay_down(world, windows=every_day(MORNING), first=TODAY + DAY)

    with pytest.raises(HoursBroken):
        approve(world, there)

    assert approve(world, there, override=WHY).overridden == ["window 330-420"]


def test_without_the_right_or_a_fresh_factor_nobody_sets_rules_aside(world):
    there = handed_in(world, at_noon(world), override=WHY)
    without = {code: paths for code, paths in world.leader.grants.items() if code != "schedules.override"}

    with pytest.raises(HoursBroken):
        approve(world, there, override=WHY, scope=replace(world.leader, grants=without, as_of=None))
    with pytest.raises(FreshFactorNeeded):
        approve(world, there, override=WHY, scope=replace(world.leader, is_fresh=False))

    assert not HoursOverride.objects.unscoped("test").exists()


def test_a_reason_is_not_endless(world):
    with pytest.raises(ReasonTooLong):
        handed_in(world, at_noon(world), override="x" * 301)


def test_a_reason_wakes_nobody(world):
    version = written(world, make_words(world), at=time(3, 15))

    with pytest.raises(QuietHours):
        handed_in(world, version, override=WHY)
    there = handed_in(world, version, override=WHY, confirmed=True)
    with pytest.raises(QuietHours):
        approve(world, there, override=WHY)
    approve(world, there, override=WHY, wakes=3)

    kept = HoursOverride.objects.unscoped("test").get()
    assert (kept.broken, kept.wakes, kept.reason) == (["quiet", "window"], 3, WHY)


def test_the_database_wants_the_record_of_it(world):
    there = handed_in(world, at_noon(world), override=WHY)

    with pytest.raises(IntegrityError, match="with a reason"), transaction.atomic():
        EntryVersion.objects.unscoped("test").filter(pk=there.pk).update(
            state="approved", decided_by=world.leader_user, decided_at=NOW, overridden=["window 330-420,990-1080"]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.unscoped("test").filter(pk=approve(world, there, override=WHY).pk).update(overridden=[])


def test_a_day_that_was_moved_out_of_the_hours_needs_a_reason_too(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)
    moved = {TODAY + DAY: local("12:00", on=TODAY + DAY)}
    version = commands.rewrite(world.officer, entry, wish=wish(bulletin, moves=moved), now=NOW)
    with pytest.raises(HoursBroken):
        handed_in(world, version)

    approved(world, version, override=WHY)
    unrolled(now=NOW)

    assert on_plan(entry)[1] == f"{TODAY + DAY:%d/%m} 12:00"
    assert [one.exception for one in airings()][:3] == ["", WHY, ""]


def test_a_copied_week_does_not_take_the_reason_along(world):
    entry = make_entry(world, make_words(world), at=NOON, rule="", start_on=TODAY + DAY, override=WHY)
    (draft,) = commands.copy_week(world.officer, world.commune, first=TODAY, to_first=TODAY + WEEK, now=NOW)

    assert (draft.override_reason, draft.overridden) == ("", [])
    with pytest.raises(HoursBroken):
        handed_in(world, draft)
    approved(world, programme.versions(entry)[0], override="Chợ phiên tuần sau")
    assert EntryVersion.objects.unscoped("test").get(pk=draft.pk).overridden == ["window 330-420,990-1080"]


# withdrawn when the rule or the entry changes


def test_another_version_needs_a_reason_of_its_own(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin, at=NOON, override=WHY)

    version = commands.rewrite(world.officer, entry, wish=wish(bulletin, at=time(12, 30)), now=NOW)
    with pytest.raises(HoursBroken):
        handed_in(world, version)
    changed(world, entry, bulletin, at=NOON, override="Lý do khác")

    assert on_plan(entry) == NINE
    assert {one.exception for one in airings()} == {"Lý do khác"}


def test_other_hours_take_it_off_the_plan_at_once_and_the_days_say_why(world):
    entry = make_entry(world, at=NOON, override=WHY)

    lay_down(world, windows=every_day(MORNING), first=TODAY + 3 * DAY)
    unrolled(now=NOW)

    assert on_plan(entry) == NINE[:3]
    assert held_back(entry) == [(at, "override_over") for at in NINE[3:]]
    assert airings().count() == 3


def test_hours_that_say_the_same_of_it_leave_it_on_the_plan(world):
    entry = make_entry(world, at=NOON, override=WHY)

    lay_down(world, windows=every_day(MORNING, EVENING), sessions_most=4, first=TODAY + 3 * DAY)
    unrolled(now=NOW)

    assert on_plan(entry) == NINE


def test_hours_that_allow_it_leave_it_on_the_plan(world):
    entry = make_entry(world, at=NOON, override=WHY)

    lay_down(world, windows=every_day(Window(0, 1440)), first=TODAY + 3 * DAY)
    unrolled(now=NOW)

    assert on_plan(entry) == NINE


def test_what_is_about_to_air_is_let_be_by_other_hours(world):
    entry = make_entry(world, at=NOON, override=WHY)
    before = local("11:57")

    lay_down(world, windows=every_day(MORNING), now=before)
    unrolled(now=before)

    assert on_plan(entry) == NINE[:1]


def test_a_special_day_is_not_set_aside_with_the_other_days(world):
    entry = make_entry(world, at=NOON, override=WHY)
    day = TODAY + 2 * DAY

    lay_down(world, windows={}, first=day, last=day, is_special=True, decision="12/QĐ-UBND")
    unrolled(now=NOW)

    assert held_back(entry) == [(f"{day:%d/%m} 12:00", "override_over")]


def test_another_rule_than_those_set_aside_still_holds(world):
    entry = make_entry(world, at=NOON, override=WHY)
    make_entry(world, make_words(world, title="Sáng"), at=time(6, 0), start_on=TODAY + DAY)

    lay_down(world, windows=every_day(MORNING, EVENING), sessions_most=1, first=TODAY + DAY)
    unrolled(now=NOW)

    assert on_plan(entry) == NINE[:1]
    assert {reason for _at, reason in held_back(entry)} == {"override_over"}


def test_once_withdrawn_it_comes_again_by_a_new_decision(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin, at=NOON, override=WHY)
    lay_down(world, windows=every_day(MORNING), first=TODAY + DAY)
    unrolled(now=NOW)

    changed(world, entry, bulletin, at=NOON, override="Vẫn cần")

    assert on_plan(entry) == NINE
    assert HoursOverride.objects.unscoped("test").count() == 2


def test_whoever_lays_new_hours_down_is_told_what_leaves_the_plan(world):
    make_entry(world, at=NOON, override=WHY)
    same = propose(world, windows=every_day(MORNING, EVENING), sessions_most=4)
    other = propose(world, windows=every_day(MORNING))

    assert rule_preview.preview(same, now=NOW).lines == []
    lines = rule_preview.preview(other, now=NOW).lines
    assert len(lines) == 7
    assert all(one.leaves for one in lines)


# where it shows


def test_the_preview_names_who_let_it_break_the_rules_and_why(world):
    make_entry(world, at=NOON, override=WHY)
    make_entry(world, make_words(world, title="Đúng giờ"))

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[1].lines

    assert [one.decided for one in lines] == [
        f"Phát trái quy định giờ phát (ngoài giờ phát) theo quyết định của Lê Thị Lãnh: {WHY}",
        "",
    ]


def test_the_preview_names_it_also_before_the_clock_came(world):
    approved(world, at_noon(world), override=WHY)

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[1].lines

    assert [WHY in one.decided for one in lines] == [True]


def test_who_woke_people_is_named_too(world):
    night = written(world, make_words(world), at=time(3, 15))
    approved(world, night, override=WHY, confirmed=True, wakes=3)
    unrolled(now=NOW)

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[1].lines

    assert "giờ nghỉ, ngoài giờ phát" in lines[0].decided


def test_leaders_may_set_rules_aside_and_officers_may_not(world):
    version = at_noon(world)

    assert planning.may_override(world.leader, version)
    assert not planning.may_override(world.officer, version)
