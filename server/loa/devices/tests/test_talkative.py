"""A device that talks without end: it fills neither tables nor memory, and the others are written all the same."""

import asyncio
import time

import pytest
import uvloop

from loa.devices.bridge.software import WORDS_MOST
from loa.devices.models import Device, Reading, ReleaseReport
from loa.devices.tests import fleet
from loa.kernel import clock
from loa_protocol import messages
from loa_protocol.condition import Condition
from loa_protocol.messages import Beat, Hello, Reply
from loa_protocol.release import Step
from loa_protocol.topics import Up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.system]

TIMES = 400


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    return request.getfixturevalue("world")


def test_what_one_device_repeats_without_end_is_kept_a_little_of_each_second(world):
    rows, identities = world.enrolled(count=2)
    began, last = time.monotonic(), f"{TIMES - 1:064x}"

    async def journey():
        async with fleet.running_bridge() as port:
            loud, calm = [await fleet.FakeDevice(one).connect(port) for one in identities]
            for number in range(TIMES):
                release = f"{number:064x}"
                told = Hello(version="9", boot="b", at=clock.now(), tried=release, step=Step.WAITING)
                said = [
                    loud.say(Up.HELLO, messages.encode(told)),
                    loud.say(Up.BEAT, messages.encode(Beat(at=clock.now(), condition=Condition(temperature_c=30.0)))),
                    loud.say(Up.REPLY, messages.encode(Reply(command=release, ok=True))),
                ]
                await asyncio.gather(*said)
            await calm.say(Up.HELLO, messages.encode(Hello(version="1.2", boot="b", at=clock.now())))
            await fleet.until(lambda: Device.objects.unscoped("test").filter(agent_version="1.2").exists())
            await fleet.until(lambda: Device.objects.unscoped("test").filter(tried_release=last).exists())

    uvloop.run(journey())

    writes = time.monotonic() - began + 2  # one a second
    assert ReleaseReport.objects.unscoped("test").count() <= WORDS_MOST * writes < TIMES
    assert Reading.objects.filter(device_id=rows[0].pk).count() <= writes
