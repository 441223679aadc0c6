"""What devices used, after units changed: it stays with the unit where each stood when it used it."""

from datetime import timedelta

from loa.devices import data_use
from loa.devices.models import ReadingHour
from loa.dispatch.tests.making import make_devices
from loa.orgs.tests.reorganising import DAY, MIDNIGHT, in_force, merge

MONTHS = sorted({(DAY - timedelta(days=1)).replace(day=1), DAY.replace(day=1)})


def told(scope):
    """Return what each unit used in the month of the change and in that before, as far as a scope sees it."""
    found = [data_use.month(scope, first_on=one, total_name="", now=MIDNIGHT) for one in MONTHS]
    return {line.name: line.used_mb for month in found for line in month.lines if line.used_mb}


def test_what_a_device_used_before_the_change_stays_with_the_commune_that_closed(world):
    (device,) = make_devices(world.commune, count=1)
    for hour, used in ((MIDNIGHT - timedelta(hours=1), 100), (MIDNIGHT, 40)):
        ReadingHour.objects.create(
            device_id=device.pk, hour=hour, readings=4, on_battery=0, speaker_faults=0, amplifier_faults=0,
            traffic_bytes=used * data_use.MB,
        )  # fmt: skip

    in_force(world, merge("09037", "09043", name="Xã Đồng Tâm"))

    for scope in (world.other_officer, world.monitor):
        assert told(scope) == {"Xã Tam Hồng": 100, "Xã Đồng Tâm": 40}
    assert told(world.outsider) == {}
