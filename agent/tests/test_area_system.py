"""A reform, as the real agent and a fleet live through it: on line, killed in the middle, away for its midnight."""

import asyncio
import json

import pytest

from .box import speech
from .test_agent_system import call, in_world, soon, until
from .test_sim_system import Fleet

pytestmark = pytest.mark.system
OLD, NEW = "26/243/08707", "25/08707"


def played(box, airing):
    return ("played", "") in box.outcomes(airing=airing.id)


def follows_all(box):
    return all(box.follows(name) == box.config for name in box.names)


@in_world
async def test_an_agent_hears_its_new_area_without_a_restart(world):
    box = world.box
    await world.run()
    box.move(NEW)
    await until(lambda: follows_all(box), what="the new area")
    box.settle()

    airing = box.airing(box.clip(speech(1.0), 1000), start_at=soon(1.0))
    box.now(airing=airing)

    await until(lambda: played(box, airing), what="the sound")
    assert "refused" not in dict(box.outcomes())
    code, out, _ = await call("status", "--home", world.home, "--json")
    assert (code, json.loads(out)["area"]) == (0, NEW)


@in_world
async def test_a_message_for_the_former_area_is_refused_after_the_change(world):
    box = world.box
    await world.run()
    held = box.signed_now(area=OLD)
    box.move(NEW)
    await until(lambda: follows_all(box), what="the new area")

    box.listener.publish("loa/1/area/25/now", held)

    await until(lambda: ("refused", "wrong_area") in box.outcomes(), what="the refusal")


@in_world
async def test_killed_in_the_middle_it_comes_back_with_the_new_area(world):
    box = world.box
    await world.run()
    box.move(NEW)
    await until(lambda: any(box.config in path for path, _ in box.requests), what="the fetch")
    await world.kill()

    await world.run()
    await until(lambda: follows_all(box), what="the new area")
    box.settle()

    airing = box.airing(box.clip(speech(1.0), 1000), start_at=soon(1.0))
    box.now(airing=airing)
    await until(lambda: played(box, airing), what="the sound")


@in_world
async def test_away_for_the_reform_it_plays_its_plan_and_then_follows(world):
    box = world.box
    await world.run()
    await until(lambda: box.follows(box.names[0]) is None and box.online, what="the connection")
    airing = box.airing(box.clip(speech(1.0), 1000), start_at=soon(3.0))
    box.follow(airing)
    await until(lambda: sum("media" in path for path, _ in box.requests) >= 2, what="plan and clip")
    await box.cut()
    box.area, box.former = NEW, (OLD,)

    await asyncio.sleep(4.5)
    await box.come_back()
    box.move(NEW)
    box.former = ()
    await until(lambda: played(box, airing), what="the evidence of the plan")
    await until(lambda: follows_all(box), what="the new area")

    later = box.airing(box.clip(speech(1.0), 1000), start_at=soon(1.0))
    box.now(airing=later)
    await until(lambda: played(box, later), what="the sound")


@in_world
async def test_a_server_that_knows_a_device_elsewhere_is_still_heard(world):
    """As after a backup was restored, or a card replaced: the device connects, and is told."""
    box = world.box
    box.area = NEW
    await world.run()

    box.move(NEW)
    box.former = ()
    await until(lambda: follows_all(box), what="the new area")
    airing = box.airing(box.clip(speech(1.0), 1000), start_at=soon(1.0))
    box.now(airing=airing)

    await until(lambda: played(box, airing), what="the sound")


def test_a_fleet_moves_together_and_everybody_hears_once(tmp_path):
    async def work():
        fleet = await Fleet(tmp_path, 60).open()
        try:
            await fleet.run()
            box = fleet.box
            box.move(NEW)
            await fleet.until(lambda: follows_all(box), "every confirmation")
            box.settle()
            airing = box.airing(box.clip(speech(1.0), 1000), start_at=soon(1.5))
            box.now(airing=airing)
            await fleet.until(lambda: box.outcomes(airing=airing.id).count(("played", "")) == 60, "every sound")
            assert box.outcomes(airing=airing.id).count(("received", "")) == 60
            assert not any(outcome == "refused" for outcome, _ in box.outcomes())
        finally:
            await fleet.close()

    asyncio.run(work())
