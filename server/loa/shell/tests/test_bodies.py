import asyncio

import pytest

from loa.shell import bodies


class Chunks:
    """What a client sends: the pieces, then nothing more until it leaves."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    async def __anext__(self):
        if not self.pieces:
            raise StopAsyncIteration
        return self.pieces.pop(0)


class Silence:
    """A client that says nothing and stays."""

    def __init__(self, loop):
        self.never = loop.create_future()

    async def __anext__(self):
        return await self.never


def test_a_body_is_handed_on_whole():
    async def run():
        room = bodies.WaitingRoom(most_bytes=100)
        with await bodies.receive(Chunks(b"abc", b"de"), size_bytes=5, room=room) as body:
            return body.read()

    assert asyncio.run(run()) == b"abcde"


def test_a_body_that_ends_early_is_not_taken_for_whole():
    async def run():
        await bodies.receive(Chunks(b"abc"), size_bytes=5, room=bodies.WaitingRoom(most_bytes=100))

    with pytest.raises(bodies.Broken):
        asyncio.run(run())


def test_when_too_much_is_under_way_the_oldest_body_goes():
    async def run():
        room = bodies.WaitingRoom(most_bytes=100)
        silence = Silence(asyncio.get_running_loop())
        oldest = asyncio.create_task(bodies.receive(silence, size_bytes=90, room=room))
        await asyncio.sleep(0)
        with await bodies.receive(Chunks(b"x" * 20), size_bytes=20, room=room) as body:
            received = len(body.read())
        with pytest.raises(TimeoutError):
            await oldest
        return received

    assert asyncio.run(run()) == 20
