"""The clock as a process of its own: what happens to clusters reaches their plans in seconds."""

import os
import re
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from loa.devices import commands as devices
from loa.devices import keys
from loa.devices.fitting import Fitted
from loa.devices.models import Device
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.media import store
from loa.schedules import planning
from loa.schedules.tests.programme_making import approved, make_words, written
from loa_protocol import plan
from tools import source

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
SECONDS_MOST = 20


@pytest.fixture
def clock_process(settings):
    secrets = {name: f"{name} of this test" for name in ("LOA_SECRET_KEY", "LOA_DEVICE_SECRET")}
    url = re.sub(r"/[^/?]*(\?|$)", rf"/{connection.settings_dict['NAME']}\1", os.environ["LOA_DATABASE_URL"], count=1)
    paths = os.pathsep.join(str(source.ROOT / part) for part in ("server", "protocol", "agent", "."))
    env = {**os.environ, **secrets, "LOA_DATABASE_URL": url, "LOA_HOME": str(settings.LOA_HOME), "PYTHONPATH": paths}
    process = subprocess.Popen([sys.executable, "-m", "loa.cli", "clock"], env=env)
    yield process
    process.terminate()
    process.wait(20)


def held_by(device):
    given = Device.objects.unscoped("test").get(pk=device.pk).plan
    return 0 if given is None else len(plan.decode(store.path(given).read_bytes()).airings)


def seconds_until(reached, *, most=SECONDS_MOST):
    """Wait for something the process does; return how long that took."""
    begun = time.monotonic()
    while not reached():
        if time.monotonic() - begun > most:
            pytest.fail("the clock did not come to it")
        time.sleep(0.1)
    return time.monotonic() - begun


def test_a_new_cluster_and_one_that_moves_hold_the_programme_within_seconds(world, clock_process):
    now = clock.now()
    keys.ensure_box_keys(now=now)
    make_devices(world.commune)
    tomorrow = planning.today(now) + timedelta(days=1)
    approved(world, written(world, make_words(world, now=now), now=now, start_on=tomorrow), now=now)
    (late,) = devices.register_many(world.system, world.hamlet, entries=[devices.NewDevice(name="Cụm loa mới")])
    first = Device.objects.unscoped("test").filter(unit=world.commune).first()
    seconds_until(lambda: held_by(first) == 7, most=90)  # the process has begun

    devices.provision_fleet(world.system, world.hamlet, device_ids=[late.pk], now=clock.now())
    assert seconds_until(lambda: held_by(late) == 7) < SECONDS_MOST

    late.refresh_from_db()
    devices.fit(
        world.technician, late, unit=world.other_commune, latitude=21.3, longitude=105.6, fitted=Fitted(),
        now=clock.now(),
    )  # fmt: skip
    assert seconds_until(lambda: held_by(late) == 0) < SECONDS_MOST
