"""Signed releases on real agent processes: taken over when nothing is disturbed, given up by themselves when bad."""

import asyncio
import contextlib
import random
import resource
from datetime import UTC, datetime, timedelta

import pytest

import loa_agent
from loa_agent import choice

from .releases import Keeper, ReleaseBox, package
from .test_agent_system import call, speech, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]
CRASHES = "raise SystemExit('this release does not start')\n"
HANGS = "import time\ntime.sleep(3600)\n"
MUTE = "def prove(outputs):\n    raise OSError('no card')\n"


@contextlib.asynccontextmanager
async def device(tmp_path, **how):
    """Run a device that somebody keeps running, connected to a box of its own."""
    box, home = ReleaseBox(), tmp_path / "device"
    await box.start()
    box.codes["ABC-123"] = box.names[0]
    code, _, err = await call("enrol", "--server", box.url, "--code", "ABC-123", "--home", home)
    assert code == 0, err
    keeper = Keeper(home, **how)
    task = asyncio.create_task(keeper.run())
    box.tell()
    try:
        await until(lambda: box.names[0] in box.online, what="the connection")
        yield box, keeper
    finally:
        await keeper.stop(task)
        await box.stop()


def runs(box, version):
    return lambda: box.hello.get("version") == version


def came_to(box, statement, step, why=""):
    return lambda: (step, why) in box.steps(statement)


def test_a_good_release_is_taken_over_and_kept(tmp_path):
    async def work():
        async with device(tmp_path) as (box, keeper):
            statement = box.offer(package(tmp_path, version="0.2.0"), "0.2.0")

            await until(came_to(box, statement, "proved"), timeout_s=60, what="the proof")
            keeper.kill()
            await until(lambda: len(keeper.codes) == 2, what="the power cut")
            await until(lambda: box.hello["boot"] and runs(box, "0.2.0")(), timeout_s=30, what="the release again")

            assert box.hello["release"] == statement
            assert [step for step, _ in box.steps(statement)] == ["waiting", "waiting", "trying", "proved"]
            assert choice.read(keeper.home).trial is None

    asyncio.run(work())


@pytest.mark.parametrize(
    ("changes", "prove_s", "why"),
    [
        pytest.param({"__main__": CRASHES}, 25, "crashed", id="it crashes"),
        pytest.param({"__main__": HANGS}, 4, "hung", id="it hangs"),
        pytest.param({"probe": MUTE}, 20, "no_sound", id="its output is mute"),
    ],
)
def test_a_bad_release_makes_room_for_the_former_and_is_never_tried_again(tmp_path, changes, prove_s, why):
    async def work():
        async with device(tmp_path, prove_s=prove_s) as (box, keeper):
            statement = box.offer(package(tmp_path, version="0.2.0", **changes), "0.2.0")

            await until(came_to(box, statement, "returned", why), timeout_s=90, what="the return")
            starts = len(keeper.codes)
            box.tell()
            keeper.kill()
            await until(lambda: len(keeper.codes) > starts and box.names[0] in box.online, timeout_s=30)
            await asyncio.sleep(3)

            assert box.hello["version"] == loa_agent.VERSION
            assert box.hello["release"] is None
            assert len(keeper.codes) == starts + 1

    asyncio.run(work())


def test_a_bad_release_returns_to_the_release_before_it(tmp_path):
    async def work():
        async with device(tmp_path) as (box, _):
            good = box.offer(package(tmp_path, version="0.2.0"), "0.2.0")
            await until(came_to(box, good, "proved"), timeout_s=60)

            bad = box.offer(package(tmp_path, version="0.3.0", __main__=CRASHES), "0.3.0")
            await until(came_to(box, bad, "returned", "crashed"), timeout_s=60)

            assert box.hello["release"] == good
            assert box.hello["version"] == "0.2.0"

    asyncio.run(work())


