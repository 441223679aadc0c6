"""Sealed messages between one device and its server: HMAC-SHA256 under a key only these two hold.

The broker between them can lose such a message, but neither read a false one in nor acknowledge in the server's name.
A signature would say the same and cost forty times as much, and evidence comes by the ten thousand.
"""

import base64
import hashlib
import hmac

from loa_protocol.refusal import Reason, Refused

_SEAL_BYTES = 43


def device_key(secret: bytes, device: str) -> bytes:
    """Return the key the server shares with one device, derived so that it need not be stored."""
    return hmac.digest(secret, b"loa/1/device/" + device.encode(), hashlib.sha256)


def seal(payload: bytes, key: bytes, topic: str) -> bytes:
    """Return `payload` with its seal in front: 43 characters of base64url, a dot, the payload."""
    return _seal(payload, key, topic) + b"." + payload


def unseal(message: bytes, key: bytes, topic: str) -> bytes:
    """Return the payload of a message sealed for this topic, else raise `Refused`."""
    if len(message) <= _SEAL_BYTES or message[_SEAL_BYTES : _SEAL_BYTES + 1] != b".":
        raise Refused(Reason.MALFORMED)
    payload = message[_SEAL_BYTES + 1 :]
    if not hmac.compare_digest(message[:_SEAL_BYTES], _seal(payload, key, topic)):
        raise Refused(Reason.BAD_SIGNATURE)
    return payload


def _seal(payload: bytes, key: bytes, topic: str) -> bytes:
    digest = hmac.digest(key, topic.encode() + b"\n" + payload, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=")
