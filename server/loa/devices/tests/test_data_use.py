"""Data use and its cost: by unit and month, what it will come to, and who goes over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, data_use
from loa.devices.fitting import Fitted
from loa.devices.keeping import DeviceKeeper
from loa.devices.models import Device, Fitting, ReadingHour
from loa.devices.tests.conftest import person
from loa.orgs.ports import Move
from loa.orgs.rules import Role

NOW = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
"""Midnight between the 15th and the 16th at the place: half of November has passed."""
NOVEMBER = date(2026, 11, 1)
MB = 1_000_000


def use(device, hour, used, **changes):
    return ReadingHour.objects.create(
        device_id=device.pk, hour=hour, readings=4, on_battery=0, speaker_faults=0, amplifier_faults=0,
        traffic_bytes=used, **changes,
    )  # fmt: skip


def fit(world, device, **fitted):
    return commands.fit(
        world.technician, device, unit=device.unit, latitude=None, longitude=None, fitted=Fitted(**fitted), now=NOW
    )


def month(scope, **changes):
    return data_use.month(scope, first_on=NOVEMBER, total_name="Together", now=NOW, **changes)


@pytest.fixture
def devices(world):
    here, _ = world.enrolled(count=2)
    return here


def test_a_month_counts_what_devices_told_in_it_and_nothing_else(world, devices):
    first, second = devices
    use(first, datetime(2026, 10, 31, 17, 0, tzinfo=UTC), 100 * MB)  # the first hour of November at the place
    use(first, datetime(2026, 10, 31, 16, 0, tzinfo=UTC), 999 * MB)
    use(first, datetime(2026, 11, 10, 5, 0, tzinfo=UTC), 50 * MB)

    found = month(world.technician)

    (line,) = found.lines
    assert (line.used_mb, line.devices, line.unknown) == (150, 2, 1)
    assert found.total.used_mb == 150
    assert {use.device.pk: use.used_mb for use in found.uses} == {first.pk: 150, second.pk: None}


def test_who_will_use_more_than_the_sim_holds_is_foretold(world, devices):
    fit(world, devices[0], sim_month_mb=200, sim_month_cost_vnd=50_000, sim_operator="Viettel", sim_tail="1234")
    use(devices[0], datetime(2026, 11, 10, 5, 0, tzinfo=UTC), 150 * MB)

    (notable,) = month(world.technician).notable

    assert (notable.used_mb, notable.foretold_mb, notable.is_over) == (150, 300, True)
    assert month(world.technician).total.cost_vnd == 50_000


def test_nothing_is_foretold_before_three_days_or_after_the_month(world, devices):
    use(devices[0], datetime(2026, 10, 31, 18, 0, tzinfo=UTC), 10 * MB)
    early = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    late = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)

    for now in (early, late):
        found = data_use.month(world.technician, first_on=NOVEMBER, total_name="x", now=now)
        assert found.uses[0].foretold_mb is None


def test_a_contract_that_ends_within_thirty_days_is_notable(world, devices):
    fit(world, devices[0], sim_until_on=date(2026, 12, 10))
    fit(world, devices[1], sim_until_on=date(2027, 6, 1))

    assert [one.device.pk for one in month(world.technician).notable] == [devices[0].pk]


def test_who_looks_sees_their_own_devices_only(world, devices):
    use(devices[0], datetime(2026, 11, 10, 5, 0, tzinfo=UTC), 150 * MB)

    assert month(world.outsider).uses == []
    assert month(world.technician, unit_path=world.other.path).uses == []


def move(world, *, at, back=False):
    """Let everything of the commune go to the other one, or back, on the local day of a moment."""
    here, there = (world.other, world.commune) if back else (world.commune, world.other)
    DeviceKeeper().hand_over([Move(from_unit=here.pk, to_unit=there.pk)], now=at)


def test_what_a_device_used_stays_with_the_unit_where_it_stood_when_it_used_it(world, devices):
    above = person("tinh", Role.MONITOR, world.province)
    moved_at = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)  # the 11th at the place
    fit(world, devices[0], sim_month_mb=300, sim_month_cost_vnd=50_000)
    use(devices[0], moved_at - timedelta(hours=1), 100 * MB)
    move(world, at=moved_at)
    use(devices[0], moved_at, 40 * MB)

    found = month(above)
    lines = {line.name: (line.devices, line.used_mb, line.month_mb, line.cost_vnd) for line in found.lines}

    assert lines == {"Xã Một": (2, 100, 100, 16_666), "Xã Hai": (2, 40, 200, 33_334)}
    assert (found.total.devices, found.total.used_mb, found.total.cost_vnd) == (2, 140, 50_000)
    assert {use.device.pk: (use.used_mb, use.unit_name) for use in found.uses}[devices[0].pk] == (140, "Xã Hai")


def test_the_month_before_a_move_is_the_former_units_and_who_sees_that_one_alone_sees_no_more(world, devices):
    use(devices[0], datetime(2026, 11, 10, 5, 0, tzinfo=UTC), 100 * MB)
    move(world, at=datetime(2026, 12, 1, 0, 0, tzinfo=UTC))
    use(devices[0], datetime(2026, 12, 2, 5, 0, tzinfo=UTC), 40 * MB)
    receiver = person("xa-hai", Role.TECHNICIAN, world.other)

    def told(scope, first_on):
        found = data_use.month(scope, first_on=first_on, total_name="x", now=datetime(2026, 12, 3, tzinfo=UTC))
        return [(line.name, line.used_mb) for line in found.lines]

    assert told(world.technician, NOVEMBER) == [("Xã Một", 100)]
    assert told(receiver, NOVEMBER) == []
    assert told(world.technician, date(2026, 12, 1)) == []
    assert told(receiver, date(2026, 12, 1)) == [("Xã Hai", 40)]
    assert not any(use.is_here for use in month(world.technician).uses)


def test_what_a_device_used_before_it_was_shut_out_still_counts(world, devices):
    use(devices[0], datetime(2026, 11, 10, 5, 0, tzinfo=UTC), 100 * MB)
    commands.revoke(world.technician, devices[0], now=NOW)
    commands.revoke(world.technician, devices[1], now=NOW)

    (line,) = month(world.technician).lines

    assert (line.devices, line.used_mb) == (1, 100)


def test_a_device_that_was_not_there_yet_counts_in_no_earlier_month(world, devices):
    Device.objects.unscoped("test").filter(pk=devices[1].pk).update(enrolled_at=datetime(2026, 12, 5, tzinfo=UTC))

    assert [use.device.pk for use in month(world.technician).uses] == [devices[0].pk]


@pytest.mark.parametrize("amount", [0, 1, 7, 50_000, 99_999])
def test_a_sim_is_shared_out_by_days_without_rest(world, devices, amount):
    fit(world, devices[0], sim_month_cost_vnd=amount)
    for number, day in enumerate((3, 10, 10, 24)):
        move(world, at=datetime(2026, 11, day, 0, 0, tzinfo=UTC), back=number % 2 == 1)
    parts = [part for part in month(world.system).parts if part.device.pk == devices[0].pk]

    assert sum(part.cost_vnd for part in parts) == amount
    assert sum(part.stay.days for part in parts) == 30


def test_a_device_tells_by_the_local_day(world, devices):
    use(devices[0], datetime(2026, 11, 9, 16, 0, tzinfo=UTC), 3 * MB)
    use(devices[0], datetime(2026, 11, 9, 17, 0, tzinfo=UTC), 5 * MB)

    assert data_use.days(devices[0], first_on=NOVEMBER) == [
        (date(2026, 11, 10), 5 * MB), (date(2026, 11, 9), 3 * MB),
    ]  # fmt: skip


def test_months_follow_one_another_without_gap_or_overlap():
    day = date(2027, 12, 1)
    for _month in range(15):
        first, end = data_use.bounds(day)
        day = (first.astimezone(UTC) + timedelta(days=40)).date().replace(day=1)
        assert data_use.bounds(day)[0] == end


@pytest.mark.parametrize("tail", ["0912345678", "12a4", "123"])
def test_more_of_a_number_than_its_last_digits_is_never_kept(world, devices, tail):
    fit(world, devices[0], sim_tail="1234")

    with pytest.raises(DatabaseError), transaction.atomic():
        Fitting.objects.unscoped("test").update(sim_tail=tail)
