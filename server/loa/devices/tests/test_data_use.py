"""Data use and its cost: by unit and month, what it will come to, and who goes over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from loa.devices import commands, data_use
from loa.devices.fitting import Fitted
from loa.devices.models import Fitting, ReadingHour

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
