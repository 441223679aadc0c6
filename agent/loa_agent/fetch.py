"""Fetching a file by its digest: resumed after a break, checked while it streams, put in place whole or not at all."""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path
from ssl import SSLContext
from typing import IO
from urllib.parse import urlsplit

from loa_protocol.refusal import Reason, Refused

TIMEOUT_S = 30.0
_CHUNK = 64 * 1024


class FetchFailed(Exception):
    """The file could not be had this time; what came is kept and the next try goes on from there."""


def place(folder: Path, sha256: str) -> Path:
    """Return where a file of this digest lies, whether it is there or not."""
    return folder / sha256[:2] / sha256


def fetch(url: str, *, sha256: str, size_bytes: int, folder: Path, ssl: SSLContext | None = None) -> Path:
    """Fetch `url` into `folder` and return its place there.

    Raises `FetchFailed` when it should be tried again, `Refused` when what is served is larger than `size_bytes` or is
    something else than the digest says.
    """
    target = place(folder, sha256)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    resumed = part.exists() and part.stat().st_size > 0
    digest = _stream(url, part, size_bytes=size_bytes, ssl=ssl)
    if digest != sha256 and resumed:
        # The beginning may have been spoiled by a power cut: what is served now is judged by itself alone.
        part.unlink(missing_ok=True)
        digest = _stream(url, part, size_bytes=size_bytes, ssl=ssl)
    if digest != sha256:
        part.unlink(missing_ok=True)
        raise Refused(Reason.DIGEST_MISMATCH, sha256)
    part.replace(target)
    _sync_folder(target.parent)
    return target


def read(url: str, *, most_bytes: int, ssl: SSLContext | None = None) -> bytes:
    """Return a small answer. Raises `FetchFailed`."""
    try:
        with urllib.request.urlopen(_request(url), timeout=TIMEOUT_S, context=ssl) as answer:  # noqa: S310 - see _request
            content: bytes = answer.read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as broken:
        raise FetchFailed(f"{url}: {broken}") from broken
    if len(content) > most_bytes:
        raise FetchFailed(f"{url}: the answer is longer than {most_bytes} bytes")
    return content


def _stream(url: str, part: Path, *, size_bytes: int, ssl: SSLContext | None) -> str:
    digest, have = hashlib.sha256(), 0
    if part.exists():
        with part.open("rb") as kept:
            while chunk := kept.read(_CHUNK):
                digest.update(chunk)
                have += len(chunk)
    request = _request(url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=ssl) as answer:  # noqa: S310 - see _request
            goes_on = have > 0 and answer.status == 206 and _starts_at(answer.headers.get("Content-Range"), have)
            if not goes_on:
                digest, have = hashlib.sha256(), 0
            with part.open("ab" if goes_on else "wb") as file:
                _copy(answer, file, digest, have=have, size_bytes=size_bytes)
                file.flush()
                os.fsync(file.fileno())
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code == 416:
            # All of it is here already, or the part is longer than the file: the digest tells.
            return digest.hexdigest()
        raise FetchFailed(f"{url}: the server says {refused.code}") from refused
    except (OSError, http.client.HTTPException) as broken:
        raise FetchFailed(f"{url}: {broken}") from broken
    except Refused:
        part.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _copy(
    answer: http.client.HTTPResponse, file: IO[bytes], digest: "hashlib._Hash", *, have: int, size_bytes: int
) -> None:
    expected = answer.length
    got = 0
    while chunk := answer.read(_CHUNK):
        got += len(chunk)
        if have + got > size_bytes:
            raise Refused(Reason.TOO_LARGE)
        file.write(chunk)
        digest.update(chunk)
    if expected is not None and got < expected:
        raise FetchFailed(f"{got} of {expected} bytes came")


def _starts_at(content_range: str | None, first: int) -> bool:
    return content_range is not None and content_range.startswith(f"bytes {first}-")


def _request(url: str) -> urllib.request.Request:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise FetchFailed(f"{url}: only http and https are fetched")
    return urllib.request.Request(url, headers={"User-Agent": "loa-agent"})  # noqa: S310 - the scheme was checked


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
