"""A silence on its whole way: command, bridge, device, receipt, configuration."""

import time

import pytest
import uvloop

from loa.devices import commands, silences, tasks
from loa.devices.models import Device
from loa.devices.tests import fleet
from loa.kernel import clock
from loa.media import store
from loa_protocol import config, messages, topics
from loa_protocol.messages import NowKind, Outcome
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down

from .test_bridge import in_thread

pytestmark = pytest.mark.django_db(transaction=True)

TWO_SECONDS = 2.0


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


def test_within_two_seconds_a_device_has_the_order_and_its_receipt_is_counted(world):
    devices, identities = world.enrolled(count=2)

    async def journey():
        async with fleet.running_bridge() as port:
            there = [await fleet.FakeDevice(identity).connect(port) for identity in identities]
            begun = time.monotonic()
            said = await in_thread(
                commands.silence, world.officer, world.commune, reason="Nội dung lạ", now=clock.now()
            )
            orders = []
            for device in there:
                token = await device.heard(topics.area_now("26/08707"))
                orders.append(messages.Now.read(device.ring.open(token, Purpose.NOW, clock.now())))
                device.tell(
                    fleet.event(1, clock.now(), outcome=Outcome.RECEIVED, airing=orders[-1].silence, reason="stop")
                )
            await fleet.until(lambda: silences.progress(said).confirmed == 2)
            return said, orders, time.monotonic() - begun

    said, orders, took_s = uvloop.run(journey())
    assert {(one.kind, one.silence, one.devices) for one in orders} == {(NowKind.STOP, str(said.pk), None)}
    assert took_s < TWO_SECONDS
    assert silences.progress(said).last_after.total_seconds() < TWO_SECONDS
    assert len(devices) == 2


def test_a_device_that_returns_later_is_told_by_its_state(world):
    (device,), (identity,) = world.enrolled()

    async def journey():
        await in_thread(commands.silence, world.officer, world.commune, reason="Nội dung lạ", now=clock.now())
        await in_thread(tasks.tell_areas, now=clock.now())
        async with fleet.running_bridge() as port:
            back = await fleet.FakeDevice(identity).connect(port)
            token = await back.heard(topics.down(back.id, Down.STATE))
            return messages.DesiredState.read(back.ring.open(token, Purpose.STATE, clock.now()))

    state = uvloop.run(journey())
    kept = Device.objects.unscoped("test").get(pk=device.pk)
    assert state.config == kept.config
    assert config.decode(store.path(state.config).read_bytes()).is_muted
