"""Keys of this instance: the box's root and signing key, and the list of keys that devices believe.

Everything lies in `settings.KEY_FOLDER`, readable by the owner only. The root may be taken away after
`ensure_box_keys`; what runs every day needs `signing.jwk`, `key_list.jws` and `root.pub.jwk` only.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any  # Any: a JWK is an open JSON object

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa.kernel.errors import Refusal
from loa.media import store
from loa_protocol import canonical, signing
from loa_protocol import keys as trust
from loa_protocol.refusal import Refused

ROOT = "root.jwk"
ROOT_PUBLIC = "root.pub.jwk"
SIGNING = "signing.jwk"
KEY_LIST = "key_list.jws"
RELEASE_KEYS = "release_keys.json"
SIGNING_LIFE = timedelta(days=400)
RENEW_BEFORE = timedelta(days=30)
RELEASE_KEY_LIFE = timedelta(days=800)


class NoSigningKey(Refusal):
    """Nothing may be sent: the signing key is missing, broken, or not vouched for at this time."""

    code = "no_signing_key"
    sentence = _(
        "Nothing can be sent to the devices: the signing key of this system is missing or broken (%(problem)s)."
    )


class NoKeyList(Refusal):
    """No device can be enrolled: there is no list of keys it could believe."""

    code = "no_key_list"
    sentence = _("No device can be enrolled: the list of keys of this system is missing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The key that signs now, and the digest of the list that vouches for it."""

    key: OKPKey
    kid: str
    key_list_sha256: str


def ensure_box_keys(*, now: datetime) -> None:
    """Make root, signing key and key list where they are missing; vouch again for a signing key near its end.

    So too for one that was vouched for from a time on that is still to come, by a clock that was ahead then.
    A broken file is an error, never silently replaced: devices have pinned what was there.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not (folder / ROOT).exists():
        if (folder / ROOT_PUBLIC).exists():
            return
        _write(folder / ROOT, _private(signing.generate()))
    root = _read_key(folder / ROOT)
    _write(folder / ROOT_PUBLIC, trust.public_jwk(root))
    if not (folder / SIGNING).exists():
        _write(folder / SIGNING, _private(signing.generate()))
    key = _read_key(folder / SIGNING)
    not_before, not_after = _vouched(root, key)
    if not_after - now < RENEW_BEFORE or not_before > now:
        _write_list(root, key, now=now)


def vouch_for_releases(public: Mapping[str, Any], *, now: datetime) -> str:
    """Let the root vouch for a key that signs releases of the agent and nothing else; return the name of the key.

    A key that was vouched for is vouched for again. Needs the root: `NoSigningKey` where it was taken away.
    """
    root, key = _read_key(_folder() / ROOT), OKPKey.import_key(dict(public))
    statement = trust.vouch_for_releases(
        root, key, not_before=now - timedelta(minutes=5), not_after=now + RELEASE_KEY_LIFE
    )
    _keep_release_keys({**_release_keys(), signing.key_id(key): statement.decode()}, now=now)
    return signing.key_id(key)


def withdraw_release_key(kid: str, *, now: datetime) -> bool:
    """Vouch for a key for releases no more; tell whether it was vouched for. Needs the root, as above."""
    known = _release_keys()
    found = known.pop(kid, None) is not None
    _keep_release_keys(known, now=now)
    return found


def _keep_release_keys(statements: Mapping[str, str], *, now: datetime) -> None:
    folder = _folder()
    root, key = _read_key(folder / ROOT), _read_key(folder / SIGNING)
    _write(folder / RELEASE_KEYS, json.dumps(statements, sort_keys=True))
    _write_list(root, key, now=now)


def _release_keys() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((_folder() / RELEASE_KEYS).read_text())
    except FileNotFoundError:
        return {}
    return found


def _write_list(root: OKPKey, key: OKPKey, *, now: datetime) -> None:
    """Write the list of keys that devices believe, always a later one than before."""
    statement = trust.vouch(root, key, not_before=now - timedelta(minutes=5), not_after=now + SIGNING_LIFE)
    for_releases = [one.encode() for one in _release_keys().values()]
    seq = max(int(now.timestamp()), _list_seq(root) + 1)
    token = trust.key_list(root, [statement], revoked=[], seq=seq, now=now, release_keys=for_releases)
    _write(_folder() / KEY_LIST, token.decode())
    store.put(token)


def _list_seq(root: OKPKey) -> int:
    try:
        ring = trust.KeyRing(root=root)
        ring.learn(key_list())
    except (NoKeyList, Refused):
        return 0
    return ring.seq


def load_signer(*, now: datetime) -> Signer:
    """Return the key that signs; `NoSigningKey` when there is none the devices would believe now."""
    folder = _folder()
    key = _read_key(folder / SIGNING)
    try:
        root = root_public()
        token = key_list()
        ring = trust.KeyRing(root=root)
        ring.learn(token)
    except (NoKeyList, Refused) as broken:
        raise NoSigningKey(problem=KEY_LIST) from broken
    kid = signing.key_id(key)
    vouched = ring.vouched.get(kid)
    if vouched is None or kid in ring.revoked or not vouched.not_before <= now.timestamp() < vouched.not_after:
        raise NoSigningKey(problem="not vouched for")
    return Signer(key=key, kid=kid, key_list_sha256=canonical.sha256(token))


def key_list() -> bytes:
    """Return the root-signed list of keys, as devices fetch it."""
    try:
        return (_folder() / KEY_LIST).read_bytes().strip()
    except OSError as missing:
        raise NoKeyList from missing


def root_public() -> OKPKey:
    """Return the public root that devices pin at enrolment."""
    try:
        return OKPKey.import_key(json.loads((_folder() / ROOT_PUBLIC).read_text()))
    except (OSError, ValueError, JoseError) as missing:
        raise NoKeyList from missing


def secret_file(name: str, make: bytes) -> bytes:
    """Return the content of a private file of this folder, writing `make` first when it does not exist."""
    file = _folder() / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(file, make.decode())
    return file.read_bytes()


def write_private(name: str, text: str) -> Path:
    """Write a file of this folder, readable by the owner only; return where it is."""
    file = _folder() / name
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(file, text)
    return file


def stamp() -> tuple[float, ...]:
    """Return a value that changes when a key file does: what a long-running process watches."""
    found = []
    for name in (SIGNING, KEY_LIST, ROOT_PUBLIC):
        try:
            found.append((_folder() / name).stat().st_mtime)
        except OSError:
            found.append(0.0)
    return tuple(found)


def _folder() -> Path:
    return Path(settings.KEY_FOLDER)


def _private(key: OKPKey) -> str:
    return json.dumps(key.as_dict(private=True), sort_keys=True)


def _read_key(file: Path) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(file.read_text()))
    except OSError as missing:
        raise NoSigningKey(problem=file.name) from missing
    except (ValueError, TypeError, JoseError) as broken:
        raise NoSigningKey(problem=file.name) from broken
    if not key.is_private:
        raise NoSigningKey(problem=file.name)
    return key


def _vouched(root: OKPKey, key: OKPKey) -> tuple[datetime, datetime]:
    beginning = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    try:
        ring = trust.KeyRing(root=root)
        ring.learn(key_list())
    except (NoKeyList, Refused):
        return beginning, beginning
    vouched = ring.vouched.get(signing.key_id(key))
    if vouched is None:
        return beginning, beginning
    return beginning + timedelta(seconds=vouched.not_before), beginning + timedelta(seconds=vouched.not_after)


def _write(file: Path, text: str) -> None:
    """Write a private file whole or not at all: 0600 from its first byte."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
