"""The fake of the HTTP-polled loudspeaker as a process of its own, against a real server over HTTP."""

import os
import subprocess
import sys
import time

import pytest

from loa.devices import commands
from loa.devices.models import Device, PlayEvent
from loa.dispatch import plans, queries
from loa.dispatch.tests.foreign import samples, tone_clip
from loa.dispatch.tests.making import make_airing
from loa.kernel import clock
from loa.shell.tests.browsing import live_server
from tools import source

__all__ = ["live_server"]
pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
PATIENCE_S = 40


def wait_for(what):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.2)
    pytest.fail("nothing came")
    return None


def test_a_process_asks_fetches_plays_and_tells_over_http(live_server, world, settings, tmp_path):
    settings.LOA_PUBLIC_URL = live_server.url.replace("localhost", "127.0.0.1")
    settings.ALLOWED_HOSTS = ["*"]
    device = commands.register(
        world.system, world.commune, name="Cụm hãng khác", kind="loudspeaker", driver="http_polled"
    )
    secret = commands.issue_secret(world.system, device, now=clock.now())
    airing = make_airing(world, now=clock.now(), clip=tone_clip(seconds=2))
    plans.refresh(now=clock.now())
    run = [
        sys.executable, "-m", "loa.devices.drivers.http_polled.fake", "--secret", secret, "--folder", str(tmp_path),
        "--address", f"{settings.LOA_PUBLIC_URL}/device/v1/drivers/http_polled/ask", "--seconds", str(PATIENCE_S),
    ]  # fmt: skip
    paths = [str(source.ROOT / part) for part in ("server", "protocol")]
    process = subprocess.Popen(run, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)})
    try:
        told = wait_for(lambda: PlayEvent.objects.filter(airing_id=airing.pk, outcome="played").first())
    finally:
        process.terminate()
        process.wait(10)

    (file,) = tmp_path.glob("*.wav")
    assert len(samples(file)) == pytest.approx(2 * 48_000, abs=48)
    assert (told.device_id, told.level_dbfs) == (device.pk, None)
    assert Device.objects.unscoped("test").get(pk=device.pk).connected
    (row,) = queries.outcome(world.system, airing.pk, now=clock.now()).rows
    assert row.verdict == "said"
