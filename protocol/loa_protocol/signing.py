"""Signed messages: compact JWS with Ed25519 (RFC 7515, RFC 9864), one `typ` a purpose."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any  # Any: claims are an open JSON object

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa_protocol import canonical
from loa_protocol.refusal import Reason, Refused

CLOCK_TOLERANCE = timedelta(seconds=60)
_REGISTRY = jws.JWSRegistry(algorithms=["Ed25519"])


class Purpose(StrEnum):
    """The `typ` of a signed message. A signature for one purpose is worth nothing for another."""

    STATE = "loa-state"
    NOW = "loa-now"
    COMMAND = "loa-cmd"
    KEY = "loa-key"
    KEYS = "loa-keys"
    ROOT = "loa-root"
    RELEASE = "loa-release"
    RELEASE_KEY = "loa-release-key"


def generate() -> OKPKey:
    """Return a fresh Ed25519 key whose `kid` is its RFC 7638 thumbprint."""
    return OKPKey.generate_key("Ed25519", auto_kid=True)


def key_id(key: OKPKey) -> str:
    """Return the RFC 7638 thumbprint by which a key is named."""
    return key.thumbprint()


def sign(claims: Mapping[str, Any], key: OKPKey, purpose: Purpose) -> bytes:
    """Return the compact JWS of `claims`."""
    header = {"alg": "Ed25519", "kid": key_id(key), "typ": purpose.value}
    return jws.serialize_compact(header, canonical.encode(claims), key, registry=_REGISTRY).encode()


def peek_kid(token: bytes) -> str:
    """Return the key name a token claims, not yet believed. Raises `Refused` when it has none."""
    try:
        header = jws.extract_compact(token).headers()
    except (JoseError, ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise Refused(Reason.MALFORMED, "kid")
    return kid


def open_signed(token: bytes, key: OKPKey, purpose: Purpose) -> dict[str, Any]:
    """Return the claims of a token signed by exactly this key for exactly this purpose."""
    try:
        opened = jws.deserialize_compact(token, key, registry=_REGISTRY)
    except JoseError as bad:
        raise Refused(Reason.BAD_SIGNATURE) from bad
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    if opened.headers().get("typ") != purpose.value:
        raise Refused(Reason.WRONG_TYPE)
    try:
        claims = json.loads(opened.payload)
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    if not isinstance(claims, dict):
        raise Refused(Reason.MALFORMED)
    return claims


def check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """Refuse claims whose `iat` (seconds) is ahead of a minute from now or whose `exp` has passed."""
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        raise Refused(Reason.MALFORMED, "iat or exp")
    if now.timestamp() >= expires:
        raise Refused(Reason.EXPIRED)
    if issued > (now + CLOCK_TOLERANCE).timestamp():
        raise Refused(Reason.NOT_YET)
