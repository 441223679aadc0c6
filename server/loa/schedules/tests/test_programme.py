"""Entries of a programme: two people behind each version, and each day an airing once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loa.audit.models import Entry as Act
from loa.bulletins import commands as writing
from loa.bulletins.commands import set_day
from loa.bulletins.rules import Facts
from loa.bulletins.tests.making import NOW
from loa.devices import commands as devices
from loa.dispatch import holding
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.kernel import outbox
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.schedules import commands, programme, tasks
from loa.schedules.models import Entry, EntryVersion, HoursOverride, Occurrence
from loa.schedules.refusals import (
    DaysUnfit,
    EntryChanged,
    HoldsTooLate,
    HoursBroken,
    LongerThanFrame,
    OutsideBulletin,
    OwnEntry,
    QuietHours,
    RuleUnfit,
    StationsUnfit,
    Withdrawn,
    WordsNeeded,
)
from loa.schedules.rules.entries import HORIZON_DAYS
from loa.schedules.rules.slots import ZONE
from loa.schedules.tests.hour_rules import lay_down
from loa.schedules.tests.programme_making import (
    TODAY,
    approved,
    changed,
    handed_in,
    local,
    make_entry,
    make_words,
    on_plan,
    wish,
    written,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NINE = [f"{TODAY + count * DAY:%d/%m} 17:00" for count in range(HORIZON_DAYS)]


@pytest.fixture(autouse=True)
def clusters(world):
    return make_devices(world.commune)


def occurrences(entry):
    return list(Occurrence.objects.unscoped("test").filter(entry=entry).select_related("airing").order_by("start_at"))


def standing():
    return Airing.objects.unscoped("test").filter(state__in=["planned", "released"]).order_by("start_at")


def acts():
    return Act.objects.filter(action="schedules.settle_occurrence").count()


# two people


def test_an_entry_is_on_the_plan_once_a_second_person_approved_it(world):
    entry = make_entry(world)

    assert on_plan(entry) == NINE
    assert {one.state for one in standing()} == {"planned"}


def test_nothing_of_a_draft_or_of_what_waits_is_on_the_plan(world):
    version = written(world, make_words(world))
    assert tasks.unroll(now=NOW) == 0

    handed_in(world, version)

    assert tasks.unroll(now=NOW) == 0
    assert standing().count() == 0


def test_nobody_approves_what_they_wrote_or_handed_in(world):
    there = handed_in(world, written(world, make_words(world)))
    both = replace(world.officer, grants={**world.officer.grants, **world.leader.grants}, as_of=None)

    with pytest.raises(OwnEntry):
        commands.approve_entry(both, there.entry, number=1, sha256=there.sha256, now=NOW)


def test_the_database_wants_a_second_person_too(world):
    there = handed_in(world, written(world, make_words(world)))

    with pytest.raises(IntegrityError, match="another person"), transaction.atomic():
        EntryVersion.objects.unscoped("test").filter(pk=there.pk).update(
            state="approved", decided_by=world.officer_user, decided_at=NOW
        )


@pytest.mark.parametrize("change", ["at = '03:15'", "rule = ''", "state = 'draft'", "title = 'Khác'"])
def test_what_was_handed_in_or_approved_stands(world, change):
    version = approved(world, written(world, make_words(world)))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE schedules_entry_version SET {change} WHERE id = %s", [version.pk])  # noqa: S608 - constants


def test_an_occurrence_needs_an_approved_version(world):
    version = written(world, make_words(world))

    with pytest.raises(IntegrityError, match="only what was approved"), transaction.atomic():
        Occurrence.objects.create(
            id=version.pk, entry=version.entry, version=version, day=TODAY, start_at=NOW, state="held", reason="x",
            settled_at=NOW,
        )  # fmt: skip


def test_an_approval_names_what_was_seen(world):
    there = handed_in(world, written(world, make_words(world)))

    with pytest.raises(EntryChanged):
        commands.approve_entry(world.leader, there.entry, number=1, sha256="0" * 64, now=NOW)


def test_a_day_off_that_is_set_meanwhile_must_be_looked_at_again(world):
    there = handed_in(world, written(world, make_words(world), skips_holidays=True))
    set_day(world.administrator, world.commune, day=TODAY + 2 * DAY, is_off=True, words="Lễ hội làng", now=NOW)

    with pytest.raises(EntryChanged):
        commands.approve_entry(world.leader, there.entry, number=1, sha256=there.sha256, now=NOW)


def test_who_sends_back_says_why_and_the_next_version_goes_its_own_way(world):
    bulletin = make_words(world)
    there = handed_in(world, written(world, bulletin))
    with pytest.raises(WordsNeeded):
        commands.send_entry_back(world.leader, there.entry, number=1, words=" ", now=NOW)

    commands.send_entry_back(world.leader, there.entry, number=1, words="Dời sang buổi sáng.", now=NOW)
    second = commands.rewrite(world.officer, there.entry, wish=wish(bulletin), now=NOW)

    assert second.number == 2
    assert [one.state for one in programme.versions(there.entry)] == ["draft", "returned"]


def test_a_version_that_waits_is_taken_back_before_it_is_changed(world):
    bulletin = make_words(world)
    there = handed_in(world, written(world, bulletin))
    with pytest.raises(WrongState):
        commands.rewrite(world.officer, there.entry, wish=wish(bulletin), now=NOW)

    commands.take_back(world.officer, there.entry, now=NOW)

    assert commands.rewrite(world.officer, there.entry, wish=wish(bulletin), now=NOW).number == 2


# who and where


def test_another_unit_neither_writes_nor_sees_it(world):
    version = written(world, make_words(world))

    with pytest.raises(NotFound):
        commands.rewrite(world.other_officer, version.entry, wish=wish(make_words(world)), now=NOW)
    with pytest.raises(NotFound):
        programme.get(world.outsider, version.entry_id)


def test_who_only_sees_may_not_write(world):
    with pytest.raises(Denied):
        written(world, make_words(world), scope=world.monitor)


def test_a_leader_does_not_write_and_an_officer_does_not_approve(world):
    there = handed_in(world, written(world, make_words(world)))

    with pytest.raises(Denied):
        written(world, make_words(world, title="Khác"), scope=world.leader)
    with pytest.raises(Denied):
        commands.approve_entry(world.officer, there.entry, number=1, sha256=there.sha256, now=NOW)


def test_a_bulletin_speaks_only_for_its_unit(world):
    with pytest.raises(OutsideBulletin):
        written(world, make_words(world), unit=world.district, scope=world.province_editor)


def test_stations_lie_below_the_unit(world):
    with pytest.raises(StationsUnfit):
        written(world, make_words(world), stations=[world.other_commune])


def test_an_entry_for_chosen_stations_reaches_their_clusters_only(world):
    (there,) = make_devices(world.hamlet, count=1)

    make_entry(world, stations=[world.hamlet])

    assert programme.is_meant_for(standing()[0].pk, [there.pk])


# rules and days


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "Mỗi ngày", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "X" * 500])
def test_a_rule_that_cannot_be_followed_is_refused(world, rule):
    with pytest.raises(RuleUnfit):
        written(world, make_words(world), rule=rule)


def test_only_a_day_of_the_entry_can_be_moved_and_not_far(world):
    bulletin = make_words(world)
    with pytest.raises(DaysUnfit):
        written(world, bulletin, rule="FREQ=WEEKLY;BYDAY=MO", moves={TODAY + DAY: local("18:00")})
    with pytest.raises(DaysUnfit):
        written(world, bulletin, moves={TODAY: local("18:00", on=TODAY + 30 * DAY)})


def test_a_version_does_not_hold_from_yesterday_on(world):
    with pytest.raises(HoldsTooLate):
        written(world, make_words(world), from_on=TODAY - DAY)


def test_a_sound_longer_than_its_frame_is_not_handed_in(world):
    version = written(world, make_words(world, duration_ms=120_000), frame=timedelta(minutes=1))

    with pytest.raises(LongerThanFrame):
        handed_in(world, version)


def test_quiet_hours_need_the_word_of_both(world):
    version = written(world, make_words(world), at=local("03:15").time())
    with pytest.raises(QuietHours):
        handed_in(world, version)
    there = handed_in(world, version, confirmed=True)
    for wakes in (None, 2):
        with pytest.raises(QuietHours):
            commands.approve_entry(world.leader, there.entry, number=1, sha256=there.sha256, wakes=wakes, now=NOW)

    commands.approve_entry(world.leader, there.entry, number=1, sha256=there.sha256, wakes=3, now=NOW)

    assert tasks.unroll(now=NOW) == 1


def test_a_frame_that_runs_into_the_quiet_hours_is_asked_about_too(world):
    with pytest.raises(QuietHours):
        handed_in(world, written(world, make_words(world), at=local("20:50").time()))


def test_the_hours_of_the_unit_refuse_what_lies_outside_of_them(world):
    lay_down(world)

    with pytest.raises(HoursBroken):
        handed_in(world, written(world, make_words(world), at=local("12:00").time()))
    handed_in(world, written(world, make_words(world, title="Khác"), at=local("17:00").time()))


def test_hours_that_are_laid_down_later_hold_back_the_days_to_come(world):
    entry = make_entry(world, at=local("12:00").time())
    lay_down(world)

    tasks.unroll(now=NOW + DAY)

    assert [(one.state, one.reason) for one in occurrences(entry)][-1] == ("held", "hours_broken")


def test_who_agreed_to_wake_people_is_on_record(world):
    version = written(world, make_words(world), at=local("03:15").time())

    approved(world, version, wakes=3, confirmed=True)

    kept = HoursOverride.objects.unscoped("test").get()
    assert (kept.source, kept.wakes, kept.by_id) == (f"entry_version:{version.pk}", 3, world.leader_user.pk)


def test_an_own_day_off_is_left_out(world):
    set_day(world.administrator, world.commune, day=TODAY + 2 * DAY, is_off=True, words="Lễ hội làng", now=NOW)

    entry = make_entry(world, skips_holidays=True)

    assert on_plan(entry) == [NINE[0], *NINE[3:]]  # the 24th is the Day of Vietnamese Culture


def test_a_day_that_was_moved_is_heard_there(world):
    entry = make_entry(world, moves={TODAY: local("18:30")})

    assert on_plan(entry) == ["23/11 18:30", *NINE[1:]]


# each day once


def test_planning_twice_plans_nothing_twice(world):
    entry = make_entry(world)

    assert tasks.unroll(now=NOW) == 0
    Entry.objects.unscoped("test").update(planned_until=None)
    tasks.unroll(now=NOW + timedelta(minutes=1))

    assert on_plan(entry) == NINE
    assert Airing.objects.unscoped("test").count() == HORIZON_DAYS


def test_a_day_that_stands_as_it_should_leaves_no_new_entry_in_the_record(world):
    make_entry(world)
    before = acts()

    tasks.unroll(now=NOW + DAY)

    assert acts() - before == 1  # the ninth day alone


def test_a_bulletin_whose_words_hold_no_longer_leaves_the_plan(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)

    writing.withdraw(world.officer, bulletin, now=NOW)
    Entry.objects.unscoped("test").update(planned_until=None)
    tasks.unroll(now=NOW)

    assert on_plan(entry) == []
    assert {one.reason for one in occurrences(entry)} == {"not_found"}


def test_killed_half_way_it_goes_on_where_it_was(world, monkeypatch):
    version = approved(world, written(world, make_words(world)))
    settle, calls = commands.settle_occurrence, []

    def breaks(*args, **kwargs):
        calls.append(kwargs["day"])
        if len(calls) == 4:
            raise KeyboardInterrupt
        return settle(*args, **kwargs)

    monkeypatch.setattr(commands, "settle_occurrence", breaks)
    with pytest.raises(KeyboardInterrupt):
        tasks.unroll(now=NOW)
    monkeypatch.undo()
    assert len(on_plan(version.entry)) == 3

    tasks.unroll(now=NOW)

    assert on_plan(version.entry) == NINE
    assert Airing.objects.unscoped("test").count() == HORIZON_DAYS


def test_the_next_day_brings_one_more(world):
    entry = make_entry(world)

    assert tasks.unroll(now=NOW + DAY) == 1

    assert on_plan(entry)[-1] == f"{TODAY + HORIZON_DAYS * DAY:%d/%m} 17:00"


def test_moving_the_rule_moves_each_day_and_doubles_none(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)
    names = {one.day: one.pk for one in occurrences(entry)}

    changed(world, entry, bulletin, at=local("18:00").time())

    assert on_plan(entry) == [at.replace("17:00", "18:00") for at in NINE]
    assert {one.day: one.pk for one in occurrences(entry)} == names
    assert standing().count() == HORIZON_DAYS
    assert Airing.objects.unscoped("test").filter(state="cancelled").count() == HORIZON_DAYS


def test_a_version_holds_from_its_day_on(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)

    changed(world, entry, bulletin, at=local("18:00").time(), from_on=TODAY + 3 * DAY)

    assert on_plan(entry) == NINE[:3] + [at.replace("17:00", "18:00") for at in NINE[3:]]


def test_what_is_approved_again_without_a_change_stays_where_it_is(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)
    before = [one.airing_id for one in occurrences(entry)]

    changed(world, entry, bulletin)

    assert [one.airing_id for one in occurrences(entry)] == before


def test_what_is_about_to_air_is_not_touched_by_an_edit(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)

    changed(world, entry, bulletin, at=local("18:00").time(), now=local("16:56"))

    assert on_plan(entry) == ["23/11 17:00"] + [at.replace("17:00", "18:00") for at in NINE[1:]]


def test_an_edit_that_would_begin_inside_the_freeze_horizon_is_for_the_next_day(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)

    changed(world, entry, bulletin, at=local("16:03").time(), now=local("16:00"))

    assert on_plan(entry) == ["23/11 17:00"] + [at.replace("17:00", "16:03") for at in NINE[1:]]


def test_a_first_day_inside_the_freeze_horizon_is_held_back_and_says_so(world):
    entry = make_entry(world, now=local("16:57"))

    assert on_plan(entry) == NINE[1:]
    assert next((one.state, one.reason) for one in occurrences(entry)) == ("held", "about_to_air")


def test_yesterdays_today_is_never_made_up_for(world):
    version = approved(world, written(world, make_words(world)))

    tasks.unroll(now=local("09:00", on=TODAY + 2 * DAY))

    assert on_plan(version.entry)[0] == "25/11 17:00"
    assert next(one.day for one in occurrences(version.entry)) == TODAY + 2 * DAY


def test_what_is_ended_comes_no_more_from_that_day_on(world):
    entry = make_entry(world)

    commands.end(world.officer, entry, on=TODAY + 2 * DAY, now=NOW)
    tasks.unroll(now=NOW)

    assert on_plan(entry) == NINE[:2]


def test_new_clusters_are_taken_in_with_the_next_look(world):
    make_entry(world)
    late = make_devices(world.hamlet, count=1)

    tasks.unroll(now=NOW + DAY)

    assert late[0].pk in holding.meant(standing().last().pk)


# words that hold


def test_a_withdrawn_bulletin_drops_out_of_the_programme(world):
    bulletin = make_words(world)
    entry = make_entry(world, bulletin)

    writing.withdraw(world.officer, bulletin, now=NOW)
    outbox.sweep(now=NOW)
    tasks.unroll(now=NOW)

    assert on_plan(entry) == []
    assert standing().count() == 0


def test_a_bulletin_is_heard_only_while_it_holds(world):
    bulletin = make_words(world, facts=Facts(valid_until=local("00:00", on=TODAY + 2 * DAY)))

    entry = make_entry(world, bulletin)

    assert on_plan(entry) == NINE[:2]
    assert {one.reason for one in occurrences(entry)[2:]} == {"no_longer_valid"}


def test_a_bulletin_that_was_withdrawn_is_not_handed_in(world):
    bulletin = make_words(world)
    version = written(world, bulletin)
    sha256 = programme.agreed(programme.versions(version.entry)[0])
    writing.withdraw(world.officer, bulletin, now=NOW)

    with pytest.raises(Withdrawn):
        commands.submit(world.officer, version.entry, sha256=sha256, now=NOW)


def test_a_unit_without_clusters_holds_its_programme_back_until_there_are_some(world, clusters):
    for cluster in clusters:
        devices.revoke(world.system, cluster, now=NOW)
    entry = make_entry(world)
    assert {one.reason for one in occurrences(entry)} == {"nobody_there"}

    make_devices(world.commune, count=1)
    tasks.unroll(now=NOW + DAY)

    assert on_plan(entry)[0] == "24/11 17:00"


def test_the_local_day_counts(world):
    early = make_entry(world, at=local("05:40").time(), start_on=date(2026, 11, 24))

    assert occurrences(early)[0].start_at.astimezone(ZONE).date() == date(2026, 11, 24)