def test_what_no_release_key_signed_is_refused_and_on_record(tmp_path):
    async def work():
        async with device(tmp_path) as (box, keeper):
            statement = box.offer(package(tmp_path, version="0.2.0"), "0.2.0", key=box.key)

            await until(lambda: ("refused", "unknown_key") in box.outcomes(), what="the refusal")

            assert not [path for path, _ in box.requests if path.endswith(tuple(choice.read(keeper.home).bad) or "-")]
            assert box.hello["version"] == loa_agent.VERSION
            assert statement not in {box.hello["release"], box.hello["tried"]}
            assert not (keeper.home / "releases").exists()

    asyncio.run(work())


def test_a_package_that_is_not_the_signed_one_is_never_unpacked(tmp_path):
    async def work():
        async with device(tmp_path) as (box, keeper):
            good, evil = package(tmp_path, version="0.2.0"), package(tmp_path, version="0.2.0", __main__=HANGS)
            statement = box.offer(good, "0.2.0", served=evil[: len(good)])

            await until(came_to(box, statement, "waiting", "digest_mismatch"), what="the mismatch")

            assert [path.name for path in (keeper.home / "releases").iterdir()] == ["choice.json"]

    asyncio.run(work())


def test_an_older_release_is_not_brought_back_below_the_floor(tmp_path):
    async def work():
        async with device(tmp_path) as (box, _):
            newer = box.offer(package(tmp_path, version="0.2.0"), "0.2.0", floor="0.2.0")
            await until(came_to(box, newer, "proved"), timeout_s=60)

            older = box.offer(package(tmp_path, version="0.1.5"), "0.1.5")
            await until(came_to(box, older, "refused", "rolled_back"), what="the refusal")

            assert box.hello["version"] == "0.2.0"
            assert ("refused", "rolled_back") in box.outcomes()

    asyncio.run(work())


def test_nothing_is_changed_while_something_airs_or_soon_will(tmp_path):
    async def work():
        async with device(tmp_path) as (box, keeper):
            clip = box.clip(speech(4.0), 4000)
            box.follow(box.airing(clip, start_at=datetime.now(UTC) + timedelta(seconds=6)))
            statement = box.offer(package(tmp_path, version="0.2.0"), "0.2.0")

            await until(lambda: ("played", "") in box.outcomes(), timeout_s=40, what="the airing")
            assert box.steps(statement)[-1] == ("waiting", "quiet")
            assert keeper.codes == []
            await until(came_to(box, statement, "proved"), timeout_s=60, what="the change afterwards")

    asyncio.run(work())


def test_power_cuts_at_every_step_leave_an_agent_that_runs(tmp_path):
    chance = random.Random(5)

    async def work():
        async with device(tmp_path) as (box, keeper):
            content = package(tmp_path, version="0.2.0")
            box.cut_after = len(content) // 3
            statement = box.offer(content, "0.2.0")
            for _ in range(8):
                await asyncio.sleep(chance.uniform(0.1, 2.5))
                keeper.kill()
                box.online.clear()  # what is said now must reach the agent that comes after
            await until(
                lambda: any(step in {"proved", "returned"} for step, _ in box.steps(statement)),
                timeout_s=90, what="an end",
            )  # fmt: skip

            await until(lambda: box.names[0] in box.online, timeout_s=30, what="the connection")
            airing = box.airing(box.clip(speech(0.5), 500), start_at=datetime.now(UTC) + timedelta(seconds=2))
            box.now(airing=airing)
            await until(lambda: ("played", "") in box.outcomes(airing=airing.id), timeout_s=30, what="the sound")

    asyncio.run(work())


def test_a_disk_that_is_full_leaves_everything_as_it_was(tmp_path):
    def no_large_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (24 << 20, 24 << 20))

    async def work():
        async with device(tmp_path, limits=no_large_files) as (box, keeper):
            large = "BULK = '" + "0" * (30 << 20) + "'\n"
            statement = box.offer(package(tmp_path, version="0.2.0", bulk=large), "0.2.0")

            await until(came_to(box, statement, "waiting", "disk_full"), timeout_s=40, what="the full disk")

            assert [path.name for path in (keeper.home / "releases").iterdir()] == ["choice.json"]
            airing = box.airing(box.clip(speech(0.5), 500), start_at=datetime.now(UTC) + timedelta(seconds=2))
            box.now(airing=airing)
            await until(lambda: ("played", "") in box.outcomes(), timeout_s=30, what="the sound")

    asyncio.run(work())
