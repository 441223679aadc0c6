"""Answers to citizens in the programme: the newest approved ones are read out, or the day is held back."""

import pytest

from loa.bulletins import commands as writing
from loa.bulletins.rules import Facts, Kind
from loa.dispatch import rules
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.media import queries as media
from loa.schedules import commands, planning, programme, tasks
from loa.schedules.models import Occurrence
from loa.schedules.rules.entries import EntryKind
from loa.schedules.tests.programme_making import NOW, make_entry, make_words, on_plan
from loa.schedules.tests.relays import NoWords


@pytest.fixture
def clusters(world):
    return make_devices(world.commune, count=2)


def answers(world, title="Trả lời ông A"):
    return make_words(world, title=title, facts=Facts(kind=Kind.ANSWER, category="feedback.answer"))


def read_out(world):
    return make_entry(world, NoWords(), kind=EntryKind.ANSWERS, title="")


def heard():
    return set(Airing.objects.unscoped("test").filter(state="planned").values_list("clip_sha256", flat=True))


def settled(bulletin):
    """Let what follows from an approval or a withdrawal be done."""
    planning.look_again(planning.playing(bulletin.pk))
    tasks.unroll(now=NOW)


def sound_of(bulletin):
    bulletin.refresh_from_db()
    return media.facts([bulletin.current.clip_id])[bulletin.current.clip_id].sha256


def test_without_answers_the_days_are_held_back_and_say_so(world, clusters):
    entry = read_out(world)

    held = Occurrence.objects.unscoped("test").filter(entry=entry)
    assert set(held.values_list("state", "reason")) == {("held", "no_answers")}


def test_other_news_are_no_answers(world, clusters):
    make_words(world)

    read_out(world)

    assert heard() == set()


def test_the_newest_approved_answers_are_read_out(world, clusters):
    entry = read_out(world)
    first = answers(world)
    settled(first)
    assert heard() == {sound_of(first)}

    second = answers(world, "Trả lời bà B")
    settled(second)

    assert heard() == {sound_of(second)}
    assert on_plan(entry)


def test_withdrawn_answers_are_on_no_plan(world, clusters):
    only = answers(world)
    read_out(world)
    assert heard() == {sound_of(only)}

    writing.withdraw(world.officer, only, now=NOW)
    for one in programme.of_bulletin(only.pk, now=NOW):
        commands.recall_occurrence(world.system, one.entry, day=one.day, now=NOW)
    settled(only)

    assert not Airing.objects.unscoped("test").filter(state__in=rules.STANDING).exists()
    assert set(Occurrence.objects.unscoped("test").values_list("reason", flat=True)) == {"no_answers"}
