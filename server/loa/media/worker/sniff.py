"""What a file is and whether it is whole, told by its bytes alone."""

import os
from pathlib import Path
from typing import BinaryIO

from loa.media.worker.refused import Refused

_HEAD_BYTES = 4096
_MP4_FIRST = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_EBML = bytes.fromhex("1a45dfa3")
_SEGMENT = bytes.fromhex("18538067")
_TS_PACKET = 188
_OGG_TAIL = 128 * 1024
_OGG_LAST_PAGE = 0x04


def demuxer(file: Path) -> str:
    """Return the one demuxer that may read this file. Raises `Refused("not_audio")` for all other content.

    FFmpeg is never left to guess: playlists, subtitles, pictures and the like have no way in.
    """
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return _container(head) or _stream_of_frames(head)


def check_whole(file: Path, name: str) -> None:
    """Raise `Refused("truncated")` when the container itself says that bytes are missing."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        whole = {"wav": _wav_whole, "ogg": _ogg_whole, "mov": _mp4_whole, "matroska": _matroska_whole}.get(name)
        if whole is not None and not whole(stream, size):
            raise Refused("truncated")


def has_length(file: Path, name: str) -> bool:
    """Tell whether the duration the demuxer reports was written by the maker, not guessed from the bit rate."""
    if name != "mp3":
        return name not in {"aac", "ogg", "mpegts", "amr"}
    with file.open("rb") as stream:
        stream.seek(_id3_size(stream.read(10)))
        first = stream.read(1024)
    return b"Xing" in first or b"Info" in first or b"VBRI" in first


def _container(head: bytes) -> str | None:
    plain = {b"OggS": "ogg", b"fLaC": "flac", _EBML: "matroska", b"caff": "caf", b"#!AM": "amr"}
    name = plain.get(head[:4])
    if head[:4] in {b"RIFF", b"RF64"}:
        name = {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    elif head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        name = "aiff"
    elif head[4:8] in _MP4_FIRST:
        name = "mov"
    elif head[:16] == _ASF:
        name = "asf"
    elif len(head) > 2 * _TS_PACKET and {head[0], head[_TS_PACKET], head[2 * _TS_PACKET]} == {0x47}:
        name = "mpegts"
    return name


def _stream_of_frames(head: bytes) -> str:
    if head[:3] == b"ID3":
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return "mp3"
    return _not_audio()


def _not_audio() -> str:
    raise Refused("not_audio")


def _id3_size(head: bytes) -> int:
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])


def _wav_whole(stream: BinaryIO, size: int) -> bool:
    """Walk the chunks. A recorder that could not seek back leaves 0 or all ones as the length: that is no fault."""
    position = 12
    while position + 8 <= size:
        stream.seek(position)
        chunk, length = stream.read(4), int.from_bytes(stream.read(4), "little")
        if chunk == b"data":
            return length in {0, 0xFFFFFFFF} or position + 8 + length <= size
        position += 8 + length + length % 2
    return False


def _ogg_whole(stream: BinaryIO, size: int) -> bool:
    """Look at the last page: it must be complete and carry the mark of the end."""
    stream.seek(max(0, size - _OGG_TAIL))
    tail = stream.read()
    start = tail.rfind(b"OggS")
    if start < 0 or len(tail) < start + 27:
        return False
    segments = tail[start + 26]
    lacing = tail[start + 27 : start + 27 + segments]
    return (
        bool(tail[start + 5] & _OGG_LAST_PAGE)
        and len(lacing) == segments
        and len(tail) >= start + 27 + segments + sum(lacing)
    )


def _mp4_whole(stream: BinaryIO, size: int) -> bool:
    """Walk the boxes: each must fit, and the one with the index must be there."""
    position, has_index = 0, False
    while position + 8 <= size:
        stream.seek(position)
        length, kind = int.from_bytes(stream.read(4), "big"), stream.read(4)
        if length == 1:
            length = int.from_bytes(stream.read(8), "big")
        elif length == 0:
            length = size - position
        if length < 8 or position + length > size:
            return has_index and kind not in {b"mdat", b"moof"}
        has_index = has_index or kind == b"moov"
        position += length
    return has_index


def _matroska_whole(stream: BinaryIO, size: int) -> bool:
    """Compare the segment's length with the file's; a live recording has none."""
    stream.seek(4)
    stream.seek(_vint(stream) or 0, os.SEEK_CUR)
    if stream.read(4) != _SEGMENT:
        return True
    length = _vint(stream)
    return length is None or stream.tell() + length <= size


def _vint(stream: BinaryIO) -> int | None:
    first = stream.read(1)
    if not first or first[0] == 0:
        return None
    width = 8 - first[0].bit_length() + 1
    value = int.from_bytes(bytes([first[0] & ((1 << (8 - width)) - 1)]) + stream.read(width - 1), "big")
    return None if value == (1 << (7 * width)) - 1 else value
