"""A real Icecast for journeys, a relay of it on the plan, and what recordings of agents hold."""

import getpass
import io
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
import wave
from pathlib import Path

import numpy as np

from loa.box import doors

RATE = 48_000
ICECAST = """
<icecast>
  <limits><clients>20</clients><sources>2</sources><burst-size>65536</burst-size></limits>
  <authentication><source-password>test</source-password><admin-user>admin</admin-user>
    <admin-password>test</admin-password></authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths><basedir>{home}</basedir><logdir>{home}</logdir><webroot>{home}</webroot><adminroot>{home}</adminroot></paths>
  <logging><accesslog>-</accesslog><errorlog>error.log</errorlog><loglevel>1</loglevel></logging>
  <security><chroot>0</chroot>{user}</security>
</icecast>
"""

PLAN = """
from datetime import datetime, time, timedelta
from uuid import UUID
from django.db import transaction
from loa.accounts.models import User
from loa.kernel import clock
from loa.media.streams.fetching import Kind
from loa.orgs import queries as orgs
from loa.schedules import commands, entry_nights, programme, tasks
from loa.schedules.models import Occurrence
from loa.schedules.rules.entries import EntryKind
from loa.schedules.rules.slots import ZONE
from loa.schedules.wishes import Wish
from dataclasses import replace
officer, leader = (
    replace(orgs.scope_for(User.objects.get(username=name)), is_fresh=True) for name in ("canbo", "lanhdao")
)
unit = orgs.unit_by_code(officer, facts["commune"])
past = clock.now() - timedelta(minutes=10)
at = clock.now() + timedelta(seconds=facts["ahead_s"])
if facts.get("start_at"):
    at = datetime.fromtimestamp(facts["start_at"], ZONE)
at = at.astimezone(ZONE).replace(microsecond=0)
with transaction.atomic():
    source = commands.propose_source(
        officer, unit, name="Đài thử", kind=Kind.HTTP, address=facts["address"], responsible="Đài thử",
        agreement="Chỉ để thử", now=past,
    )
    commands.put_source_in_force(leader, source, now=past)
    version = commands.write(officer, unit, wish=Wish(
        kind=EntryKind.RELAY, title=facts["title"], source_id=source.pk, device_ids=[UUID(one) for one in facts["ids"]],
        at=at.time(), frame=timedelta(minutes=1), start_on=at.date(),
    ), now=past)
    sha256 = programme.agreed(programme.versions(version.entry)[0])
    commands.submit(officer, version.entry, sha256=sha256, confirmed=True, now=past)
    waking = entry_nights.ahead(version, now=past)
    wakes = None if waking is None else waking.count
    commands.approve_entry(leader, version.entry, number=1, sha256=sha256, wakes=wakes, now=past)
    tasks.unroll(now=past)
    one = Occurrence.objects.unscoped("test").get(entry=version.entry)
    assert one.airing_id is not None, one.reason
print(json.dumps({"airing": str(one.airing_id), "start_at": at.timestamp()}))
"""


class Icecast:
    """A real Icecast with mounts that are fed tones."""

    def __init__(self):
        self.feeds = []
        self.port = doors.next_free(28_400)
        self.home = Path(tempfile.mkdtemp(prefix="loa-icecast-"))
        self.home.chmod(0o777)
        user = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
        config = ICECAST.format(port=self.port, home=self.home, user=user if getpass.getuser() == "root" else "")
        (self.home / "icecast.xml").write_text(config)
        program = shutil.which("icecast2", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin")
        assert program is not None, "this test needs Icecast: apt install icecast2"
        self.process = subprocess.Popen(
            [program, "-c", str(self.home / "icecast.xml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.silent = threading.Event()

    @property
    def url(self):
        return self.at("tone")

    def at(self, mount):
        """Return the address of a mount."""
        return f"http://127.0.0.1:{self.port}/{mount}"

    def feed(self, content, *, lasts_s, mount="tone"):
        """Send a tone to a mount over and over at the pace it sounds, until `silent` is set."""
        self.silent = stop = threading.Event()
        self.feeds.append(stop)

        def send():
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(f"SOURCE /{mount} HTTP/1.0\r\nAuthorization: Basic c291cmNlOnRlc3Q=\r\n".encode())
                line.sendall(b"Content-Type: audio/mpeg\r\n\r\n")
                begun, step, number = time.monotonic(), len(content) // round(lasts_s * 10), 0
                while not stop.is_set():
                    place = number * step % (len(content) - step)
                    line.sendall(content[place : place + step])
                    number += 1
                    stop.wait(max(0.0, begun + number / 10 - time.monotonic()))

        threading.Thread(target=send, daemon=True).start()

    def close(self):
        for feed in self.feeds:
            feed.set()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)


def answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def read(path):
    """Return the samples of a recording."""
    content = io.BytesIO(path.read_bytes())
    with wave.open(content) as file:
        assert file.getframerate() == RATE
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype("f4") / 32_767.0


def pitch(sound):
    """Return the strongest frequency."""
    strength = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return int(np.argmax(strength)) * RATE / len(sound)
