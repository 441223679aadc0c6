"""Deadlines over weekends, Tết and days that units set for themselves."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.bulletins import commands, queries, refusals, rules, working
from loa.bulletins.keeping_days import OwnDayKeeper
from loa.bulletins.models import OwnDay, Step
from loa.bulletins.rules import ZONE
from loa.bulletins.tests.making import NOW, make_submitted
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs.ports import Move

TODAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due_of(bulletin):
    return Step.objects.unscoped("test").get(revision=bulletin.current_id).due_at


def set_day(world, day=WEDNESDAY, *, unit=None, is_off=True, scope=None, words="Bầu cử bổ sung", now=NOW):
    return commands.set_day(
        scope or world.administrator, unit or world.commune, day=day, is_off=is_off, words=words, now=now
    )


@pytest.mark.parametrize(
    ("handed_in", "due"),
    [
        ("2026-11-23T10:00", "2026-11-25T08:30"),  # the 24th is Vietnam's day of culture
        ("2026-11-20T16:00", "2026-11-23T14:30"),  # over a weekend
        ("2026-02-13T16:00", "2026-02-23T14:30"),  # over Tết: the 14th to the 22nd are off
        ("2026-02-17T09:00", "2026-02-23T15:30"),  # on the first day of the year
        ("2026-08-21T16:00", "2026-08-22T14:30"),  # a Saturday on which people work, for a Monday off
        ("2026-08-28T16:00", "2026-09-03T14:30"),
    ],
)
def test_a_step_of_eight_hours_is_due_after_eight_hours_in_which_people_work(world, handed_in, due):
    bulletin = make_submitted(world, now=at(handed_in))

    assert due_of(bulletin) == at(due)


def test_what_the_unit_set_goes_before_what_is_set_above_and_before_the_calendar(world):
    set_day(world, WEDNESDAY, unit=world.province)
    off = working.off_at(world.commune.path, start_on=TODAY)
    assert [off(day) for day in (TODAY, TUESDAY, WEDNESDAY)] == [False, True, True]

    set_day(world, WEDNESDAY, is_off=False)
    set_day(world, TUESDAY, is_off=False)

    off = working.off_at(world.commune.path, start_on=TODAY)
    assert [off(day) for day in (TODAY, TUESDAY, WEDNESDAY)] == [False, False, False]
    assert working.off_at(world.district.path, start_on=TODAY)(WEDNESDAY)


def test_a_deadline_that_was_counted_stays(world):
    bulletin = make_submitted(world)
    due = due_of(bulletin)

    set_day(world, WEDNESDAY)

    assert due_of(bulletin) == due
    assert due_of(make_submitted(world)) == due + timedelta(days=1)


def test_a_day_set_again_says_the_new_and_cleared_the_calendar_applies(world):
    set_day(world)
    own = set_day(world, is_off=False, words="Làm bù")
    assert [(one.is_off, one.words) for one in queries.own_days(world.administrator, start_on=TODAY)] == [
        (False, "Làm bù")
    ]

    commands.clear_day(world.administrator, own, now=NOW)

    assert not OwnDay.objects.unscoped("test").exists()


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"day": TODAY - timedelta(days=1)}, refusals.DayPast),
        ({"words": " "}, refusals.DayWordsNeeded),
        ({"words": "x" * (rules.NAME_LONGEST + 1)}, refusals.DayWordsNeeded),
    ],
)
def test_a_day_that_is_past_or_without_a_reason_is_refused(world, about, refusal):
    with pytest.raises(refusal):
        set_day(world, **about)


def test_only_who_administers_the_unit_sets_its_days(world):
    with pytest.raises(Denied):
        set_day(world, scope=world.officer)
    with pytest.raises(NotFound):
        set_day(world, scope=world.outsider)
    own = set_day(world)
    with pytest.raises(NotFound):
        queries.own_day(world.outsider, own.pk)


def test_the_database_keeps_one_word_for_a_day_with_its_reason(world):
    own = set_day(world)

    facts = {"unit": own.unit, "is_off": True, "set_by_id": own.set_by_id, "set_at": NOW}
    for wrong in ({"day": own.day, "words": "Hai"}, {"day": TUESDAY, "words": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnDay.objects.create(**facts | wrong)


def test_days_to_come_go_along_with_their_unit_unless_the_heir_said_otherwise(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    mine, other = set_day(world, TUESDAY), set_day(world, WEDNESDAY)
    set_day(world, WEDNESDAY, unit=world.district, is_off=False, words="Làm bù")
    keeper, move = OwnDayKeeper(), Move(from_unit=world.commune.pk, to_unit=world.district.pk)
    assert keeper.holdings([world.commune.pk]) == {world.commune.pk: 2}

    moved = keeper.hand_over([move], now=NOW)

    where = dict(OwnDay.objects.unscoped("test").values_list("pk", "unit_id"))
    assert (where[mine.pk], where[other.pk]) == (world.district.pk, world.commune.pk)
    assert keeper.take_back(moved, now=NOW) == 1
    assert OwnDay.objects.unscoped("test").get(pk=mine.pk).unit_id == world.commune.pk
