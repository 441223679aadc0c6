"""Clusters that come, move, or go hold the programme of where they stand at once, and nobody else's plan changes."""

from datetime import timedelta

import pytest

from loa.bulletins.tests.making import NOW
from loa.devices import commands as devices
from loa.devices import keys
from loa.devices.fitting import Fitted
from loa.devices.models import Device
from loa.dispatch import commands as dispatching
from loa.dispatch import holding, plans
from loa.dispatch.models import Airing, Pending
from loa.dispatch.refusals import AboutToAir, NobodyThere
from loa.dispatch.tests.making import HOUR, make_airing, make_devices
from loa.kernel import outbox
from loa.kernel.errors import NotFound, WrongState
from loa.media import store
from loa.schedules import concerned
from loa.schedules.models import Entry
from loa.schedules.rules.entries import HORIZON_DAYS
from loa.schedules.tests.programme_making import TODAY, local, make_entry, make_words, on_plan, unrolled
from loa_protocol import plan

pytestmark = pytest.mark.django_db
DAY, SOON = timedelta(days=1), NOW + timedelta(seconds=2)


@pytest.fixture
def settled(world):
    """A commune whose three clusters hold an entry of every day."""
    keys.ensure_box_keys(now=NOW)
    there = make_devices(world.commune)
    entry = make_entry(world)
    plans.refresh(now=NOW)
    return entry, there


def clock(*, now=SOON):
    """Do what the clock does within two seconds."""
    outbox.sweep(now=now)
    unrolled(now=now)
    plans.refresh(now=now)


def enrolled(world, unit, *, now=NOW):
    (device,) = devices.register_many(world.system, unit, entries=[devices.NewDevice(name="Cụm loa mới")])
    devices.provision_fleet(world.system, unit, device_ids=[device.pk], now=now)
    return device


def held_by(device):
    """Return when what a device holds begins, by the plan it was given."""
    given = Device.objects.unscoped("test").get(pk=device.pk).plan
    return [] if given is None else [one.start_at for one in plan.decode(store.path(given).read_bytes()).airings]


def airings():
    return Airing.objects.unscoped("test").filter(state__in=["planned", "released"]).order_by("start_at")


def every_day(*, first=0):
    """Return five in the afternoon of the eight days a plan has."""
    return [local("17:00", on=TODAY + count * DAY) for count in range(first, 8)]


def test_a_cluster_that_is_enrolled_holds_the_programme_with_its_first_plan(world, settled):
    entry, there = settled
    names, plan_before = [one.pk for one in airings()], Device.objects.unscoped("test").get(pk=there[0].pk).plan

    late = enrolled(world, world.hamlet)
    clock()

    assert held_by(late) == every_day()
    assert [one.pk for one in airings()] == names
    assert Device.objects.unscoped("test").get(pk=there[0].pk).plan == plan_before
    assert on_plan(entry)[-1] == f"{TODAY + (HORIZON_DAYS - 1) * DAY:%d/%m} 17:00"


def test_a_cluster_enrolled_by_its_code_holds_it_too(world, settled):
    device = devices.register(world.technician, world.commune, name="Cụm loa ở chợ", kind="loudspeaker")
    devices.enrol(devices.issue_code(world.technician, device, now=NOW), public_jwk=KEY, now=NOW)
    clock()

    assert held_by(device) == every_day()


def test_what_takes_the_place_of_a_cluster_keeps_its_place_in_the_programme(world, settled):
    device = devices.register(world.technician, world.commune, name="Cụm loa ở chợ", kind="loudspeaker")
    devices.enrol(devices.issue_code(world.technician, device, now=NOW), public_jwk=KEY, now=NOW)
    clock()
    names = [one.pk for one in airings()]

    device.refresh_from_db()
    devices.enrol(devices.issue_code(world.technician, device, now=SOON), public_jwk=KEY, now=SOON)
    clock(now=SOON + timedelta(seconds=2))

    assert held_by(device) == every_day()
    assert [one.pk for one in airings()] == names


def test_a_unit_that_had_no_cluster_has_its_programme_as_soon_as_one_is_there(world):
    keys.ensure_box_keys(now=NOW)
    entry = make_entry(world)
    assert on_plan(entry) == []

    late = enrolled(world, world.commune)
    clock()

    assert held_by(late) == every_day()


