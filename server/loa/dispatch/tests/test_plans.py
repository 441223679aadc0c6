from datetime import datetime, timedelta

import pytest

from loa.devices import events as device_events
from loa.devices.models import Device
from loa.dispatch import commands, listeners, plans, rules
from loa.dispatch.models import Pending
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices
from loa.media import store
from loa_protocol import canonical, plan

DAY = timedelta(days=1)


def plan_of(device):
    device.refresh_from_db()
    return plan.decode(store.path(device.plan).read_bytes())


def digests():
    return list(Device.objects.unscoped("test").order_by("pk").values_list("plan", flat=True))


def test_a_plan_holds_the_airings_of_a_device_in_order(world):
    (device, *_), (other, *_) = make_devices(world.commune), make_devices(world.other_commune)
    later = make_airing(world, start_at=NOW + 2 * HOUR, source="b")
    sooner = make_airing(world, start_at=NOW + HOUR, source="a")

    assert plans.refresh(now=NOW) == 3

    held = plan_of(device)
    assert [airing.id for airing in held.airings] == [str(sooner.pk), str(later.pk)]
    assert held.airings[0] == plans.planned(sooner)
    assert canonical.sha256(plan.encode(held)) == device.plan
    other.refresh_from_db()
    assert other.plan is None
    for airing in (sooner, later):
        airing.refresh_from_db()
        assert (airing.state, airing.released_at) == ("released", NOW)


def test_devices_with_the_same_airings_share_one_plan(world):
    make_devices(world.commune, count=2)
    make_devices(world.hamlet, count=2)
    make_airing(world, start_at=NOW + HOUR, source="commune")
    make_airing(world, unit=world.hamlet, start_at=NOW + 2 * HOUR, source="hamlet")

    plans.refresh(now=NOW)

    commune, commune_too, hamlet, hamlet_too = digests()
    assert commune == commune_too != hamlet == hamlet_too


def test_a_plan_stands_still_within_a_day_and_always_reaches_seven_days(world):
    (device,) = make_devices(world.commune, count=1)
    make_airing(world, start_at=NOW + HOUR)
    plans.refresh(now=NOW)
    (first,) = digests()

    for moment, same in [(NOW + 13 * HOUR, True), (NOW + 15 * HOUR, False)]:
        plans.mark_all_dirty(moment)
        plans.refresh(now=moment)
        assert (digests() == [first]) is same
        held = plan_of(device)
        assert held.start_at <= moment < moment + 7 * DAY < held.end_at
        assert held.start_at.astimezone(rules.ZONE).time().isoformat() == "00:00:00"


def test_an_airing_beyond_the_window_enters_the_plan_when_its_day_comes(world):
    (device,) = make_devices(world.commune, count=1)
    airing = make_airing(world, start_at=NOW + 10 * DAY)
    plans.refresh(now=NOW)
    airing.refresh_from_db()
    assert (airing.state, len(plan_of(device).airings)) == ("planned", 0)

    plans.mark_all_dirty(NOW + 5 * DAY)
    plans.refresh(now=NOW + 5 * DAY)

    airing.refresh_from_db()
    assert (airing.state, len(plan_of(device).airings)) == ("released", 1)


@pytest.mark.parametrize("end", [commands.stop, commands.cancel])
def test_what_was_stopped_or_cancelled_leaves_the_plan(world, end):
    (device,) = make_devices(world.commune, count=1)
    airing = make_airing(world, start_at=NOW + HOUR)
    plans.refresh(now=NOW)

    end(world.leader, airing, reason="Nhầm", now=NOW)

    assert plans.refresh(now=NOW) == 1
    assert plan_of(device).airings == ()


def test_an_airing_for_now_is_in_the_plan_too_for_who_comes_back(world):
    (device,) = make_devices(world.commune, count=1, connected=False)
    airing = make_airing(world)

    plans.refresh(now=NOW)

    assert [held.id for held in plan_of(device).airings] == [str(airing.pk)]


def test_nothing_marked_is_nothing_done(world):
    make_devices(world.commune)

    assert plans.refresh(now=NOW) == 0


def test_a_mark_set_while_plans_are_made_survives(world):
    (device,) = make_devices(world.commune, count=1)
    make_airing(world, start_at=NOW + HOUR, source="first")
    prepared = plans.prepare(now=NOW)

    second = make_airing(world, start_at=NOW + 2 * HOUR, source="second")

    assert plans.assign(prepared, now=NOW) == 1
    assert len(plan_of(device).airings) == 1
    assert Pending.objects.get().airing == second
    assert plans.refresh(now=NOW) == 1
    assert len(plan_of(device).airings) == 2
    assert not Pending.objects.exists()


def test_a_crash_before_the_assignment_leaves_the_marks(world):
    (device,) = make_devices(world.commune, count=1)
    airing = make_airing(world, start_at=NOW + HOUR)

    plans.prepare(now=NOW)  # and here the process dies

    airing.refresh_from_db()
    assert (Pending.objects.count(), airing.state) == (1, "planned")
    assert plans.refresh(now=NOW) == 1
    assert len(plan_of(device).airings) == 1


def test_a_full_disk_leaves_the_marks(world, settings, tmp_path):
    make_devices(world.commune, count=1)
    make_airing(world, start_at=NOW + HOUR)
    settings.MEDIA_FOLDER = tmp_path / "not a folder"
    settings.MEDIA_FOLDER.write_text("")

    with pytest.raises(OSError, match="not a folder"):
        plans.refresh(now=NOW)

    assert Pending.objects.count() == 1


def test_of_two_makers_of_plans_the_slower_one_assigns_nothing(world):
    (device,) = make_devices(world.commune, count=1)
    make_airing(world, start_at=NOW + HOUR, source="first")
    slow = plans.prepare(now=NOW)
    make_airing(world, start_at=NOW + 2 * HOUR, source="second")

    assert plans.refresh(now=NOW) == 1
    assert plans.assign(slow, now=NOW) == 0

    assert len(plan_of(device).airings) == 2


def test_newly_enrolled_devices_receive_a_plan(world):
    first, *fleet = make_devices(world.commune)
    listeners.plan_newcomer(device_events.Enrolled(device_id=first.pk, unit_path=world.commune.path, at=NOW))
    assert plans.refresh(now=NOW) == 1
    assert plan_of(first).airings == ()

    listeners.plan_newcomers(device_events.FleetEnrolled(unit_path=world.commune.path, count=2, at=NOW))
    assert plans.refresh(now=NOW) == 2
    assert len(set(digests())) == 1
    assert fleet


def test_a_plan_window_starts_at_local_midnight():
    start, end = rules.plan_window(datetime.fromisoformat("2026-11-23T18:30:00+00:00"))

    assert start == datetime.fromisoformat("2026-11-24T00:00:00+07:00")
    assert end == datetime.fromisoformat("2026-12-02T00:00:00+07:00")
