"""The bytes of a stream, from a plain HTTP stream or the pieces of an HLS one, each hop looked at."""

import http.client
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from enum import StrEnum

from loa.media.streams import addresses, playlist
from loa.media.streams.addresses import Target
from loa.media.streams.faults import Fault, StreamBroken

TIMEOUT_S = 5.0
HOPS_MOST = 4
BLOCK_BYTES = 16 * 1024
PLAYLIST_MOST_BYTES = 256 * 1024
PIECE_MOST_BYTES = 8 * 1024 * 1024
PIECE_PATIENCE_S = 20.0
_MOVED = frozenset({301, 302, 303, 307, 308})
_BEHIND = 3
"""How many pieces before the last one HLS is joined (RFC 8216 6.3.3)."""


class Kind(StrEnum):
    """How a source sends: one endless answer (HTTP, Icecast), or a list of pieces (HLS)."""

    HTTP = "http"
    HLS = "hls"


def pieces(address: str, kind: Kind, *, wait: Callable[[float], bool]) -> Iterator[bytes]:
    """Yield what a source sends until it ends; raise `StreamBroken`.

    `wait` waits so many seconds and returns True when it is time to give up.
    """
    target = addresses.read(address)
    if kind is Kind.HLS:
        yield from _listed(target, wait=wait)
        return
    answer = _asked(target)
    with closing(answer):
        while block := _read(answer):
            yield block
    raise StreamBroken(Fault.ENDED)


class _Answer:
    """An answer that is read, with the line it comes by."""

    def __init__(self, line: http.client.HTTPConnection, response: http.client.HTTPResponse, target: Target) -> None:
        self.line, self.response, self.target = line, response, target

    def close(self) -> None:
        self.response.close()
        self.line.close()


def _asked(target: Target) -> _Answer:
    """Ask, and follow where the answer leads, each time to a place that may be asked."""
    for _hop in range(HOPS_MOST + 1):
        line = _Line(target)
        try:
            line.request("GET", target.path, headers={"User-Agent": "loa", "Accept": "*/*", "Icy-MetaData": "0"})
            response = line.getresponse()
        except (OSError, http.client.HTTPException) as failed:
            line.close()
            raise StreamBroken(Fault.UNREACHABLE) from failed
        if response.status == http.client.OK:
            return _Answer(line, response, target)
        place = response.headers.get("Location", "")
        line.close()
        if response.status not in _MOVED or not place:
            raise StreamBroken(Fault.REFUSED)
        target = addresses.beside(target, place)
    raise StreamBroken(Fault.REFUSED)


def _read(answer: _Answer) -> bytes:
    try:
        return answer.response.read1(BLOCK_BYTES)
    except (OSError, http.client.HTTPException) as failed:
        raise StreamBroken(Fault.UNREACHABLE) from failed


def _whole(target: Target, *, most_bytes: int) -> tuple[bytes, Target]:
    """Return a whole answer and where it came from; `StreamBroken` when it is too large or too slow."""
    until_s = time.monotonic() + PIECE_PATIENCE_S
    answer = _asked(target)
    content = bytearray()
    with closing(answer):
        while block := _read(answer):
            content += block
            if len(content) > most_bytes:
                raise StreamBroken(Fault.TOO_LARGE)
            if time.monotonic() > until_s:
                raise StreamBroken(Fault.UNREACHABLE)
    return bytes(content), answer.target


def _listed(target: Target, *, wait: Callable[[float], bool]) -> Iterator[bytes]:
    found, target = _playlist(target)
    if isinstance(found, playlist.Choice):
        found, target = _playlist(addresses.beside(target, found.best))
        if isinstance(found, playlist.Choice):
            raise StreamBroken(Fault.PLAYLIST)
    first = target
    last, began = found.first + len(found.pieces) - 1 - _BEHIND, ""
    while True:
        fresh = [(number, piece) for number, piece in enumerate(found.pieces, start=found.first) if number > last]
        for number, piece in fresh:
            if piece.begin and piece.begin != began:
                yield _whole(addresses.beside(target, piece.begin), most_bytes=PIECE_MOST_BYTES)[0]
                began = piece.begin
            yield _whole(addresses.beside(target, piece.reference), most_bytes=PIECE_MOST_BYTES)[0]
            last = number
        if found.is_over:
            raise StreamBroken(Fault.ENDED)
        if wait(found.target_s if fresh else found.target_s / 2):
            return
        again, target = _playlist(first)
        if isinstance(again, playlist.Choice):
            raise StreamBroken(Fault.PLAYLIST)
        found = again
        if found.first + len(found.pieces) - 1 < last:  # it began anew
            last = found.first - 1


def _playlist(target: Target) -> tuple[playlist.Choice | playlist.Listed, Target]:
    content, place = _whole(target, most_bytes=PLAYLIST_MOST_BYTES)
    return playlist.read(content), place


class _Line(http.client.HTTPConnection):
    """A line to the one address that was judged."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S)
        self.default_port = addresses.PORTS[target.scheme]  # or the name asked for would have the port with it
        self._target = target

    def connect(self) -> None:
        """Connect, with TLS where the address says so."""
        self.sock = addresses.connect(self._target, timeout_s=TIMEOUT_S)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
