"""A fleet that comes back at once: bare clients, as many as devices, connecting and subscribing again and again."""

import asyncio
import base64
import gc
import json
import ssl
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Any: an identity is an open JSON object

import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from loa_protocol import topics
from loa_protocol.mqtt.client import Client, MqttError

AT_ONCE = 500
_PAUSE_S = 2.0


@dataclass(slots=True)
class Caller:
    """One device that knows how to come back."""

    device: str
    credential: str
    topics: Sequence[tuple[str, int]]
    tls: ssl.SSLContext | None


async def main(callers: Sequence[Caller], port: int, rounds: int) -> None:
    """Connect all, cut all cables, and time how long until all are subscribed again; a JSON line each round."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # as in the simulator: a fleet is no garbage
    clients: list[Client] = []
    for number in range(rounds + 1):
        for client in clients:
            client.abort()
        await asyncio.sleep(_PAUSE_S)
        begun = time.monotonic()
        clients = await _all(callers, port)
        took_s = time.monotonic() - begun
        sys.stdout.write(json.dumps({"round": number, "took_s": took_s, "connected": len(clients)}) + "\n")
        sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def _all(callers: Sequence[Caller], port: int) -> list[Client]:
    door = asyncio.Semaphore(AT_ONCE)

    async def one(caller: Caller) -> Client:
        name, password = (caller.device, caller.credential) if caller.tls is None else ("", "")
        async with door:
            while True:
                try:
                    return await Client.connect(
                        "127.0.0.1", port, client_id=caller.device, username=name, password=password,
                        subscriptions=caller.topics, ssl=caller.tls, keepalive_s=600, timeout_s=60,
                    )  # fmt: skip
                except (MqttError, OSError, TimeoutError):
                    continue

    return await asyncio.gather(*(one(caller) for caller in callers))


def _caller(identity: dict[str, Any]) -> Caller:
    wanted = [(topic, 1) for topic in topics.subscriptions(identity["device"], identity["area_path"])]
    return Caller(identity["device"], identity["credential"], wanted, _context(identity))


def _context(identity: dict[str, Any]) -> ssl.SSLContext | None:
    """Return what a device shows; None for one that signs in by its credential."""
    if "certificate" not in identity:
        return None
    secret = identity["private_jwk"]["d"]
    key = ed25519.Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    context = ssl.create_default_context(cadata=identity["authority"])
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem + identity["certificate"])
        file.flush()
        context.load_cert_chain(file.name)
    return context


if __name__ == "__main__":
    fleet = [_caller(json.loads(line)) for line in Path(sys.argv[1]).read_text().splitlines()]
    uvloop.run(main(fleet, int(sys.argv[2]), int(sys.argv[3])))
