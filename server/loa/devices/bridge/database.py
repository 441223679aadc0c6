"""Connections to PostgreSQL that come back by themselves; the hot paths do without the ORM."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar  # Any: rows are of open shape

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
GONE = (psycopg.OperationalError, psycopg.InterfaceError)
"""What psycopg raises when the server has gone away or shuts down."""

_BACKOFF_FIRST_S = 0.05
_BACKOFF_MOST_S = 2.0
_CONNECT_TIMEOUT_S = 5

_R = TypeVar("_R")


def conninfo() -> str:
    """Return how to reach the database of this process."""
    wanted = connections["default"].settings_dict
    named = {"host": wanted["HOST"], "port": wanted["PORT"], "user": wanted["USER"], "password": wanted["PASSWORD"]}
    return make_conninfo(
        dbname=wanted["NAME"],
        application_name="loa-bridge",
        connect_timeout=_CONNECT_TIMEOUT_S,
        **{name: value for name, value in named.items() if value},
    )


class Line:
    """One connection with one user at a time. Lost once and back once are each told in one line of the log."""

    def __init__(self, name: str, *, prepare: str = "", durable: bool = True) -> None:
        self.name = name
        self._prepare = prepare
        self._durable = durable
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._was_lost = False

    async def run(self, work: Callable[[Connection], Awaitable[_R]]) -> _R:
        """Do `work`, from its beginning again as often as the connection is lost: it must not mind being repeated."""
        pause_s = _BACKOFF_FIRST_S
        async with self._lock:
            while True:
                try:
                    connection = await self._open()
                    result = await work(connection)
                except GONE as lost:
                    await self._forget(lost)
                    await asyncio.sleep(pause_s)
                    pause_s = min(_BACKOFF_MOST_S, pause_s * 2)
                else:
                    self._found()
                    return result

    async def rows(self, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; none for a statement that returns nothing."""

        async def work(connection: Connection) -> list[tuple[Any, ...]]:
            cursor = await connection.execute(query.encode(), parameters)
            return await cursor.fetchall() if cursor.description is not None else []

        return await self.run(work)

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """Hold the line while nothing runs on it: cancelling a statement midway is slow, and unkind to the server."""
        async with self._lock:
            yield

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(conninfo(), autocommit=True, prepare_threshold=3)
            if not self._durable:
                await self._connection.execute("SET synchronous_commit = off")
            if self._prepare:
                await self._connection.execute(self._prepare.encode())
        return self._connection

    async def _forget(self, lost: Exception) -> None:
        if not self._was_lost:
            logger.warning("database lost", extra={"line": self.name, "why": str(lost).strip()})
        self._was_lost = True
        await self.close()

    def _found(self) -> None:
        if self._was_lost:
            logger.warning("database back", extra={"line": self.name})
        self._was_lost = False
