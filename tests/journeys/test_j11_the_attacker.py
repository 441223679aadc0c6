"""J11: forged, replayed, rolled back, expired, unapproved: nothing is heard, nothing leaks, all of it is on record."""

import asyncio
import base64
import json
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from loa.box.demo import province
from loa.devices.listener import Identity, Listener
from loa_protocol import envelope, messages, signing, topics, uuid7
from loa_protocol.messages import Ack, DesiredState, Now, NowKind
from loa_protocol.mqtt.client import Client
from loa_protocol.plan import Clip, PlannedAiring
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("box"), pytest.mark.timeout(300)]

_VICTIM = """
from loa.devices import commands as devices
from loa.kernel import clock, scope as scopes
from loa.orgs import queries as orgs
scope = scopes.system("test")
unit = orgs.unit_by_code(scope, facts["unit"])
device = devices.register(scope, unit, name="Cụm loa bị nhắm tới", kind="loudspeaker", is_demo=True)
code = devices.issue_code(scope, device, now=clock.now())
print(json.dumps({"device": str(device.pk), "code": code, "path": unit.path}))
"""

_AIR = """
from uuid import UUID
from loa.dispatch import commands
from loa.kernel import clock, scope as scopes
from loa.media import commands as media, queries, speech
from loa.orgs import queries as orgs
scope = scopes.system("test")
unit = orgs.unit_by_code(scope, facts["unit"])
clip = media.keep(scope, unit, prepared=speech.speak("Câu này đã được duyệt."))
commands.request(scope, unit, title="Thử", clip=queries.facts([clip.pk])[clip.pk], start_at=None,
                 device_ids=[UUID(facts["device"])], source="test:" + facts["device"], now=clock.now())
"""

_REVOKE = """
from loa.devices import commands as devices, queries
from loa.kernel import clock, scope as scopes
scope = scopes.system("test")
devices.revoke(scope, queries.get(scope, __import__("uuid").UUID(facts["device"])), now=clock.now())
"""


