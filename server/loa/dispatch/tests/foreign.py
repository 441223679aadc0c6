"""Devices of other makers for tests: their fakes at our door, in a time of their own."""

import io
import json
import wave
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from loa.devices import commands, tasks
from loa.devices.drivers import asking, door
from loa.devices.drivers.asking import Unreachable
from loa.dispatch import plans
from loa.dispatch.tests.making import CLIP, NOW
from loa.kernel.errors import DomainError
from loa.media import store

RATE_HZ = 48_000


def tone_clip(*, seconds=4.0, amplitude=0.3):
    """Store a sound that can be played, and return its facts."""
    moment = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    samples = np.sin(2 * np.pi * 440 * moment) * amplitude
    content = io.BytesIO()
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((samples * 32_767).astype("<i2").tobytes())
    sha256 = store.put(content.getvalue())
    return replace(
        CLIP, sha256=sha256, size_bytes=len(content.getvalue()), duration_ms=int(seconds * 1000), level_dbfs=-13.5
    )


class DoorLine:
    """A line that leads to the door without a network; `now` is the server's time."""

    def __init__(self, driver, secret):
        self.driver, self.secret, self.now, self.is_cut = driver, secret, NOW, False
        self.asked = []

    def ask(self, said):
        if self.is_cut:
            raise Unreachable("cut")
        self.asked.append(said)
        try:
            return door.ask(self._device(), json.dumps(said).encode(), now=self.now)
        except DomainError as refusal:
            raise Unreachable(refusal.code) from refusal

    def fetch(self, url):
        digest = url.rsplit("/", 1)[-1]
        if self.is_cut:
            raise Unreachable("cut")
        try:
            door.demand_file(self._device(), digest, now=self.now)
        except DomainError as refusal:
            raise Unreachable(refusal.code) from refusal
        return store.path(digest).read_bytes()

    def _device(self):
        return door.admit(self.driver, self.secret, origin="192.0.2.1", now=self.now)


def enrolled(world, driver, *, kind="loudspeaker", unit=None, name="Cụm hãng khác"):
    """Add a device of another maker, and return it with the line by which it asks."""
    device = commands.register(world.system, unit or world.commune, name=name, kind=kind, driver=driver)
    secret = commands.issue_secret(world.system, device, now=NOW)
    device.refresh_from_db()
    return device, DoorLine(driver, secret)


def live(fake, line, *, start, until, step_s=1.0):
    """Let time go by for a fake and for the chores of the server."""
    moment = start.timestamp()
    while moment <= until.timestamp():
        line.now = datetime.fromtimestamp(moment, UTC)
        plans.refresh(now=line.now)
        tasks.tell_areas(now=line.now)
        fake.step(moment)
        moment += step_s


def samples(file):
    """Return what a WAV file holds."""
    return asking.decoded(file)
