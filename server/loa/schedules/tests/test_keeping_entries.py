"""A commune closes: its programme goes on in the one that takes over, on the clusters it was approved for."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from loa.dispatch import commands as dispatching
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock, outbox
from loa.orgs import commands as units
from loa.orgs.models import Handover, Unit
from loa.orgs.ports import Move, Moved
from loa.orgs.tests.reorganising import approved, merge
from loa.schedules import programme, rules, tasks
from loa.schedules.keeping_entries import EntryKeeper
from loa.schedules.models import Entry
from loa.schedules.tests.programme_making import handed_in, make_entry, make_words, written

pytestmark = pytest.mark.django_db
NOW = clock.now() + timedelta(minutes=10)
DAY = timezone.localdate(NOW) + timedelta(days=3)
MIDNIGHT = datetime.combine(DAY, time.min, tzinfo=rules.ZONE)


@pytest.fixture
def clusters(world):
    return make_devices(world.commune)


def carry(world):
    made = approved(world, merge("09037", "09043"), on=DAY, now=NOW)
    units.carry_out(world.system, made, now=MIDNIGHT)
    made.refresh_from_db()
    return made


def daily(world, **about):
    return make_entry(world, make_words(world, now=NOW), now=NOW, start_on=timezone.localdate(NOW), **about)


def again(entry):
    return Entry.objects.unscoped("test").select_related("unit").get(pk=entry.pk)


def test_an_entry_goes_to_the_heir_and_keeps_to_its_clusters(world, clusters):
    entry = daily(world)
    others = make_devices(world.other_commune)

    carry(world)
    tasks.unroll(now=MIDNIGHT)

    moved = again(entry)
    assert moved.unit_id == world.other_commune.pk
    last = Airing.objects.unscoped("test").filter(state="planned").order_by("start_at").last()
    assert programme.is_meant_for(last.pk, [one.pk for one in clusters])
    assert not programme.is_meant_for(last.pk, [one.pk for one in others])
    assert last.unit_id == world.other_commune.pk


def test_the_programme_of_the_heir_reaches_the_clusters_that_came(world, clusters):
    daily(world)
    others = make_devices(world.other_commune)
    made = approved(world, merge("09043", "09037"), on=DAY, now=NOW)
    tasks.unroll(now=MIDNIGHT)

    units.carry_out(world.system, made, now=MIDNIGHT)
    outbox.sweep(now=MIDNIGHT)
    tasks.unroll(now=MIDNIGHT)

    last = Airing.objects.unscoped("test").filter(state="planned").order_by("start_at").last()
    assert programme.is_meant_for(last.pk, [one.pk for one in (*clusters, *others)])


def test_a_relay_that_goes_to_the_heir_is_opened_to_its_own_clusters(world, clusters):
    relay = dispatching.plan_relay(
        world.system, world.commune, title="VOV1", start_at=MIDNIGHT + timedelta(hours=6), lasts=timedelta(minutes=30),
        device_ids=None, source="occurrence:1:1", now=NOW,
    )  # fmt: skip

    carry(world)

    relay.refresh_from_db()
    assert (relay.unit_id, relay.is_chosen) == (world.other_commune.pk, True)


def test_it_comes_back_with_the_list_of_what_was_handed_over(world, clusters):
    entry = daily(world)
    carry(world)
    rows = Handover.objects.unscoped("test").filter(keeper="schedules.entries")
    moved = [Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id) for row in rows]

    assert [row.name for row in rows] == ["Thời sự xã"]
    assert EntryKeeper().take_back(moved, now=MIDNIGHT) == 1
    assert again(entry).unit_id == world.commune.pk


def test_an_entry_stays_with_a_unit_that_goes_on(world, clusters):
    entry = daily(world)

    with pytest.raises(IntegrityError, match="stays with its unit"), transaction.atomic():
        Entry.objects.unscoped("test").filter(pk=entry.pk).update(unit=world.other_commune)


def test_entries_of_the_same_minute_are_told_before(world, clusters):
    daily(world)
    make_devices(world.other_commune)
    assert EntryKeeper().clashes([Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)], on=DAY) == []
    assert EntryKeeper().holdings([world.commune.pk]) == {world.commune.pk: 1}


def test_what_waits_for_nobody_is_told(world, clusters):
    version = written(world, make_words(world, now=NOW), now=NOW, start_on=timezone.localdate(NOW))
    handed_in(world, version, now=NOW)

    assert EntryKeeper().without_owner([world.commune.pk]) == 0
    assert EntryKeeper().hand_on(world.officer_user.pk, None, now=NOW) == 1
    assert EntryKeeper().without_owner([Unit.objects.unscoped("test").get(code="09037").pk]) == 0
