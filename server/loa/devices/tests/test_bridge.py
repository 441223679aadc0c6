import asyncio
from datetime import timedelta

import pytest
import uvloop
from django.db import connection
from django.db.models import F

from loa.audit import verifying
from loa.audit.ports import Fault
from loa.devices import commands, queries
from loa.devices.models import Device, Outbound
from loa.devices.tests import fleet
from loa.kernel import clock
from loa_protocol import envelope, messages, plan, topics
from loa_protocol.messages import NowKind
from loa_protocol.mqtt.errors import Rejected
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down, Up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


def in_thread(function, *args, **kwargs):
    return asyncio.to_thread(fleet._asked, lambda: function(*args, **kwargs))


def airing(now):
    clip = plan.Clip(sha256="a" * 64, size_bytes=10, duration_ms=4_000)
    return plan.PlannedAiring(
        id="0193b5c0-0000-7000-8000-000000000001", start_at=now, end_at=now + timedelta(seconds=9), clips=(clip,)
    )


def test_an_urgent_message_reaches_a_device_signed_and_is_marked_sent(world):
    devices, identities = world.enrolled()

    async def journey():
        now = clock.now()
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            await in_thread(
                commands.publish_now, world.system, world.province, kind=NowKind.PLAY, airing=airing(now),
                device_ids=[devices[0].pk], expires_at=now + timedelta(minutes=1), now=now,
            )  # fmt: skip
            token = await device.heard(topics.area_now("26"))
            await fleet.until(lambda: Outbound.objects.exclude(published_at=None).exists())
            return messages.Now.read(device.ring.open(token, Purpose.NOW, clock.now()))

    heard = uvloop.run(journey())
    assert (heard.area, heard.kind, heard.airing.id) == ("26", NowKind.PLAY, airing(clock.now()).id)
    assert set(heard.devices) == {str(devices[0].pk)}
    assert heard.seq == Outbound.objects.get().pk


def test_the_state_of_a_device_waits_for_it_and_follows_its_plan(world, now):
    devices, identities = world.enrolled()
    topic = topics.down(identities[0].device, Down.STATE)

    async def journey():
        async with fleet.running_bridge() as port:
            await fleet.until(lambda: Device.objects.unscoped("test").filter(published_seq=1).exists())
            device = await fleet.FakeDevice(identities[0]).connect(port)
            first = device.ring.open(await device.heard(topic), Purpose.STATE, clock.now())
            await in_thread(
                commands.assign_plans, world.system, world.province, plan_of={devices[0].pk: "b" * 64}, now=now
            )
            second = device.ring.open(await device.heard(topic), Purpose.STATE, clock.now())
            return messages.DesiredState.read(first), messages.DesiredState.read(second)

    first, second = uvloop.run(journey())
    assert (first.seq, first.plan) == (1, None)
    assert (second.seq, second.plan) == (2, "b" * 64)


def test_a_new_bridge_sends_states_that_an_earlier_one_had_sent(world):
    _devices, identities = world.enrolled()
    topic = topics.down(identities[0].device, Down.STATE)

    async def journey():
        for _time in range(2):
            async with fleet.running_bridge() as port:
                device = await fleet.FakeDevice(identities[0]).connect(port)
                assert device.ring.open(await device.heard(topic), Purpose.STATE, clock.now())["seq"] == 1

    uvloop.run(journey())


def test_without_a_signing_key_nothing_goes_out_and_everything_waits(world, settings):
    _devices, identities = world.enrolled()
    file = settings.KEY_FOLDER / "signing.jwk"
    kept = file.read_text()
    file.write_text("broken")

    async def journey():
        now = clock.now()
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            await in_thread(
                commands.publish_now, world.system, world.commune, kind=NowKind.STOP,
                expires_at=now + timedelta(minutes=1), now=now,
            )  # fmt: skip
            health = await fleet.until(lambda: (found := queries.health(clock.now())).alive and found)
            await device.client.publish(topics.up(device.id, Up.BEAT), b"x")
            assert device.inbox.empty()
            waiting = await in_thread(Outbound.objects.filter(published_at=None).count)
            file.write_text(kept)
            token = await device.heard(topics.area_now(world.commune.path))
            return health, waiting, device.ring.open(token, Purpose.NOW, clock.now())

    health, waiting, claims = uvloop.run(journey())
    assert (health.signing_ok, health.signing_problem, health.ok) == (False, "signing.jwk", False)
    assert waiting == 1
    assert claims["kind"] == "stop"


def test_an_order_is_sent_again_to_a_device_that_comes_back_until_it_answers(world):
    devices, identities = world.enrolled()
    topic = topics.down(identities[0].device, Down.COMMAND)

    async def journey():
        async with fleet.running_bridge() as port:
            await in_thread(commands.set_volume, world.technician, devices[0], volume_pct=40, now=clock.now())
            await fleet.until(lambda: Outbound.objects.exclude(published_at=None).exists())
            device = await fleet.FakeDevice(identities[0]).connect(port)
            hello = messages.Hello(version="1", boot="b", at=clock.now())
            device.say(Up.HELLO, messages.encode(hello))
            order = messages.Command.read(device.ring.open(await device.heard(topic), Purpose.COMMAND, clock.now()))
            device.say(Up.REPLY, messages.encode(messages.Reply(command=order.id, ok=True, detail="40")))
            return await fleet.until(lambda: Outbound.objects.filter(answer_ok=True).first())

    row = uvloop.run(journey())
    assert (row.answer, row.body["number"]) == ("40", 40)


