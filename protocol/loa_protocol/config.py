"""How a device is set up: where it stands, its volume. Content-addressed, shared by devices set up alike."""

import json
import re
from dataclasses import dataclass

from loa_protocol import canonical, fields
from loa_protocol.refusal import Reason, Refused

AREA_LONGEST = 160
_AREA = re.compile(r"[A-Za-z0-9_.-]{1,32}(?:/[A-Za-z0-9_.-]{1,32})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`area` are the codes of the units a device stands in, top first: it obeys urgent messages of these only.

    Without an `area` it is the one of the enrolment. Without a `volume_pct` the volume stays as it was ordered. While
    `is_muted` only alerts sound.
    """

    area: str | None = None
    volume_pct: int | None = None
    is_muted: bool = False


def encode(config: Config) -> bytes:
    """Return the canonical bytes whose digest names the configuration."""
    muted = {"is_muted": True} if config.is_muted else {}  # absent is false, so that older files keep their digests
    return canonical.encode({"v": 1, "area": config.area, "volume_pct": config.volume_pct, **muted})


def decode(content: bytes) -> Config:
    """Return the configuration of these bytes; `Refused` when it is not one. Check the digest first."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED, "config") from broken
    if not isinstance(document, dict) or document.get("v") != 1:
        raise Refused(Reason.MALFORMED, "config")
    area = fields.optional_text(document, "area", longest=AREA_LONGEST)
    if area is not None and _AREA.fullmatch(area) is None:
        raise Refused(Reason.MALFORMED, "area")
    is_muted = document.get("is_muted", False)
    if not isinstance(is_muted, bool):
        raise Refused(Reason.MALFORMED, "is_muted")
    return Config(area=area, volume_pct=fields.optional_integer(document, "volume_pct", high=100), is_muted=is_muted)