def test_a_cluster_that_moves_hears_what_is_for_its_new_place_and_no_more_what_was_for_the_old(world, settled):
    make_devices(world.hamlet, count=1)
    make_entry(world, make_words(world, title="Thôn"), at=local("06:00").time(), stations=[world.hamlet])
    device = settled[1][0]

    move(world, device, world.hamlet)
    clock()
    six = [local("06:00", on=TODAY + count * DAY) for count in range(1, 8)]
    assert sorted(held_by(device)) == sorted([*every_day(), *six])

    move(world, device, world.commune)
    clock(now=SOON + timedelta(seconds=2))
    assert held_by(device) == every_day()


def test_a_cluster_that_moves_to_another_commune_leaves_the_programme_of_the_first(world, settled):
    device = settled[1][0]

    move(world, device, world.other_commune)
    clock()

    assert held_by(device) == []
    assert all(len(holding.meant(one.pk)) == 2 for one in airings())


def test_a_cluster_that_was_shut_out_is_meant_no_more(world, settled):
    device = settled[1][0]

    devices.revoke(world.administrator, device, now=NOW)
    clock()

    assert all(device.pk not in holding.meant(one.pk) for one in airings())


def test_what_is_about_to_air_is_for_those_it_was_for(world, settled):
    late, now = enrolled(world, world.hamlet), local("16:57")

    clock(now=now)

    assert held_by(late) == every_day(first=1)


def test_only_entries_that_may_be_heard_there_are_looked_at_again(world, settled):
    entry, _there = settled
    other = make_entry(world, make_words(world, title="Thôn"), unit=world.hamlet)
    Entry.objects.unscoped("test").filter(pk=other.pk).update(ended_on=TODAY)

    assert concerned.reaching(world.hamlet.path, on=TODAY) == [entry.pk]
    assert concerned.reaching(world.district.path, on=TODAY) == []
    assert concerned.reaching(world.district.path, also_below=True, on=TODAY) == [entry.pk]
    assert concerned.reaching(world.other_commune.path, also_below=True, on=TODAY) == []


# the command


def test_an_airing_reaches_who_came_and_marks_their_plans_alone(world):
    make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)
    plans.refresh(now=NOW)
    (late,) = make_devices(world.hamlet, count=1)

    dispatching.reach(world.system, airing, device_ids=None, now=NOW)

    assert late.pk in holding.meant(airing.pk)
    assert list(Pending.objects.values_list("device_id", flat=True)) == [late.pk]


def test_an_airing_is_narrowed_to_those_that_are_named(world):
    first, *_others = make_devices(world.commune)
    airing = make_airing(world, start_at=NOW + HOUR)

    after = dispatching.reach(world.system, airing, device_ids=[first.pk], now=NOW)

    assert holding.meant(airing.pk) == {first.pk}
    assert after.is_chosen


def test_nothing_that_is_about_to_air_over_or_would_reach_nobody_is_changed(world):
    make_devices(world.commune)
    (elsewhere,) = make_devices(world.other_commune, count=1)
    airing = make_airing(world, start_at=NOW + HOUR)

    with pytest.raises(AboutToAir):
        dispatching.reach(world.system, airing, device_ids=None, now=NOW + HOUR - timedelta(minutes=4))
    with pytest.raises(NobodyThere):
        dispatching.reach(world.system, airing, device_ids=[elsewhere.pk], now=NOW)
    with pytest.raises(NotFound):
        dispatching.reach(world.other_officer, airing, device_ids=None, now=NOW)
    dispatching.cancel(world.system, airing, reason="Nhầm", now=NOW)
    with pytest.raises(WrongState):
        dispatching.reach(world.system, airing, device_ids=None, now=NOW)

    assert len(holding.meant(airing.pk)) == 3


KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def move(world, device, unit, *, now=NOW):
    device = Device.objects.unscoped("test").select_related("unit").get(pk=device.pk)
    devices.fit(world.technician, device, unit=unit, latitude=21.3, longitude=105.6, fitted=Fitted(), now=now)
