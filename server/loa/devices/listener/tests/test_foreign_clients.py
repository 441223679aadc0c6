"""The listener against clients somebody else wrote."""

import asyncio
import os
import shutil
import subprocess

import pytest

from loa.devices.listener.tests.world import AREA, event, in_world, until
from loa_protocol import topics
from loa_protocol.topics import Down

pytestmark = pytest.mark.system
OUTPUT_FORMAT = "%t %q %r %p"


@pytest.fixture(scope="module", autouse=True)
def mosquitto_clients():
    if shutil.which("mosquitto_pub") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "mosquitto-clients"]):
            subprocess.run(["apt-get", *step], check=True, capture_output=True, timeout=300)
    if shutil.which("mosquitto_pub") is None:
        pytest.fail("This test needs mosquitto_pub: `apt-get install mosquitto-clients`.", pytrace=False)


async def start(world, program, *arguments):
    return await asyncio.create_subprocess_exec(
        program,
        *("-h", "127.0.0.1", "-p", str(world.listener.port), "-i", "d1", "-u", "d1", "-P", "secret"),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("version", ["mqttv311", "mqttv5"])
def test_mosquitto_sub_hears_state_and_urgent_messages(version):
    @in_world
    async def run(world):
        state, urgent = topics.down("d1", Down.STATE), topics.area_now(AREA)
        world.listener.publish(state, b"the state", retain=True)
        process = await start(
            world,
            "mosquitto_sub",
            *("-V", version, "-q", "1", "-t", state, "-t", urgent, "-F", OUTPUT_FORMAT, "-C", "2"),
        )
        first = await process.stdout.readline()
        await until(lambda: world.listener.publish(urgent, b"hear this"))

        second = await process.stdout.readline()

        assert first.decode().split(maxsplit=3) == [state, "1", "1", "the state\n"]
        assert second.decode().split(maxsplit=3) == [urgent, "1", "0", "hear this\n"]
        assert await process.wait() == 0

    run()


@pytest.mark.parametrize("version", ["mqttv311", "mqttv5"])
def test_mosquitto_pub_delivers_evidence(version):
    @in_world
    async def run(world):
        process = await start(world, "mosquitto_pub", "-V", version, "-q", "1", "-t", event(), "-m", "evidence")

        assert await process.wait() == 0
        assert (await world.inbox.messages.get())[3] == b"evidence"

    run()


def test_mosquitto_pub_is_refused_a_foreign_topic():
    @in_world
    async def run(world):
        process = await start(world, "mosquitto_pub", "-V", "mqttv5", "-q", "1", "-t", event("d2"), "-m", "forged")

        await process.communicate()

        assert world.inbox.messages.empty()

    run()
