"""The simulator as a process, against the real listener: everybody hears, everybody tells, once."""

import asyncio
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from loa_protocol import live, topics, uuid7

from .box import Box, speech

pytestmark = pytest.mark.system
SIM = [sys.executable, "-c", "from loa_agent.sim.cli import main; raise SystemExit(main())"]


class Fleet:
    """A box and a simulator with its devices."""

    def __init__(self, folder, devices):
        self.folder, self.count, self.process, self.lines = folder, devices, None, []

    async def open(self):
        self.box = Box(devices=self.count)
        await self.box.start()
        self.identities = self.folder / "identities.jsonl"
        self.identities.write_text("".join(json.dumps(self.box.answer(name)) + "\n" for name in self.box.names))
        return self

    async def run(self, *options):
        self.process = await asyncio.create_subprocess_exec(
            *SIM, "--identities", str(self.identities), *map(str, options), stdout=asyncio.subprocess.PIPE
        )
        self.reading = asyncio.create_task(self._read())
        await self.until(lambda: len(self.box.online) == self.count, "every connection")

    async def until(self, condition, what, timeout_s=40):
        ends = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < ends, f"{what} did not come within {timeout_s} s"
            await asyncio.sleep(0.02)

    async def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(self.process.wait(), 20) == 0
        await self.reading
        return self.lines[-1]

    async def close(self):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.box.stop()

    async def _read(self):
        async for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def now(self, seconds, start_in_s, **more):
        clip = self.box.clip(speech(seconds), round(seconds * 1000))
        start_at = datetime.now(UTC) + timedelta(seconds=start_in_s)
        airing = self.box.airing(clip, start_at=start_at, **more)
        self.box.now(airing=airing)
        return airing

    def told(self, outcome):
        return sorted(device for device, event in self.box.events.values() if event["outcome"] == outcome)


def with_fleet(devices):
    def wrap(test):
        def run(tmp_path):
            async def work():
                fleet = await Fleet(tmp_path, devices).open()
                try:
                    await test(fleet)
                finally:
                    await fleet.close()

            asyncio.run(work())

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return wrap


@with_fleet(100)
async def test_every_device_hears_plays_together_and_tells_once(fleet):
    await fleet.run("--report", fleet.folder / "report.jsonl")

    airing = fleet.now(0.5, 2.0)
    await fleet.until(lambda: len(fleet.told("played")) == 100, "the evidence")
    summary = await fleet.stop()

    lines = [json.loads(line) for line in (fleet.folder / "report.jsonl").read_text().splitlines()]
    levels = {event["level_dbfs"] for _, event in fleet.box.events.values() if event["outcome"] == "played"}
    assert fleet.told("played") == fleet.told("received") == sorted(fleet.box.names)
    assert summary["airings"][airing.id]["started"] == summary["airings"][airing.id]["ended"] == 100
    assert summary["files_fetched"] == 1
    assert {line["what"] for line in lines} == {"verified", "started", "ended"}
    assert len(lines) == 300
    assert -40 < levels.pop() < -15
    assert not levels
    assert fleet.box.online == set()


@with_fleet(30)
async def test_nothing_is_lost_or_doubled_with_a_bad_line_power_cuts_and_wrong_clocks(fleet):
    await fleet.run(
        "--loss", 0.1, "--latency-ms", 50, "--drift-ms", 200, "--power-cuts", 200, "--seed", 7, "--keepalive", 10
    )

    airing = fleet.now(0.5, 3.0)
    await fleet.until(lambda: len(fleet.told("received")) > 10, "receipts")
    await fleet.until(lambda: set(_concluded(fleet, airing)) >= set(fleet.told("received")), "all evidence")

    ids = [(device, event["seq"]) for device, event in fleet.box.events.values()]
    concluded = _concluded(fleet, airing)
    assert len(ids) == len(set(ids))
    assert len(concluded) == len(set(concluded))


@with_fleet(20)
async def test_killing_the_simulator_loses_no_evidence(fleet):
    state = fleet.folder / "state"
    fleet.box.answers = False
    await fleet.run("--state", state)
    airing = fleet.now(0.3, 1.0)
    await fleet.until(lambda: (state / "media").exists() and _batches(fleet) >= 40, "what devices tell")

    os.kill(fleet.process.pid, signal.SIGKILL)
    await fleet.process.wait()
    fleet.box.answers = True
    await fleet.until(lambda: not fleet.box.online, "the loss")
    await fleet.run("--state", state)
    await fleet.until(lambda: len(fleet.box.events) == 40, "the evidence")

    assert fleet.told("played") == fleet.told("received") == sorted(fleet.box.names)
    assert _concluded(fleet, airing) == sorted(fleet.box.names)
    assert {event["seq"] for _, event in fleet.box.events.values()} == {1, 2}


@with_fleet(20)
async def test_chunks_of_live_speech_that_come_at_once_are_all_heard(fleet):
    await fleet.run()
    session, chunk = str(uuid7.make()), timedelta(milliseconds=400)
    now = datetime.now(UTC).replace(microsecond=0)
    base = now + timedelta(seconds=6)
    fleet.box.now(live=live.Opening(id=session, start_at=now, end_at=now + timedelta(minutes=5)))
    await fleet.until(lambda: len(fleet.told("received")) == 20, "the opening")

    for seq in range(4):
        packets = live.pack(tuple(bytes([seq + 1]) * 60 for _ in range(20)))
        content = live.sign(session, seq, base + seq * chunk, packets, fleet.box.key)
        fleet.box.listener.publish(topics.area_live(fleet.box.area), content, qos=0)
    fleet.box.now(airing_id=session, chunks=4)
    await fleet.until(lambda: len(_concluded(fleet, session)) == 20, "the ends")

    ends = {
        (event["outcome"], event["reason"])
        for _, event in fleet.box.events.values()
        if event.get("airing") == session and event["outcome"] != "received"
    }
    assert ends == {("played", "live_4_4")}


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path):
    (tmp_path / "ids").write_text('{"device": 1}\n')

    async def call(path):
        process = await asyncio.create_subprocess_exec(*SIM, "--identities", str(path), stderr=asyncio.subprocess.PIPE)
        _, error = await process.communicate()
        return process.returncode, error.decode()

    code, error = asyncio.run(call(tmp_path / "ids"))
    missing, sentence = asyncio.run(call(tmp_path / "nothing"))

    assert (code, missing) == (2, 2)
    assert error.startswith("loa-sim: ")
    assert error.count("\n") == sentence.count("\n") == 1


def _concluded(fleet, airing):
    return sorted(
        device
        for device, event in fleet.box.events.values()
        if event.get("airing") == getattr(airing, "id", airing) and event["outcome"] != "received"
    )


def _batches(fleet):
    return sum(len(batch["events"]) for _, kind, batch in fleet.box.said if kind == "event")
