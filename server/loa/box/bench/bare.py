"""A bare publication: one message through a broker, with nothing of ours before it."""

import asyncio
import base64
import json
import sys
import time

from loa_protocol.mqtt.client import Client


async def main(port: int) -> None:
    """Publish each message that comes in as a JSON line; answer when it was handed over and when acknowledged."""
    client = await Client.connect("127.0.0.1", port, client_id="bench-bare")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        payload = base64.b64decode(asked["token"])
        begun_ms = time.monotonic() * 1000
        await client.publish(asked["topic"], payload, qos=1)
        sys.stdout.write(json.dumps({"begun_ms": begun_ms, "bytes": len(payload)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
