"""Hearing of work as soon as its transaction commits."""

from collections.abc import Awaitable, Callable

from loa.devices.bridge.database import Connection, Line
from loa.devices.notify import Channel


async def listen(line: Line, heard: Callable[[str, str], Awaitable[None]]) -> None:
    """Tell every notification, for ever; after each (re)connection tell an empty one, since some may have passed."""

    async def work(connection: Connection) -> None:
        for channel in Channel:
            await connection.execute(f"LISTEN {channel.value}".encode())
        await heard("", "")
        async for notification in connection.notifies():
            await heard(notification.channel, notification.payload)

    while True:
        await line.run(work)
