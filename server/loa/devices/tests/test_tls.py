"""Mutual TLS, on the box's own listener and on a real Mosquitto with the shipped configuration."""

import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop
from joserfc.jwk import OKPKey

from loa.devices import certificates, commands
from loa.devices.tests import fleet
from loa.kernel import clock
from loa_protocol import messages, topics
from loa_protocol.mqtt.client import Client
from loa_protocol.mqtt.errors import MqttError
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down, Up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.system]
SHIPPED = Path(__file__).resolve().parents[4] / "deploy" / "mosquitto"


@pytest.fixture
def world(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


@pytest.fixture
def identities(world, now):
    (one, other), _ = world.enrolled(count=2)
    return commands.provision_fleet(world.system, world.commune, device_ids=[one.pk, other.pk], now=now, certified=True)


def show(enrolment, folder):
    """Return what a device shows and whom it believes."""
    file = folder / f"{enrolment.device}.pem"
    private = OKPKey.import_key(dict(enrolment.private_jwk)).as_pem(private=True).decode()
    file.write_text(f"{private}\n{enrolment.certificate}")
    context = ssl.create_default_context(cadata=enrolment.authority)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def host(identities):
    return certificates.Authority(now=clock.now()).issue_host(["127.0.0.1", "localhost"], now=clock.now())


def test_a_certificate_alone_opens_the_own_listener_to_its_device_only(identities, host, settings, tmp_path):
    settings.LOA_MQTT_TLS_CERT, settings.LOA_MQTT_TLS_KEY = map(str, host)
    one, other = identities

    async def journey():
        async with fleet.running_bridge() as port:
            context = show(one, tmp_path)
            device = await fleet.FakeDevice(one).connect(port, username="", password="", ssl=context)
            device.tell(fleet.event(1, clock.now()))
            acked = await device.acked()
            with pytest.raises(MqttError):
                await fleet.FakeDevice(other).connect(port, username="", password="", ssl=context)
            return acked

    assert uvloop.run(journey()) == ((1, 1),)


@asynccontextmanager
async def mosquitto(folder, host):
    """The shipped configuration with this machine's paths; nothing else is changed."""
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "this test needs Mosquitto: apt install mosquitto"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for source, name in zip((*host, certificates.authority_file()), ("host.crt", "host.key", "ca.crt"), strict=True):
        shutil.copy(source, folder / name)
    shutil.copy(SHIPPED / "loa.acl", folder / "loa.acl")
    text = (SHIPPED / "loa.conf").read_text().replace("/etc/mosquitto/loa", str(folder))
    text = text.replace("/var/lib/mosquitto/", f"{folder}/").replace("listener 8883", f"listener {port} 127.0.0.1")
    (folder / "mosquitto.conf").write_text(text + ("user root\n" if os.geteuid() == 0 else ""))
    with (folder / "mosquitto.log").open("w") as log:
        broker = subprocess.Popen(  # noqa: ASYNC220 - starts in a moment
            [program, "-c", str(folder / "mosquitto.conf")], stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(fleet.WAIT_S):
            while True:
                assert broker.poll() is None, (folder / "mosquitto.log").read_text()
                try:
                    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    break
        yield port
    finally:
        broker.terminate()
        broker.wait()


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "mosquitto"
    place.mkdir()
    return place


def test_behind_mosquitto_state_goes_down_and_evidence_comes_up(  # noqa: PLR0917 - fixtures
    world, identities, host, settings, folder, tmp_path
):
    async def journey():
        async with mosquitto(folder, host) as port:
            settings.LOA_MQTT_URL = f"mqtts://127.0.0.1:{port}"
            device = fleet.FakeDevice(identities[0])
            await device.connect(port, username="", password="", ssl=show(identities[0], tmp_path))
            async with fleet.running_bridge():
                token = await device.heard(topics.down(device.id, Down.STATE))
                assert device.ring.open(token, Purpose.STATE, clock.now())["device"] == device.id
                await asyncio.to_thread(
                    fleet._asked,
                    lambda: commands.send_command(
                        world.system, world_device(identities[0]), verb="restart", now=clock.now()
                    ),
                )
                order = device.ring.open(
                    await device.heard(topics.down(device.id, Down.COMMAND)), Purpose.COMMAND, clock.now()
                )
                receipt = device.tell(fleet.event(1, clock.now()))
                acked = await device.acked()
                await receipt
                return order["verb"], acked

    assert uvloop.run(journey()) == ("restart", ((1, 1),))
    assert fleet.seqs() == [1]


def world_device(enrolment):
    from loa.devices.models import Device  # noqa: PLC0415

    return Device.objects.unscoped("test").select_related("unit").get(pk=enrolment.device)


def test_mosquitto_keeps_a_device_to_its_own_branch(identities, host, folder, tmp_path):
    one, other = identities

    async def journey():
        async with mosquitto(folder, host) as port:
            watching = []
            victim = await fleet.FakeDevice(other).connect(port, username="", password="", ssl=show(other, tmp_path))
            attacker = await Client.connect(
                "127.0.0.1", port, client_id=one.device, ssl=show(one, tmp_path), on_message=watching.append
            )
            with pytest.raises(MqttError):
                await attacker.publish(topics.down(other.device, Down.STATE), b"forged")
            with pytest.raises(MqttError):
                await attacker.publish(topics.up(other.device, Up.EVENT), b"forged")
            with pytest.raises(MqttError):
                await attacker.publish(topics.area_now("26"), b"forged")
            await attacker.subscribe([(topics.down(one.device, Down.ACK), 1)])
            with contextlib.suppress(MqttError):  # refused, or granted and silent: what counts is that nothing comes
                await attacker.subscribe([(topics.up_filter(Up.EVENT), 1), (topics.down(other.device, Down.ACK), 1)])
            await victim.say(Up.EVENT, messages.encode_events([fleet.event(1, clock.now())]))
            await attacker.publish(topics.up(one.device, Up.BEAT), b"own branch works")
            assert watching == []
            assert victim.inbox.empty()

    uvloop.run(journey())


def test_mosquitto_turns_away_who_has_no_certificate_of_ours(identities, host, folder):
    async def journey():
        async with mosquitto(folder, host) as port:
            stranger = ssl.create_default_context(cadata=identities[0].authority)
            with pytest.raises((MqttError, OSError)):
                await Client.connect("127.0.0.1", port, client_id=identities[0].device, ssl=stranger)

    uvloop.run(journey())
