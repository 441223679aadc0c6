"""The real agent as a process, against the real listener and files over HTTP."""

import asyncio
import json
import os
import signal
import sys
import time
import wave
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from loa_protocol import signing

from .box import Box, speech

pytestmark = pytest.mark.system
AGENT = [sys.executable, "-c", "from loa_agent.cli import main; raise SystemExit(main())"]


def soon(seconds=1.5):
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def until(condition, *, timeout_s=20.0, what=""):
    ends = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < ends, f"{what or 'it'} did not happen within {timeout_s} s"
        await asyncio.sleep(0.02)


async def call(*arguments, language="en"):
    process = await asyncio.create_subprocess_exec(
        *AGENT, *map(str, arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "LOA_LANG": language},
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


class World:
    """A box, and one device enrolled with it."""

    def __init__(self, folder):
        self.home, self.process = folder / "device", None

    async def open(self):
        self.box = Box()
        await self.box.start()
        self.box.codes["ABC-123"] = self.box.names[0]
        code, out, err = await call("enrol", "--server", self.box.url, "--code", "ABC-123", "--home", self.home)
        assert code == 0, err
        assert self.box.names[0] in out
        return self

    async def run(self, *options):
        self.process = await asyncio.create_subprocess_exec(
            *AGENT, "run", "--home", str(self.home), *(options or ("--output", "wav"))
        )
        await until(lambda: self.box.names[0] in self.box.online, what="the connection")

    async def kill(self):
        self.process.kill()
        await self.process.wait()
        await until(lambda: not self.box.online, what="the loss")

    async def close(self):
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(self.process.wait(), 10) == 0
        await self.box.stop()

    def recordings(self):
        return sorted((self.home / "recordings").glob("*.wav"))


def in_world(test):
    """Run a coroutine test with a world of its own."""

    def run(tmp_path):
        async def work():
            world = await World(tmp_path).open()
            try:
                await test(world)
            finally:
                await world.close()

        asyncio.run(work())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_767.0


def level_dbfs(sound):
    return 10 * np.log10(np.mean(sound**2))


@in_world
async def test_an_airing_of_now_sounds_on_time_and_proves_it(world):
    await world.run("--output", "wav", "--wav", str(world.home / "first.wav"))
    airing = world.box.airing(world.box.clip(speech(1.5), 1500), start_at=soon(), volume_pct=50)

    world.box.now(airing=airing)
    await until(lambda: world.box.outcomes() == [("received", ""), ("played", "")])

    event = next(event for _, event in world.box.events.values() if event["outcome"] == "played")
    heard = samples(world.home / "first.wav")
    assert abs(len(heard) / 48_000 - 1.5) < 0.05
    assert abs(event["level_dbfs"] - level_dbfs(heard)) < 0.3
    assert -40 < event["level_dbfs"] < -20
    assert event["volume_pct"] == 50
    assert 0 <= event["lateness_ms"] < 500


@in_world
async def test_a_plan_is_played_without_the_server_and_told_when_it_is_back(world):
    await world.run()
    box, device = world.box, world.box.names[0]
    first = box.airing(box.clip(speech(1.0), 1000), start_at=soon(2.0))
    second = box.airing(box.clip(speech(0.8), 800), start_at=soon(9.0))
    box.follow(first, second)
    await until(lambda: len(list((world.home / "media").glob("*/*"))) == 3, what="the prefetch")

    await box.cut()
    await until(lambda: len(world.recordings()) == 1, what="the first airing")
    world.process.kill()
    await world.process.wait()
    world.process = await asyncio.create_subprocess_exec(*AGENT, "run", "--home", str(world.home), "--output", "wav")
    await until(lambda: len(world.recordings()) == 2, what="the second airing, after a reboot")
    await box.come_back()
    await until(lambda: len(box.events) >= 2, timeout_s=40, what="the evidence")

    assert box.outcomes() == [("played", ""), ("played", "")]
    assert [event["seq"] for _, event in box.events.values()] == [1, 2]
    assert device in box.online


@in_world
async def test_killing_the_agent_while_it_plays_counts_the_airing_once(world):
    await world.run()
    airing = world.box.airing(world.box.clip(speech(8.0), 8000), start_at=soon())
    world.box.now(airing=airing)
    await until(lambda: _status(world)["playing"] == airing.id, what="the sound")

    await world.kill()
    await world.run()
    await until(lambda: len(world.box.outcomes(airing=airing.id)) == 2)

    assert world.box.outcomes(airing=airing.id) == [("received", ""), ("partial", "power_cut")]


@in_world
async def test_killing_the_agent_before_the_acknowledgement_sends_the_same_evidence_again(world):
    world.box.answers = False
    await world.run("--output", "null")
    airing = world.box.airing(world.box.clip(speech(0.5), 500), start_at=soon())
    world.box.now(airing=airing)
    await until(lambda: sum(kind == "event" for _, kind, _ in world.box.said) == 2)

    await world.kill()
    world.box.answers = True
    await world.run("--output", "null")
    await until(lambda: len(world.box.events) == 2)
    await until(lambda: _status(world)["pending_events"] == 0)

    told = [event["id"] for _, kind, batch in world.box.said if kind == "event" for event in batch["events"]]
    assert len(told) == 4
    assert len(set(told)) == 2


@in_world
async def test_a_download_that_breaks_goes_on_where_it_broke(world):
    await world.run()
    content = speech(1.0)
    world.box.cut_after = len(content) // 2
    world.box.now(airing=world.box.airing(world.box.clip(content, 1000), start_at=soon(3.0)))

    await until(lambda: ("played", "") in world.box.outcomes())

    assert [reach for _, reach in world.box.requests] == [None, f"bytes={len(content) // 2}-"]


@in_world
async def test_a_file_that_is_something_else_is_never_played(world):
    await world.run()
    clip = world.box.clip(speech(0.5), 500)
    world.box.files[clip.sha256] = b"\0" * clip.size_bytes
    airing = world.box.airing(clip, start_at=soon(0.5), late_tolerance_ms=500)

    world.box.now(airing=airing)
    await until(lambda: len(world.box.outcomes()) == 3)

    assert world.box.outcomes() == [("received", ""), ("refused", "digest_mismatch"), ("missed", "media_missing")]
    assert world.recordings() == []


@in_world
async def test_the_attacker_is_not_heard_and_is_on_record(world):
    await world.run()
    box = world.box
    airing = box.airing(box.clip(speech(0.5), 500), start_at=soon(0.2))
    good = box.signed_now(airing_id="nothing")
    forged = {
        "malformed": b"rubbish",
        "bad_signature": good[:-8] + b"AAAAAAAA",
        "unknown_key": box.signed_now(airing=airing, key=signing.generate()),
        "wrong_area": box.signed_now(airing=airing, area="27"),
        "expired": box.signed_now(airing=airing, exp_s=-1),
        "replayed": good,
    }

    box.listener.publish(f"loa/1/area/{box.area}/now", good)
    for token in forged.values():
        box.listener.publish(f"loa/1/area/{box.area}/now", token)
    await until(lambda: len(box.outcomes()) == 7)

    assert box.outcomes()[0] == ("received", "stop")
    assert {reason for outcome, reason in box.outcomes() if outcome == "refused"} == set(forged)
    assert world.recordings() == []


@in_world
async def test_a_stop_ends_the_sound(world):
    await world.run()
    airing = world.box.airing(world.box.clip(speech(8.0), 8000), start_at=soon(1.0))
    world.box.now(airing=airing)
    await until(lambda: _part(world), what="the sound")

    world.box.now(airing_id=airing.id)
    await until(lambda: len(world.recordings()) == 1)
    await until(lambda: ("partial", "stopped") in world.box.outcomes())

    assert len(samples(world.recordings()[0])) / 48_000 < 6


@in_world
async def test_status_says_how_it_is_in_sentences(world):
    before = await call("status", "--home", world.home)
    await world.run("--output", "null")
    await until(lambda: _status(world)["online_since"] is not None)

    during = await call("status", "--home", world.home)
    second = await call("run", "--home", world.home, "--output", "null")

    assert before[0] == 3
    assert "The agent is not running." in before[1]
    assert during[0] == 0
    assert f"Connected to 127.0.0.1:{world.box.listener.port} since" in during[1]
    assert second == (1, "", f"Another agent is running in {world.home}.\n")


@in_world
async def test_secrets_are_readable_by_their_owner_only_and_a_code_works_once(world):
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in world.home.iterdir()}
    asked = next(document for _, kind, document in world.box.said if kind == "enrol")

    again = await call("enrol", "--server", world.box.url, "--code", "ABC-123", "--home", world.home, "--again")

    assert modes == {"device.jwk": "0o600", "identity.json": "0o600"}
    assert set(asked["public_jwk"]) == {"crv", "kid", "kty", "x"}
    assert again == (1, "", "The server refused the code (HTTP 422).\n")


