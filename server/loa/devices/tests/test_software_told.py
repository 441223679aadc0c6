"""What devices say of their software, through a real bridge: each step once, the latest in the registry."""

import asyncio

import pytest
import uvloop

from loa.devices import commands
from loa.devices.models import Device, Refusal, ReleaseReport
from loa.devices.tests import fleet
from loa.devices.tests.conftest import person
from loa.devices.tests.released import make_release, send_out
from loa.kernel import clock
from loa.orgs.rules import Role
from loa_protocol import messages, topics
from loa_protocol.messages import Hello
from loa_protocol.release import Step
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down, Up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.system]


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    return request.getfixturevalue("world")


def hello(tried=None, step=None, why="", release=None, version="0.1.0"):
    return messages.encode(
        Hello(version=version, boot="b", at=clock.now(), tried=tried, step=step, why=why, release=release)
    )


def reports():
    rows = ReleaseReport.objects.unscoped("test").order_by("pk")
    return list(rows.values_list("step", "why", "version"))


def test_a_device_is_told_of_a_release_and_each_step_it_takes_is_kept_once(world, now):
    (row,), (identity,) = world.enrolled()
    made = make_release(world.technician, world.commune)
    commands.confirm(person("quan-tri", Role.ADMINISTRATOR, world.commune), made, now=clock.now())
    send_out(world.technician, world.commune, made, now=clock.now())

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identity).connect(port)
            token = await device.heard(topics.down(device.id, Down.STATE))
            told = device.ring.open(token, Purpose.STATE, clock.now())
            for step, why in ((Step.WAITING, "package"), (Step.WAITING, "package"), (Step.WAITING, "quiet")):
                await device.say(Up.HELLO, hello(made.statement, step, why))
            await device.say(Up.HELLO, hello(made.statement, Step.TRYING))
            proved = hello(made.statement, Step.PROVED, release=made.statement, version="0.2.0")
            await device.say(Up.HELLO, proved)
            await fleet.until(lambda: len(reports()) == 4)
            await device.say(Up.HELLO, proved)
            await device.say(Up.HELLO, messages.encode(Hello(version="x", boot="b", at=clock.now(), tried="ff" * 32)))
            await fleet.until(lambda: Refusal.objects.filter(reason="malformed").exists())
            await asyncio.sleep(1.5)
            return told

    told = uvloop.run(journey())

    assert told["release"] == made.statement
    assert reports() == [
        ("waiting", "package", "0.1.0"), ("waiting", "quiet", "0.1.0"),
        ("trying", "", "0.1.0"), ("proved", "", "0.2.0"),
    ]  # fmt: skip
    known = Device.objects.unscoped("test").get(pk=row.pk)
    assert (known.runs_release, known.release_step, known.agent_version) == (made.statement, "proved", "0.2.0")
