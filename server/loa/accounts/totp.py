"""One-time codes by the clock, after RFC 6238: six digits, thirty seconds, SHA-1 as every app has it."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
STEP_S = 30
SECRET_BYTES = 20
DRIFT_STEPS = 1
"""A phone's clock may be half a minute off. RFC 6238, 5.2 recommends one step."""


def new_secret() -> bytes:
    """Return a secret of 160 bits, the length RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(now: datetime) -> int:
    """Return the number of the step a moment lies in."""
    return int(now.timestamp()) // STEP_S


def code(secret: bytes, step: int) -> str:
    """Return the six digits of a step."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: bytes, typed: str, *, now: datetime) -> int | None:
    """Return the step around now whose code was typed; looks at all of them, so that the time tells nothing."""
    present = step_at(now)
    found = None
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(code(secret, step).encode(), typed.encode()):
            found = step
    return found


def spelled(secret: bytes) -> str:
    """Return the secret as people type it into an app: letters and digits in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def address(secret: bytes, *, username: str, issuer: str) -> str:
    """Return the address that a QR code carries into an app."""
    facts = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": issuer,
        "digits": DIGITS,
        "period": STEP_S,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{username}')}?{urlencode(facts, quote_via=quote)}"