def foreign_orders():
    return [one.which for one in verifying.verify().findings if one.fault == Fault.ORDER_FOREIGN]


FORGED = """
INSERT INTO devices_outbound (message, lane, area, device_id, body, created_at, expires_at, answer, txid)
SELECT gen_random_uuid(), lane, area, device_id, body || '{"number": 100}', created_at, expires_at, '', txid
  FROM devices_outbound
"""


def test_an_order_that_no_command_gave_is_never_signed_and_verify_names_it(world):
    devices, identities = world.enrolled()
    topic = topics.down(identities[0].device, Down.COMMAND)
    commands.set_volume(world.technician, devices[0], volume_pct=40, now=clock.now())
    assert foreign_orders() == []
    with connection.cursor() as cursor:
        cursor.execute(FORGED)
    forged = Outbound.objects.order_by("pk").last()

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            order = messages.Command.read(device.ring.open(await device.heard(topic), Purpose.COMMAND, clock.now()))
            await fleet.until(lambda: Outbound.objects.filter(pk=forged.pk, claimed_until=forged.expires_at).first())
            return order

    order = uvloop.run(journey())
    assert order.number == 40
    assert Outbound.objects.get(pk=forged.pk).published_at is None
    assert foreign_orders() == [str(forged.message)]


def test_an_order_whose_time_or_receiver_was_changed_is_not_the_one_that_was_given(world):
    devices, _ = world.enrolled()
    commands.set_volume(world.technician, devices[0], volume_pct=40, now=clock.now())
    Outbound.objects.update(expires_at=F("expires_at") + timedelta(days=1))

    assert foreign_orders() == [str(Outbound.objects.get().message)]


def test_what_a_device_says_of_itself_stands_in_its_row(world):
    devices, identities = world.enrolled()

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            at = clock.now() + timedelta(seconds=5)
            hello = messages.Hello(version="1.2", boot="b", at=at, plan="c" * 64, pending_events=3)
            device.say(Up.HELLO, messages.encode(hello))
            device.say(Up.BEAT, messages.encode(messages.Beat(at=at, playing="x", volume_pct=70, pending_events=2)))
            here = await fleet.until(
                lambda: Device.objects.unscoped("test").filter(playing="x", connected=True).first()
            )
            device.client.abort()
            gone = await fleet.until(
                lambda: Device.objects.unscoped("test").filter(connected=False, playing="").first()
            )
            return here, gone

    here, gone = uvloop.run(journey())
    assert (here.agent_version, here.reported_plan, here.reported_volume_pct, here.pending_events) == (
        "1.2", "c" * 64, 70, 2,
    )  # fmt: skip
    assert 4_000 < here.clock_offset_ms <= 5_000
    assert gone.pk == devices[0].pk


def test_a_device_that_asks_what_time_it_is_is_told_under_its_own_word(world):
    _devices, identities = world.enrolled()

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            topic = topics.down(device.id, Down.ACK)
            wrong_at = clock.now() - timedelta(days=365)
            device.say(Up.BEAT, messages.encode(messages.Beat(at=wrong_at)))
            device.say(Up.BEAT, messages.encode(messages.Beat(at=wrong_at, ask="w" * 65)))
            device.say(Up.BEAT, messages.encode(messages.Beat(at=wrong_at, ask="what time?")), key=b"x" * 32)
            device.say(Up.BEAT, messages.encode(messages.Beat(at=wrong_at, ask="this word")))
            return messages.Ack.decode(envelope.unseal(await device.heard(topic), device.key, topic))

    told = uvloop.run(journey())
    assert (told.asked, told.ranges) == ("this word", ())
    assert abs(clock.now() - told.at) < timedelta(seconds=20)


def test_a_device_that_is_revoked_is_cut_off_and_stays_out(world):
    devices, identities = world.enrolled(count=2)

    async def journey():
        async with fleet.running_bridge() as port:
            out, stays = [await fleet.FakeDevice(identity).connect(port) for identity in identities]
            await in_thread(commands.revoke, world.technician, devices[0], now=clock.now())
            await asyncio.wait_for(out.lost.wait(), fleet.WAIT_S)
            with pytest.raises(Rejected):
                await out.connect(port)
            assert stays.client.is_connected

    uvloop.run(journey())


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"password": ""}, {"username": "somebody"}])
def test_a_wrong_login_is_turned_away(world, changes):
    _devices, identities = world.enrolled()

    async def journey():
        async with fleet.running_bridge() as port:
            with pytest.raises(Rejected):
                await fleet.FakeDevice(identities[0]).connect(port, **changes)

    uvloop.run(journey())


def test_a_device_enrolled_a_moment_ago_gets_in(world):
    async def journey():
        async with fleet.running_bridge() as port:
            _devices, identities = await in_thread(world.enrolled)
            device = await fleet.FakeDevice(identities[0]).connect(port)
            return await device.heard(topics.down(device.id, Down.STATE))

    assert uvloop.run(journey())
