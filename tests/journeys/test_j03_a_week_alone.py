"""J3: a commune is cut off for seven days; its programme goes on as previewed, and every play is counted once."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import time, timedelta

import pytest
import uvloop

from loa.devices import commands as devices
from loa.devices import keys
from loa.devices.models import PlayEvent
from loa.devices.tests import fleet
from loa.dispatch import plans
from loa.kernel import clock
from loa.media import store
from loa.schedules import planning, previewing, tasks
from loa.schedules.rules.slots import midnight
from loa.schedules.tests.programme_making import approved, make_words, written
from loa_agent.core import Core
from loa_agent.effects import Arm, Fetch, Halt, Material, Send
from loa_agent.identity import Enrolled
from loa_agent.sqlite_store import SqliteStore
from loa_agent.steady import SteadyClock
from loa_protocol import plan, preview, topics
from loa_protocol.topics import Down

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
WEEK, HOUR, BEAT = timedelta(days=7), timedelta(hours=1), timedelta(seconds=30)
PAGE, LOW_PAGES, RESERVE_PAGES = 4096, 256, 1024


class Machine:
    """A device: the real core and its real store, an output that keeps time, and a world that does as it likes."""

    def __init__(self, enrolled, folder, now):
        self.enrolled, self.file, self.held = enrolled, folder / "store.sqlite", set()
        self.true, self.set_by, self.reserve = now, timedelta(), RESERVE_PAGES
        self.limit, self.boots, self.sounds, self.sent = None, 0, [], []
        self.boot()

    def boot(self):
        """Start with what the disk holds and nothing else; a clock that was wrong is set right by its battery."""
        if self.boots:
            self.store.close()
        self.boots += 1
        self.set_by, self.armed, self.sounding = timedelta(), None, None
        self.clock = SteadyClock(wall=self.wall, monotonic_s=self.monotonic_s)
        self.store = SqliteStore(self.file)
        self.squeeze()
        with self.store.transaction():
            self.core = Core(
                self.enrolled.identity, self.store, now=self.clock.now(), boot=str(self.boots), version="0",
                holds=self.held.__contains__,
            )  # fmt: skip
        self.perform()

    def wall(self):
        return self.true + self.set_by

    def monotonic_s(self):
        return self.true.timestamp()

    def do(self, work):
        with self.store.transaction():
            work(self.clock.now())
            wake_at = self.core.tick(self.clock.now())
        self.perform()
        return wake_at

    def perform(self):
        for effect in self.core.drain():
            if isinstance(effect, Arm):
                self.armed = effect
            elif isinstance(effect, Halt):
                self.halt(effect.airing)
            elif isinstance(effect, Send):
                self.sent.append(effect)
            elif isinstance(effect, Fetch):
                self.fetch(effect)

    def fetch(self, wanted):
        if wanted.material is Material.CLIP:
            self.held.add(wanted.sha256)
            self.do(lambda _now: self.core.media_ready(wanted.sha256))
        else:
            content = store.path(wanted.sha256).read_bytes()
            self.do(lambda now: self.core.document(wanted.sha256, content, now))

    def halt(self, airing):
        if self.armed is not None and self.armed.airing.id == airing:
            self.armed = None
        if self.sounding is not None and self.sounding[0].airing.id == airing:
            self.end(self.true)

    def end(self, at):
        (arm, begun), self.sounding = self.sounding, None
        self.sounds.append((arm.airing.id, begun, at))
        self.do(lambda _now: self.core.ended(arm.airing.id, at, level_dbfs=-20.0))

    def live_until(self, until):
        """Let time pass: the core wakes when it wishes, the output starts and ends, and every 30 s comes a beat."""
        beat_at = self.true + BEAT
        while self.true < until:
            wake_at = self.do(lambda _now: None)
            ends_at = None if self.sounding is None else self.sounding[1] + self.sounding[0].airing.duration
            starts_at = None if self.armed is None else self.armed.at
            self.true = max(self.true, min(one for one in (wake_at, ends_at, starts_at, beat_at, until) if one))
            if ends_at is not None and ends_at <= self.true:
                self.end(ends_at)
            if self.armed is not None and self.armed.at <= self.true:
                arm, self.armed = self.armed, None
                self.sounding = (arm, arm.at)
                self.do(lambda _now, arm=arm: self.core.started(arm.airing.id, arm.at))
            if beat_at <= self.true:
                beat_at = self.true + BEAT
                self.tend()
                self.do(self.core.beat)

    # what the world does

    def fill_the_disk(self):
        (pages,) = self.store._database.execute("PRAGMA page_count").fetchone()
        self.limit = pages
        self.squeeze()

    def empty_the_disk(self):
        self.limit, self.reserve = None, RESERVE_PAGES
        self.squeeze()

    def tend(self):
        """Give up the room set aside when the disk is nearly full, as the agent does with its reserve."""
        if self.limit is None:
            return
        (pages,) = self.store._database.execute("PRAGMA page_count").fetchone()
        if self.limit - pages < LOW_PAGES and self.reserve:
            self.limit, self.reserve = self.limit + self.reserve, 0
            self.squeeze()

    def squeeze(self):
        self.store._database.execute(f"PRAGMA max_page_count = {self.limit or 1_073_741_823}")

    @property
    def is_silent(self):
        return self.sounding is None and self.armed is None


@pytest.fixture
def station(world, settings):
    """A commune with one real cluster and a programme that meets itself here and there."""
    fleet.forget_evidence()
    now = clock.now()
    keys.ensure_box_keys(now=now)
    (device,) = devices.register_many(world.system, world.commune, entries=[devices.NewDevice(name="Cụm loa 1")])
    (identity,) = devices.provision_fleet(world.system, world.commune, device_ids=[device.pk], now=now)
    settings.LOA_MQTT_PORT = 0  # the bridge of this test takes any that is free
    today = planning.today(now)
    short = make_words(world, now=now, duration_ms=60_000, title="Bản tin ngắn")
    long = make_words(world, now=now, duration_ms=150_000, title="Bản tin dài")
    for number, (bulletin, at, rule) in enumerate(
        [
            (short, time(5, 45), "FREQ=DAILY"),
            (long, time(11, 0), "FREQ=DAILY"),
            (short, time(11, 2), "FREQ=WEEKLY;BYDAY=MO,WE,FR"),  # begins 30 s late: the one before is not over
            (short, time(11, 0), "FREQ=WEEKLY;BYDAY=TU,SA"),  # never heard: the one before lasts too long
            (short, time(17, 0), "FREQ=DAILY"),
            (long, time(17, 30), "FREQ=WEEKLY;BYDAY=SA,SU"),
            (short, time(20, 0), "RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY=1,5,10,15,20,25"),
        ]
    ):
        draft = written(world, bulletin, now=now, title=f"Mục {number}", at=at, rule=rule, start_on=today)
        approved(world, draft, now=now)
    while tasks.unroll(now=now):  # in turns of a second, as the clock does
        pass
    plans.refresh(now=now)
    device.refresh_from_db()
    return device, identity


def test_a_week_alone_is_the_preview_and_counted_once(world, station, tmp_path):
    device, identity = station
    fate, now = random.Random(3), clock.now()
    seen = previewing.of_station(world.system, world.commune, now=now)
    whole = plan.decode(store.path(device.plan).read_bytes())
    foretold = preview.run(whole, start=now, end=whole.end_at)
    machine = Machine(Enrolled.read(identity.answer()), tmp_path, now)

    async def connected(work):
        async with fleet.running_bridge() as port:
            line = await fleet.FakeDevice(identity).connect(port)
            await work(line)

    async def learn(line):
        state = await line.heard(topics.down(str(device.pk), Down.STATE))
        machine.do(lambda at: machine.core.receive(topics.down(str(device.pk), Down.STATE), state, at))

    uvloop.run(connected(learn))
    assert machine.core.plan_digest == device.plan

    suffered = _suffer(machine, fate, until=now + WEEK)

    week = [one for one in foretold if one.start_at < machine.true]
    wanted = [(one.what.id, one.start_at, one.end_at) for one in week if one.is_heard]
    assert machine.sounds == wanted
    shown_until = midnight(planning.today(now) + WEEK)
    assert _times(seen.lines, now, shown_until) == _times(foretold, now, shown_until)
    assert min(suffered[what] for what in ("reboot", "full", "jump")) >= 3

    uvloop.run(connected(lambda line: _report(machine, line, device)))

    told = PlayEvent.objects.filter(device_id=device.pk).order_by("seq")
    expected = sorted((one.airing, one.outcome, one.reason) for one in preview.conclusions(week))
    assert sorted((str(row.airing_id), row.outcome, row.reason) for row in told) == expected
    assert [row.seq for row in told] == list(range(1, len(expected) + 1))
    assert {row.outcome for row in told} == {"played", "pre_empted"}
    assert machine.core.evidence.pending == 0
    assert midnight(planning.today(now)) == whole.start_at


def _suffer(machine, fate, *, until):
    """Let a week pass in which power, disk and clock fail whenever nothing sounds; return how often each did."""
    suffered = Counter()
    while machine.true < until or not machine.is_silent:
        pause = timedelta(minutes=fate.randint(20, 200)) if machine.is_silent else BEAT
        machine.live_until(machine.true + pause)
        what = fate.choice(["reboot", "full", "empty", "jump", "mend", "nothing"])
        if not machine.is_silent or (what == "full" and machine.limit is not None):
            continue
        suffered[what] += 1
        if what == "reboot":
            machine.boot()
        elif what == "full":
            machine.fill_the_disk()
            machine.live_until(machine.true + BEAT)
        elif what == "empty":
            machine.empty_the_disk()
        elif what == "jump":
            machine.set_by = fate.choice([-1, 1]) * fate.choice([timedelta(minutes=3), HOUR, timedelta(days=365)])
        elif what == "mend":
            machine.set_by = timedelta()
    return suffered


def _times(lines, begin, end):
    """Return when lines of a page, or stretches, begin and end within a span."""
    return [(one.start_at, one.end_at) for one in lines if begin < one.start_at and one.end_at < end]


async def _report(machine, line, device):
    """Send what is owed, some of it twice as after a lost acknowledgment, until all is acknowledged."""
    machine.sent.clear()
    machine.do(machine.core.link_up)
    topic = topics.down(str(device.pk), Down.ACK)
    async with asyncio.timeout(60):
        while machine.core.evidence.pending:
            for message in [one for one in machine.sent if one.topic.endswith("/event")]:
                for _ in range(2):
                    line.client.publish(message.topic, message.payload, qos=1)
            machine.sent.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    acknowledged = await line.heard(topic)
                    machine.do(lambda at, told=acknowledged: machine.core.receive(topic, told, at))
            machine.true += timedelta(seconds=20)


def test_a_disk_that_is_full_refuses_to_write():
    """The squeeze above is a real one: SQLite says that the disk is full."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (x BLOB)")
    database.execute("PRAGMA max_page_count = 2")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        database.execute("INSERT INTO t VALUES (randomblob(100000))")
