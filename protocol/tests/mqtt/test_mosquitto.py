"""The client against a broker somebody else wrote."""

import asyncio

import pytest
import uvloop

from loa_protocol.mqtt.client import Client, Message, Rejected, Will
from loa_protocol.mqtt.packets import V5, V311

pytestmark = pytest.mark.system
PATIENCE_S = 30
each_version = pytest.mark.parametrize("version", [V311, V5])


def run(main):
    async def patiently():
        async with asyncio.timeout(PATIENCE_S):
            await main

    uvloop.run(patiently())


async def login(port, name, **options):
    return await Client.connect("127.0.0.1", port, client_id=name, username="device", password="secret", **options)


async def leave(*clients):
    for client in clients:
        client.disconnect()
        await client.wait_closed()


@each_version
def test_messages_of_every_size_arrive_whole(mosquitto, version):
    async def main():
        taken = asyncio.Queue()
        reader = await login(
            mosquitto, "reader", version=version, subscriptions=[("t/+", 1)], on_message=taken.put_nowait
        )
        writer = await login(mosquitto, "writer", version=version)
        sizes = [0, 1, 100, 127, 128, 16_383, 16_384, 200_000]

        await asyncio.gather(*(writer.publish(f"t/{size}", b"x" * size) for size in sizes))
        found = [await taken.get() for _ in sizes]

        assert [(message.topic, len(message.payload), message.qos) for message in found] == [
            (f"t/{size}", size, 1) for size in sizes
        ]
        await leave(reader, writer)

    run(main())


@each_version
def test_a_wrong_password_is_refused_with_the_code_of_the_version(mosquitto, version):
    async def main():
        with pytest.raises(Rejected) as refusal:
            await Client.connect(
                "127.0.0.1", mosquitto, client_id="thief", username="device", password="no", version=version
            )
        assert refusal.value.code == (0x87 if version == V5 else 5)

    run(main())


@each_version
def test_the_will_speaks_for_a_cut_cable_and_not_for_a_farewell(mosquitto, version):
    async def main():
        taken = asyncio.Queue()
        reader = await login(mosquitto, "reader", subscriptions=[("gone/+", 1)], on_message=taken.put_nowait)
        for name in ("polite", "cut"):
            will = Will(topic=f"gone/{name}", payload=b"gone")
            client = await login(mosquitto, name, version=version, will=will)
            client.disconnect() if name == "polite" else client.abort()
            await client.wait_closed()

        assert (await taken.get()).topic == "gone/cut"
        assert taken.empty()
        await leave(reader)

    run(main())


def test_retained_state_comes_with_the_subscription(mosquitto):
    async def main():
        taken = asyncio.Queue()
        writer = await login(mosquitto, "writer")
        await writer.publish("dev/1/state", b"state", retain=True)

        reader = await login(mosquitto, "reader", subscriptions=[("dev/1/state", 1)], on_message=taken.put_nowait)

        assert (await taken.get())[:4] == Message("dev/1/state", b"state", 1, True)[:4]
        await leave(reader, writer)

    run(main())


def test_what_was_not_acknowledged_comes_again_after_a_return(mosquitto):
    async def main():
        taken = asyncio.Queue()
        options = {"clean_start": False, "session_expiry_s": 60, "manual_ack": True, "on_message": taken.put_nowait}
        reader = await login(mosquitto, "keeper", subscriptions=[("$share/loa/e/+", 1)], **options)
        writer = await login(mosquitto, "writer")
        await asyncio.gather(*(writer.publish("e/1", bytes([number])) for number in range(4)))
        first = [await taken.get() for _ in range(4)]
        reader.acknowledge(first[0])
        reader.acknowledge(first[1])
        await reader.subscribe([("fence", 0)])  # its answer comes after the receipts were read
        reader.abort()
        await reader.wait_closed()

        again = await login(mosquitto, "keeper", **options)
        second = [await taken.get() for _ in range(2)]

        assert again.session_present
        assert [message.payload for message in second] == [b"\x02", b"\x03"]
        for message in second:
            again.acknowledge(message)
        await again.unsubscribe(["$share/loa/e/+", "fence"])
        await leave(again, writer)

    run(main())


def test_two_bridges_share_a_stream_without_loss_or_doubles(mosquitto):
    async def main():
        total, taken, all_here = 3000, {"a": [], "b": []}, asyncio.Event()

        def taker(name):
            def take(message):
                taken[name].append(message.payload)
                if len(taken["a"]) + len(taken["b"]) == total:
                    all_here.set()

            return take

        bridges = [
            await login(mosquitto, name, subscriptions=[("$share/loa/e/+", 1)], on_message=taker(name))
            for name in taken
        ]
        writer = await login(mosquitto, "writer")

        await asyncio.gather(*(writer.publish("e/1", b"%d" % number) for number in range(total)))
        await all_here.wait()

        assert sorted(taken["a"] + taken["b"]) == sorted(b"%d" % number for number in range(total))
        assert taken["a"]
        assert taken["b"]
        await leave(writer, *bridges)

    run(main())
