"""A picture decoded and encoded anew: pixels go over, nothing else does."""

import struct
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from loa.media.rules import PIXELS_MOST, SIDE_LONGEST, Kind
from loa.media.worker import document
from loa.media.worker.refused import Refused

_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
_SAVING: dict[Kind, dict[str, int]] = {
    Kind.JPEG: {"quality": 88},
    Kind.PNG: {"compress_level": 6},
    Kind.WEBP: {"quality": 85},
}
_WEBP_START = bytes.fromhex("9d012a")


def make(source: Path, result: Path, kind: Kind) -> None:
    """Write the picture to `result`, upright, without anything but its pixels. Raises `Refused`."""
    document.check_single(source, markup_too=True)
    _check_canvas(source, kind)
    Image.MAX_IMAGE_PIXELS = PIXELS_MOST
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=[_FORMATS[kind]]) as picture:
            _check_size(*picture.size)
            upright = ImageOps.exif_transpose(picture)
            pixels = upright.convert(_mode(upright, kind))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused("too_many_pixels") from bomb
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error) as odd:
        raise Refused("document_damaged") from odd
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    bare.save(result, _FORMATS[kind], **_SAVING[kind])


def _mode(picture: Image.Image, kind: Kind) -> str:
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    return "RGBA" if has_alpha and kind is not Kind.JPEG else "RGB"


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS_MOST or max(width, height) > SIDE_LONGEST:
        raise Refused("too_many_pixels")


def _check_canvas(source: Path, kind: Kind) -> None:
    """Look at the size the header tells before a library makes room for it."""
    with source.open("rb") as stream:
        head = stream.read(64)
    if kind is Kind.PNG and head[12:16] == b"IHDR":
        _check_size(*struct.unpack(">II", head[16:24]))
    elif kind is Kind.WEBP:
        _check_size(*_webp_size(head))


def _webp_size(head: bytes) -> tuple[int, int]:
    chunk, content = head[12:16], head[20:]
    if chunk == b"VP8X" and len(content) >= 10:
        return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
    if chunk == b"VP8L" and len(content) >= 5:
        bits = int.from_bytes(content[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and content[3:6] == _WEBP_START:
        return int.from_bytes(content[6:8], "little") & 0x3FFF, int.from_bytes(content[8:10], "little") & 0x3FFF
    raise Refused("document_damaged")
