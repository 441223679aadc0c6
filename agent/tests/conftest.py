"""The world of a device in tests: a server that signs and seals, and a core without a network."""

from datetime import UTC, datetime, timedelta

import pytest

from loa_agent.core import Core, Identity
from loa_agent.effects import Arm, Fetch, Halt, Send
from loa_agent.store import MemoryStore
from loa_agent.trust import Trusts
from loa_protocol import canonical, envelope, keys, messages, plan, signing, topics
from loa_protocol.signing import Purpose

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
AREA = "26/243/08707"
DEVICE = "0193b3f2-0000-7000-8000-000000000001"
CLIP = plan.Clip(sha256="ab" * 32, size_bytes=1000, duration_ms=10_000)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def airing(identifier="a", start=60.0, seconds=10.0, window=None, **more):
    clip = plan.Clip(sha256=more.pop("sha256", CLIP.sha256), size_bytes=1000, duration_ms=round(seconds * 1000))
    end = start + (seconds if window is None else window)
    return plan.PlannedAiring(id=identifier, start_at=at(start), end_at=at(end), clips=(clip,), **more)


class Server:
    """Signs as the box does."""

    def __init__(self):
        self.root, self.key = signing.generate(), signing.generate()
        self.device_key = b"k" * 32
        self.numbers = 0
        self.key_list = self.vouch(self.key, seq=1)

    def vouch(self, key, *, seq, revoked=()):
        statement = keys.vouch(self.root, key, not_before=at(-86400), not_after=at(30 * 86400))
        return keys.key_list(self.root, [statement], revoked=revoked, seq=seq, now=NOON)

    def next(self):
        self.numbers += 1
        return self.numbers

    def state(self, *, device=DEVICE, seq=None, exp=30 * 86400, iat=-1, key=None, **digests):
        claims = messages.DesiredState(
            device=device, seq=seq or self.next(), iat=stamp(iat), exp=stamp(exp), **digests
        ).claims()
        return signing.sign(claims, key or self.key, Purpose.STATE)

    def now(self, *, area=AREA, seq=None, exp=1800, iat=-1, key=None, purpose=Purpose.NOW, **fields):
        seq = seq or self.next()
        kinds = {"airing": messages.NowKind.PLAY, "live": messages.NowKind.LIVE, "chunks": messages.NowKind.CLOSE}
        fields.setdefault("kind", next((kinds[name] for name in kinds if name in fields), messages.NowKind.STOP))
        fields.setdefault("id", f"m{seq}")
        message = messages.Now(area=area, seq=seq, iat=stamp(iat), exp=stamp(exp), **fields)
        return signing.sign(message.claims(), key or self.key, purpose)

    def command(self, verb, *, device=DEVICE, seq=None, number=None, exp=1800, **changes):
        seq = seq or self.next()
        command = messages.Command(
            device=device, seq=seq, id=f"c{seq}", verb=messages.Verb.STOP, iat=stamp(-1), exp=stamp(exp), number=number
        )
        return signing.sign({**command.claims(), "verb": verb, **changes}, self.key, Purpose.COMMAND)

    def ack(self, *ranges, at, device=DEVICE):
        topic = topics.down(device, topics.Down.ACK)
        return envelope.seal(messages.Ack(at=at, ranges=ranges).encode(), self.device_key, topic)


def stamp(seconds):
    return int(at(seconds).timestamp())


class Unit:
    """One device under test, with what it was told and what it did."""

    def __init__(self, server, *, store=None, now=NOON, held=(CLIP.sha256,), connected=True):
        self.server, self.store, self.held = server, store or MemoryStore(), set(held)
        identity = Identity(
            device=DEVICE,
            area_path=AREA,
            root_jwk=server.root.as_dict(private=False),
            key_list=server.key_list,
            device_key=server.device_key,
        )
        self.core = Core(
            identity, self.store, now=now, boot="b", version="0", holds=self.held.__contains__, trusts=Trusts()
        )
        self.done, self.ordered, self.armed, self.sounding = [], [], None, None
        if connected:
            self.core.link_up(now)
        self.collect()

    def collect(self):
        effects = self.core.drain()
        self.done += effects
        self.ordered += [effect for effect in effects if isinstance(effect, Arm | Halt)]
        return effects

    def hear(self, topic, payload, now=NOON):
        self.core.receive(topic, payload, now)
        self.core.tick(now)
        return self.collect()

    def hear_now(self, payload, now=NOON, area=AREA):
        return self.hear(topics.area_now(area), payload, now)

    def hear_state(self, payload, now=NOON):
        return self.hear(topics.down(DEVICE, topics.Down.STATE), payload, now)

    def hear_command(self, payload, now=NOON):
        return self.hear(topics.down(DEVICE, topics.Down.COMMAND), payload, now)

    def hear_ack(self, *ranges, now=NOON, server_at=None):
        payload = self.server.ack(*ranges, at=server_at or now)
        return self.hear(topics.down(DEVICE, topics.Down.ACK), payload, now)

    def follow(self, *airings, now=NOON, seq=None):
        content = plan.encode(plan.Plan(start_at=at(-86400), end_at=at(7 * 86400), airings=airings))
        self.hear_state(self.server.state(plan=canonical.sha256(content), seq=seq), now)
        self.core.document(canonical.sha256(content), content, now)
        self.tick(now)

    def tick(self, now):
        wake_at = self.core.tick(now)
        self.collect()
        return wake_at

    def play_until(self, now, *, level=-20.0, begin=NOON):
        """Let time pass by the core's own wish, with an output that starts and ends on the moment."""
        moment = begin
        while moment <= now:
            wake_at = self.core.tick(moment)
            self.collect()
            while self.ordered:
                effect = self.ordered.pop(0)
                if isinstance(effect, Arm):
                    self.armed = effect
                else:
                    self.halt(effect.airing, moment, level)
            ends_at = self.sounding and self.sounding.at + self.sounding.airing.duration - self.sounding.position
            times = [one for one in (wake_at, self.armed and self.armed.at, ends_at) if one is not None]
            if not times or min(times) > now:
                return
            moment = max(moment, min(times))
            if ends_at is not None and ends_at <= moment:
                ended, self.sounding = self.sounding, None
                self.core.ended(ended.airing.id, ends_at, level_dbfs=level)
            if self.armed is not None and self.armed.at <= moment:
                self.begin(level)

    def halt(self, identifier, moment, level):
        if self.armed is not None and self.armed.airing.id == identifier:
            self.armed = None
        if self.sounding is not None and self.sounding.airing.id == identifier:
            self.sounding = None
            self.core.ended(identifier, moment, level_dbfs=level)

    def begin(self, level):
        before, self.sounding, self.armed = self.sounding, self.armed, None
        self.core.started(self.sounding.airing.id, self.sounding.at)
        if before is not None:
            self.core.ended(before.airing.id, self.sounding.at, level_dbfs=level)

    @property
    def events(self):
        """What stands in the evidence, acknowledged or not."""
        return [messages.load(content) for _, content in self.store.evidence()]

    def outcomes(self):
        return [(event.get("airing"), event["outcome"], event.get("reason", "")) for event in self.events]

    def sounds(self):
        return [effect.airing.id for effect in self.done if isinstance(effect, Arm)]

    def sent(self):
        return [effect for effect in self.done if isinstance(effect, Send)]

    def fetches(self):
        return [effect.sha256 for effect in self.done if isinstance(effect, Fetch)]


@pytest.fixture(scope="session")
def server_keys():
    return Server()


@pytest.fixture
def server(server_keys):
    server_keys.numbers = 0
    return server_keys


@pytest.fixture
def unit(server):
    return Unit(server)
