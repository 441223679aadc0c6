"""A line that can be bad: a proxy between an agent and its server, and the clock and the names an agent sees."""

import asyncio
import contextlib
import threading


class Line:
    """A TCP proxy in a thread of its own. What is wrong with it can be changed while it carries something.

    `delay_s` is added to every piece, each way; `rate` is how many bytes a second it carries. `is_stalled` accepts and
    carries nothing, as a line whose other end is gone without a word; `is_closed` refuses; `cut` ends what is open.
    """

    def __init__(self, target):
        self.target = target
        self.delay_s, self.rate = 0.0, None
        self.is_stalled, self.is_closed = False, False
        self.carried, self.connections = 0, 0
        self._open = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def cut(self):
        """End everything that is open, without a good-bye."""
        self._loop.call_soon_threadsafe(self._cut)

    def close(self):
        """End the proxy."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        everywhere = "0.0.0.0"  # noqa: S104 - also heard in a namespace
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, everywhere, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(asyncio.sleep(0.05))  # who just came in begins, so that it can be ended
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))  # what was aborted closes its socket
        self._loop.close()

    def _cut(self):
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader, writer):
        self.connections += 1
        ends = [writer]
        self._open.add(writer)
        try:
            if self.is_closed:
                return
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            ends.append(back)
            self._open.add(back)
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        except (OSError, asyncio.CancelledError):
            pass  # the other side is gone, or the proxy ends: nobody waits for this task
        finally:
            for end in ends:
                self._open.discard(end)
                end.transport.abort()

    async def _pass(self, source, sink):
        with contextlib.suppress(OSError):
            while piece := await source.read(2_048):
                while self.is_stalled:  # noqa: ASYNC110 - set from another thread
                    await asyncio.sleep(0.05)
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if self.rate:
                    await asyncio.sleep(len(piece) / self.rate)
                self.carried += len(piece)
                sink.write(piece)
                await sink.drain()
            sink.transport.abort()
