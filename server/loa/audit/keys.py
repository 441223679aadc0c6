"""The key that signs checkpoints: of this instance, for this purpose alone, kept with the other keys.

`record.key.pem` may be read by its owner only; `record.pub.pem` belongs wherever checkpoints are checked.
"""

import base64
import hashlib
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

PRIVATE = "record.key.pem"
PUBLIC = "record.pub.pem"
_PURPOSE = b"loa-record-checkpoint\n"
"""Stands before what is signed, so that a signature says nothing for any other purpose."""


class NoRecordKey(RuntimeError):
    """The key is missing although its public half is there, or is broken: never replaced in silence."""


def sign(body: str) -> tuple[str, str]:
    """Return the key's name and the signature, in Base64; the key is made when there has never been one."""
    key = _private()
    signature = key.sign(_PURPOSE + body.encode())
    return name_of(key.public_key()), base64.b64encode(signature).decode()


def is_signed(body: str, signature: str, key: Ed25519PublicKey) -> bool:
    """Tell whether the signature over the body is this key's."""
    try:
        key.verify(base64.b64decode(signature, validate=True), _PURPOSE + body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public(file: Path | None = None) -> Ed25519PublicKey | None:
    """Return the public key of this instance, or the one in a file; None when there is none."""
    try:
        key = serialization.load_pem_public_key((file or _folder() / PUBLIC).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as broken:
        raise NoRecordKey(PUBLIC) from broken
    if not isinstance(key, Ed25519PublicKey):
        raise NoRecordKey(PUBLIC)
    return key


def public_pem() -> bytes:
    """Return the public key as it is written beside exported checkpoints."""
    return (_folder() / PUBLIC).read_bytes()


def name_of(key: Ed25519PublicKey) -> str:
    """Return the name of a key: SHA-256 over its 32 bytes."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def _private() -> Ed25519PrivateKey:
    file = _folder() / PRIVATE
    if not file.exists():
        if (_folder() / PUBLIC).exists():
            raise NoRecordKey(PRIVATE)
        _make(file)
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError) as broken:
        raise NoRecordKey(PRIVATE) from broken
    if not isinstance(key, Ed25519PrivateKey):
        raise NoRecordKey(PRIVATE)
    return key


def _make(file: Path) -> None:
    """Make both halves; of two processes at once one wins, and both use its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_once(file, pem)
    kept = serialization.load_pem_private_key(file.read_bytes(), password=None)
    shown = kept.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write_once(file.with_name(PUBLIC), shown)


def _write_once(file: Path, content: bytes) -> None:
    handle, half = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(half, file)
        except FileExistsError:
            return
    finally:
        Path(half).unlink()


def _folder() -> Path:
    return Path(settings.KEY_FOLDER)