def test_errors_are_sentences(tmp_path):
    unknown = asyncio.run(call("run", "--home", tmp_path))
    nowhere = asyncio.run(call("enrol", "--server", "http://127.0.0.1:9", "--code", "A", "--home", tmp_path))

    assert unknown == (1, "", f"This device is not enrolled: run `loa-agent enrol` for {tmp_path} first.\n")
    assert nowhere[0] == 1
    assert nowhere[2].startswith("The server at http://127.0.0.1:9/device/v1/enrol cannot be reached")
    assert nowhere[2].count("\n") == 1


def test_errors_are_vietnamese_unless_the_account_speaks_english(tmp_path):
    unknown = asyncio.run(call("run", "--home", tmp_path, language="vi_VN.UTF-8"))

    assert unknown[2].startswith("Thiết bị này chưa ghi danh")


@pytest.mark.parametrize("is_made", [True, False])
def test_a_folder_that_cannot_be_kept_in_does_not_use_up_the_code(tmp_path, is_made):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    home = blocked / "device"
    if is_made:
        home = tmp_path / "device"
        (home / ".probe").mkdir(parents=True)  # root may write anywhere, but not a file where a folder is

    async def run():
        box = Box()
        await box.start()
        box.codes["ABC-123"] = box.names[0]
        try:
            refused = await call("enrol", "--server", box.url, "--code", "ABC-123", "--home", home)
            later = await call("enrol", "--server", box.url, "--code", "ABC-123", "--home", tmp_path / "other")
        finally:
            await box.stop()
        return refused, later

    refused, later = asyncio.run(run())

    assert refused[0] == 1
    assert str(home) in refused[2]
    assert "Traceback" not in refused[2]
    assert later[0] == 0, "the code was still good"
    assert [path.name for path in (tmp_path / "other").iterdir() if "probe" in path.name] == []


def _part(world):
    return [path for path in (world.home / "recordings").glob("*.part") if path.stat().st_size > 1000]


def _status(world):
    path = world.home / "status.json"
    return (
        json.loads(path.read_bytes())
        if path.exists()
        else {"online_since": None, "pending_events": None, "playing": None}
    )
