"""Identifiers that sort by time: UUID version 7 (RFC 9562 5.7)."""

import os
import time
import uuid


def make(now_ms: int | None = None) -> uuid.UUID:
    """Return a new UUIDv7 for this time in milliseconds since 1970; the system clock is read when none is given."""
    moment = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    noise = int.from_bytes(os.urandom(10))
    value = (moment & (2**48 - 1)) << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0b10 << 62 | noise & (2**62 - 1)
    return uuid.UUID(int=value)


def moment_ms(identifier: uuid.UUID) -> int:
    """Return the time an identifier was made, in milliseconds since 1970."""
    return identifier.int >> 80
