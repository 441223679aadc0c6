"""What HTTP is told about a file of the store: whole, in part, unchanged, or not there (RFC 9110)."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from loa.media import store

CHUNK_BYTES = 1024 * 1024

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_ALWAYS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class Body:
    """A stretch of a file, read a megabyte at a time; closes the file when done or abandoned."""

    def __init__(self, handle: int, *, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self._handle = handle
        self._position = start
        os.posix_fadvise(handle, start, stop - start, os.POSIX_FADV_SEQUENTIAL)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = b""
        if self._position < self.stop:
            part = os.pread(self._handle, min(CHUNK_BYTES, self.stop - self._position), self._position)
        if not part:
            self.close()
            raise StopIteration
        self._position += len(part)
        return part

    def close(self) -> None:
        """Let go of the file; may be called again."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            self._position = self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to send. `body` is None when there is nothing to send."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request says that matters here; a missing header is an empty string."""

    method: str
    wanted: str = ""
    if_range: str = ""
    if_none_match: str = ""


def answer(sha256: str, asked: Asked) -> Answer:
    """Return the answer to a request for a digest."""
    if asked.method not in {"GET", "HEAD"}:
        return Answer(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD", "Content-Length": "0"})
    handle = _opened(sha256)
    if handle is None:
        return Answer(status=HTTPStatus.NOT_FOUND, headers={"Content-Length": "0", "Cache-Control": "no-store"})
    tag = f'"{sha256}"'
    if asked.if_none_match.strip() == "*" or tag in asked.if_none_match:
        os.close(handle)
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers={**_ALWAYS, "ETag": tag})
    return _found(handle, asked, tag=tag)


def _found(handle: int, asked: Asked, *, tag: str) -> Answer:
    headers, size = {**_ALWAYS, "ETag": tag}, os.fstat(handle).st_size
    stretch = _stretch(asked, tag=tag, size=size)
    if stretch is None:
        os.close(handle)
        headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
        return Answer(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    start, stop, status = stretch
    headers |= {"Content-Type": _kind(os.pread(handle, 4, 0)), "Content-Length": str(stop - start)}
    if status is HTTPStatus.PARTIAL_CONTENT:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    if asked.method == "HEAD":
        os.close(handle)
        return Answer(status=status, headers=headers)
    return Answer(status=status, headers=headers, body=Body(handle, start=start, stop=stop))


def _opened(sha256: str) -> int | None:
    """Return a handle of the file, None when the store does not hold it."""
    if not store.is_digest(sha256):
        return None
    try:
        return os.open(store.path(sha256), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _stretch(asked: Asked, *, tag: str, size: int) -> tuple[int, int, HTTPStatus] | None:
    """Return start, stop and status; None when the range lies outside. What is no single range that still holds is
    answered with the whole.
    """
    whole = (0, size, HTTPStatus.OK)
    match = _RANGE.fullmatch(asked.wanted.strip())
    if match is None or asked.if_range.strip() not in {"", tag}:
        return whole
    first, last = match[1], match[2]
    if (not first and not last) or (first and last and int(first) > int(last)):
        return whole
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    return (start, stop, HTTPStatus.PARTIAL_CONTENT) if start < stop else None


def _kind(head: bytes) -> str:
    if head == b"OggS":
        return "audio/ogg"
    return "application/json" if head[:1] in {b"{", b"["} else "application/octet-stream"
