"""The list of pieces an HLS source gives (RFC 8216), as far as sound needs it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from loa.media.streams.faults import Fault, StreamBroken

LINES_MOST = 3_000
PIECES_MOST = 1_000
TARGET_MOST_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece: where it lies, and what has to come before the first of its kind."""

    reference: str
    begin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The pieces there are now, the first with its number; `target_s` is how long one lasts at most."""

    first: int
    target_s: float
    pieces: Sequence[Piece]
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A list of lists: `best` needs the least of the line."""

    best: str


def read(content: bytes) -> Choice | Listed:
    """Return what a playlist says; `StreamBroken` for what is none, is enciphered, or asks for more than we do."""
    try:
        lines = [line.strip() for line in content.decode().splitlines()]
    except UnicodeDecodeError as odd:
        raise StreamBroken(Fault.PLAYLIST) from odd
    if len(lines) > LINES_MOST or not lines or lines[0] != "#EXTM3U":
        raise StreamBroken(Fault.PLAYLIST)
    if any(line.startswith("#EXT-X-STREAM-INF") for line in lines):
        return _choice(lines)
    return _listed(lines)


def _choice(lines: Sequence[str]) -> Choice:
    found: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines):
        if line.startswith("#EXT-X-STREAM-INF:"):
            place = next((one for one in lines[number + 1 :] if one and not one.startswith("#")), "")
            found.append((_bandwidth(line), number, place))
    best = min((one for one in found if one[2]), default=None)
    if best is None:
        raise StreamBroken(Fault.PLAYLIST)
    return Choice(best=best[2])


def _listed(lines: Sequence[str]) -> Listed:
    first, target_s, begin = 0, 0.0, ""
    pieces: list[Piece] = []
    is_over = False
    for line in lines[1:]:
        name, _, said = line.partition(":")
        if name == "#EXT-X-MEDIA-SEQUENCE":
            first = _number(said)
        elif name == "#EXT-X-TARGETDURATION":
            target_s = float(_number(said))
        elif name == "#EXT-X-MAP":
            begin = _quoted(said, "URI")
        elif name == "#EXT-X-ENDLIST":
            is_over = True
        elif name == "#EXT-X-BYTERANGE" or (name == "#EXT-X-KEY" and "METHOD=NONE" not in said):
            raise StreamBroken(Fault.PLAYLIST)
        elif line and not line.startswith("#"):
            pieces.append(Piece(reference=line, begin=begin))
    if not 0 < target_s <= TARGET_MOST_S or len(pieces) > PIECES_MOST:
        raise StreamBroken(Fault.PLAYLIST)
    return Listed(first=first, target_s=target_s, pieces=pieces, is_over=is_over)


def _bandwidth(line: str) -> int:
    for part in line.partition(":")[2].split(","):
        name, _, said = part.strip().partition("=")
        if name == "BANDWIDTH":
            return _number(said)
    raise StreamBroken(Fault.PLAYLIST)


def _number(said: str) -> int:
    text = said.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise StreamBroken(Fault.PLAYLIST)
    return int(text)


def _quoted(said: str, name: str) -> str:
    _, found, rest = said.partition(f'{name}="')
    value, end, _ = rest.partition('"')
    if not found or not end or not value:
        raise StreamBroken(Fault.PLAYLIST)
    return value