class Rogue:
    """A broker in the wrong hands: it lets anybody in and says what it likes."""

    def __init__(self):
        self.heard, self.here = [], threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._listener = Listener(self, self)
        self._do(self._listener.start("127.0.0.1", 0))
        self.port = self._listener.port

    def admit(self, login):
        return Identity(device=login.client_id, area_path=self.path)

    def received(self, _device, kind, _topic, payload, acknowledge):
        self.heard.append((kind, payload))
        acknowledge()

    def appeared(self, _device):
        self.here.set()

    def gone(self, _device):
        self.here.clear()

    def say(self, topic, payload):
        self._loop.call_soon_threadsafe(self._listener.publish, topic, payload)

    def close(self):
        self._do(self._listener.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


class Victim:
    """A real agent with a real identity, led to another broker."""

    def __init__(self, box, rogue, folder):
        self.box, self.home = box, folder / "agent"
        found = box.ask(_VICTIM, unit=province.HOME)
        self.device, self.path = found["device"], found["path"]
        rogue.path = self.path
        self._run("enrol", "--server", box.url, "--code", found["code"], wait=True)
        self.identity = json.loads((self.home / "identity.json").read_text())
        self.process = None

    def start(self, port):
        (self.home / "identity.json").write_text(
            json.dumps(self.identity | {"mqtt": self.identity["mqtt"] | {"port": port}})
        )
        self.process = self._run("run", "--output", "wav")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(20) == 0
        self.process = None

    def recordings(self):
        return list(self.home.glob("recordings/**/*.wav"))

    def _run(self, *words, wait=False):
        program = [str(Path(sys.executable).with_name("loa-agent")), *words, "--home", str(self.home)]
        if wait:
            return subprocess.run(program, check=True, capture_output=True, timeout=30)
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(program, stdout=log, stderr=log)


@pytest.fixture
def rogue():
    made = Rogue()
    yield made
    made.close()


@pytest.fixture
def victim(box, rogue, tmp_path):
    made = Victim(box, rogue, tmp_path)
    yield made
    made.stop()
    box.ask(_REVOKE, device=made.device)


def test_a_broker_in_the_wrong_hands_makes_nothing_sound_and_everything_it_tried_is_on_record(box, rogue, victim):
    genuine = OKPKey.import_key(json.loads((box.home / "keys" / "signing.jwk").read_text()))
    attacker = signing.generate()
    clip = _a_clip_the_fleet_knows(box)
    area = topics.area_now(victim.path)
    state = topics.down(victim.device, Down.STATE)
    victim.start(rogue.port)
    assert rogue.here.wait(20)

    forged = _play(victim.path, clip, seq=10**9)
    rogue.say(area, signing.sign(forged.claims(), attacker, Purpose.NOW))
    rogue.say(area, _resigned(signing.sign(forged.claims(), genuine, Purpose.NOW), attacker))
    rogue.say(area, signing.sign(forged.claims(), genuine, Purpose.STATE))
    rogue.say(
        area,
        signing.sign(_play(victim.path, clip, seq=10**9 + 1, age=timedelta(hours=2)).claims(), genuine, Purpose.NOW),
    )
    rogue.say(area, signing.sign(_play("26/249/08953", clip, seq=10**9 + 2).claims(), genuine, Purpose.NOW))
    captured = signing.sign(_stop(victim.path, seq=1).claims(), genuine, Purpose.NOW)
    rogue.say(area, captured)
    rogue.say(area, captured)
    rogue.say(state, signing.sign(_state(victim.device, seq=1).claims(), genuine, Purpose.STATE))
    rogue.say(state, signing.sign(_state(victim.device, seq=0).claims(), genuine, Purpose.STATE))
    rogue.say(state, signing.sign(_state(str(uuid.uuid4()), seq=10**6 + 1).claims(), genuine, Purpose.STATE))
    rogue.say(
        state, signing.sign(_state(victim.device, seq=10**6 + 2, plan="0" * 64).claims(), attacker, Purpose.STATE)
    )
    rogue.say(topics.down(victim.device, Down.ACK), _false_receipt(victim.device))
    _until(lambda: len(_refusals_kept(rogue, victim)) >= 8)
    victim.stop()

    victim.start(box.mqtt_port)
    wanted = {
        "unknown_key", "bad_signature", "wrong_type", "expired",
        "wrong_area", "replayed", "rolled_back", "wrong_device",
    }  # fmt: skip
    box.until(lambda: wanted <= _on_record(box, victim.device), 40)
    assert victim.recordings() == []
    played = "SELECT count(*) FROM devices_event WHERE device_id = %s AND outcome IN ('played', 'partial')"
    assert box.scalar(played, victim.device) == 0

    box.ask(_AIR, unit=province.HOME, device=victim.device)
    box.until(lambda: box.scalar(played, victim.device) == 1, 40)
    assert len(victim.recordings()) == 1


def test_a_stranger_is_not_let_in_and_hears_nothing(box):
    device = box.scalar("SELECT id::text FROM devices_device WHERE connected ORDER BY id LIMIT 1")

    async def knock():
        heard = []
        with pytest.raises(Exception, match=r"(?i)refused|not auth|bad user|reason|0x8[67]") as refusal:
            await Client.connect("127.0.0.1", box.mqtt_port, client_id=device, username=device, password="guessed",
                                 on_message=heard.append)  # fmt: skip
        return refusal, heard

    _, heard = asyncio.run(knock())

    assert heard == []
    assert box.scalar("SELECT connected FROM devices_device WHERE id = %s", device)


def test_unapproved_words_cannot_be_put_on_the_air_by_who_wrote_them(box):
    answer = box.ask(
        """
from datetime import timedelta
from loa.accounts.models import User
from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Hearing, Way
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.media import commands as media, speech
from loa.orgs import queries as orgs
officer = User.objects.get(username="canbo")
scope = orgs.scope_for(officer)
unit = orgs.unit_by_code(scope, facts["unit"])
clip = media.keep(scope, unit, prepared=speech.speak("Không ai duyệt câu này."))
bulletin = bulletins.write(scope, unit, title="Tự duyệt", text="Không ai duyệt câu này.", author_id=officer.pk,
                           clip_id=clip.pk, voice=clip.voice, now=clock.now())
revision = bulletins.submit(scope, bulletin, now=clock.now())
try:
    heard = Hearing(way=Way.DECLARED, opened_at=clock.now() - timedelta(minutes=5))
    bulletins.approve(scope, bulletin, number=revision.number, hearing=heard, now=clock.now())
except DomainError as refusal:
    print(json.dumps({"code": refusal.code, "bulletin": str(bulletin.pk)}))
""",
        unit=province.HOME,
    )

    assert answer["code"] == "denied"
    assert box.scalar("SELECT count(*) FROM audit_entry WHERE action = 'bulletins.approve' AND result = 'denied'") >= 1
    assert box.scalar("SELECT count(*) FROM schedules_slot WHERE bulletin_id = %s", answer["bulletin"]) == 0


def _play(area, clip, *, seq, age=timedelta()):
    sha256, size_bytes, duration_ms = clip
    begun = datetime.now(UTC) - age
    airing = PlannedAiring(
        id=str(uuid7.make()), start_at=begun + timedelta(seconds=1), end_at=begun + timedelta(minutes=5),
        clips=(Clip(sha256=sha256, size_bytes=size_bytes, duration_ms=duration_ms),),
    )  # fmt: skip
    issued = int(begun.timestamp())
    return Now(area=area, seq=seq, id=str(uuid.uuid4()), kind=NowKind.PLAY, iat=issued, exp=issued + 600, airing=airing)


def _stop(area, *, seq):
    issued = int(time.time())
    return Now(area=area, seq=seq, id=str(uuid.uuid4()), kind=NowKind.STOP, iat=issued, exp=issued + 600,
               airing_id=str(uuid7.make()))  # fmt: skip


def _state(device, *, seq, plan=None):
    issued = int(time.time())
    return DesiredState(device=device, seq=seq, iat=issued, exp=issued + 600, plan=plan)


def _resigned(token, key):
    """Return a token that names the genuine key and carries another's signature."""
    header, body, _ = token.split(b".")
    other = signing.sign({}, key, Purpose.NOW).split(b".")[2]
    return b".".join([header, body, other])


def _false_receipt(device):
    topic = topics.down(device, Down.ACK)
    everything = Ack(at=datetime.now(UTC), ranges=((1, 10**9),)).encode()
    return envelope.seal(everything, b"\0" * 32, topic)


def _refusals_kept(rogue, victim):
    """Return the refusals the agent has told so far: only its own key opens them."""
    key = base64.urlsafe_b64decode(victim.identity["device_key"] + "=")
    topic = topics.up(victim.device, topics.Up.EVENT)
    events = {}
    for kind, payload in list(rogue.heard):
        if kind == topics.Up.EVENT:
            for event in messages.load(envelope.unseal(payload, key, topic))["events"]:
                events[event["seq"]] = event
    return [event for event in events.values() if event["outcome"] == "refused"]


def _a_clip_the_fleet_knows(box):
    return box.rows("SELECT sha256, size_bytes, duration_ms FROM media_clip ORDER BY created_at LIMIT 1")[0]


def _on_record(box, device):
    rows = box.rows("SELECT DISTINCT reason FROM devices_event WHERE device_id = %s AND outcome = 'refused'", device)
    return {reason for (reason,) in rows}


def _until(condition, limit_s=30):
    deadline = time.monotonic() + limit_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()
