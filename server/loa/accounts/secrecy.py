"""Keeping secrets of people at rest: sealed with, or digested by, keys that are not in the database."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


class Unreadable(RuntimeError):
    """No key of this deployment opens what was sealed: the key file was lost or exchanged."""


def seal(secret: bytes, *, about: str) -> bytes:
    """Encrypt a secret; it opens only with the same `about`, so that it is worth nothing in another row."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_keys("seal")[0]).encrypt(nonce, secret, about.encode())


def unseal(sealed: bytes, *, about: str) -> bytes:
    """Return a sealed secret, also one sealed with an earlier key; `Unreadable` when none opens it."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    for key in _keys("seal"):
        try:
            return AESGCM(key).decrypt(nonce, rest, about.encode())
        except InvalidTag:
            continue
    raise Unreadable(about)


def digest(words: str, *, purpose: str) -> str:
    """Return a keyed digest with the present key: whoever reads the database cannot try words against it."""
    return _digest(_keys(purpose)[0], words)


def digests(words: str, *, purpose: str) -> list[str]:
    """Return the digests with the present key and those before it, to look for what was kept earlier."""
    return [_digest(key, words) for key in _keys(purpose)]


def _digest(key: bytes, words: str) -> str:
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def _keys(purpose: str) -> list[bytes]:
    """Return the keys for a purpose: of `LOA_FACTOR_KEY`, newest first, then the one that `SECRET_KEY` gives."""
    sources = [*settings.LOA_FACTOR_KEY.split(), settings.SECRET_KEY]
    return [
        HKDF(SHA256(), 32, salt=None, info=f"loa.accounts.{purpose}".encode()).derive(source.encode())
        for source in sources
    ]
