"""The door for our own web server: bodies and files on its event loop, pages on threads of their own."""

import asyncio
import io
import logging
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import IO, Any  # Any: the server's objects have no types, and PEP 3333 leaves the environment open

from django.conf import settings
from django.db import close_old_connections
from django.http import parse_cookie

from loa.media.web import rsgi as media
from loa.shell import bodies, intake

logger = logging.getLogger(__name__)

THREADS = 8

_SMALL_TOGETHER_BYTES = 256 * 1024 * 1024
_LARGE_TOGETHER_BYTES = 1024 * 1024 * 1024
_DISCARDED_BYTES = 128 * 1024 * 1024
_DISCARDING_S = 5.0
_BARE = {
    HTTPStatus.REQUEST_TIMEOUT: "Dữ liệu gửi lên quá chậm.\nThe request came in too slowly.\n",
    HTTPStatus.LENGTH_REQUIRED: "Yêu cầu phải cho biết độ dài.\nA request has to say how long it is.\n",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Có lỗi ở máy chủ.\nSomething went wrong on the server.\n",
}

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Door:
    """Answers the server's requests with a WSGI application, which only meets requests that have arrived whole.

    So a client that sends slowly, or nothing more, costs a few kilobytes and no thread.
    """

    def __init__(self, application: Callable[[Environ, Callable[..., Any]], Iterable[bytes]]) -> None:
        """Take the pages; files below `/media/` are answered beside them."""
        self._application = application
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._small = bodies.WaitingRoom(most_bytes=_SMALL_TOGETHER_BYTES)
        self._large = bodies.WaitingRoom(most_bytes=_LARGE_TOGETHER_BYTES)

    async def answer(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        if scope.path.startswith(media.PREFIX):
            await media.serve(scope, proto)
            return
        environ = environ_of(scope)
        if "HTTP_TRANSFER_ENCODING" in environ:
            _refuse(proto, HTTPStatus.LENGTH_REQUIRED)
            return
        size_bytes = int(environ.get("CONTENT_LENGTH") or 0)
        if size_bytes > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and size_bytes > await self._run(_most_bytes, environ):
            await self._page(proto, environ, io.BytesIO())  # the page says 413 by the declared length alone
            await bodies.discard(aiter(proto), most_bytes=_DISCARDED_BYTES, for_s=_DISCARDING_S)
            return
        try:
            body = await self._received(proto, size_bytes)
        except TimeoutError:
            _refuse(proto, HTTPStatus.REQUEST_TIMEOUT)
        except bodies.Broken:
            _refuse(proto, HTTPStatus.BAD_REQUEST)
        else:
            with body:
                await self._page(proto, environ, body)

    async def _received(self, proto: Any, size_bytes: int) -> IO[bytes]:
        if not size_bytes:
            return io.BytesIO()
        room = self._small if size_bytes <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE else self._large
        return await bodies.receive(aiter(proto), size_bytes=size_bytes, room=room)

    async def _page(self, proto: Any, environ: Environ, body: IO[bytes]) -> None:
        environ["wsgi.input"] = body
        try:
            status, headers, content = await self._run(self._called, environ)
        except Exception:  # a bug outside Django's own net: this caller hears 500, the others go on
            logger.exception("a page could not be answered", extra={"path": environ["PATH_INFO"]})
            _refuse(proto, HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            proto.response_bytes(status, headers, content)

    async def _run(self, work: Callable[[Environ], Any], environ: Environ) -> Any:  # Any: as the work returns
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, environ)

    def _called(self, environ: Environ) -> Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            begun.append((status, headers))

        result = self._application(environ, start_response)
        try:
            content = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        status, headers = begun[-1]
        return int(status.split(" ", 1)[0]), headers, content


def environ_of(scope: Any) -> Environ:
    """Return a request's environment as PEP 3333 has it; a header whose underscores pass for dashes is dropped."""
    client, _, _port = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": client.strip("[]"),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ


def session_key_of(environ: Environ) -> str:
    """Return the key of the session a request claims, as Django reads it."""
    return parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")


def _most_bytes(environ: Environ) -> int:
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    close_old_connections()
    try:
        return intake.most_bytes(path, session_key=session_key_of(environ))
    finally:
        close_old_connections()


def _refuse(proto: Any, status: HTTPStatus) -> None:
    text = _BARE.get(status, f"{status.phrase}\n").encode()
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close"), ("cache-control", "no-store")]
    proto.response_bytes(status.value, headers, text)
