"""Which keys a device believes: a pinned root, the keys the root has vouched for, and those it has withdrawn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any  # Any: claims are an open JSON object

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from loa_protocol import signing
from loa_protocol.refusal import Reason, Refused
from loa_protocol.signing import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A signing key the root has vouched for, from `not_before` to before `not_after` (seconds since 1970)."""

    kid: str
    key: OKPKey
    not_before: int
    not_after: int

    def check(self, now: datetime) -> None:
        """Refuse when the key may not sign at `now`."""
        if not self.not_before <= now.timestamp() < self.not_after:
            raise Refused(Reason.KEY_NOT_VALID_NOW)


def vouch(root: OKPKey, key: OKPKey, *, not_before: datetime, not_after: datetime) -> bytes:
    """Return the root's statement that `key` may sign for this instance in the given time."""
    return _vouch(root, key, Purpose.KEY, not_before, not_after)


def vouch_for_releases(root: OKPKey, key: OKPKey, *, not_before: datetime, not_after: datetime) -> bytes:
    """Return the root's statement that `key` may sign releases of the agent in the given time, and nothing else."""
    return _vouch(root, key, Purpose.RELEASE_KEY, not_before, not_after)


def _vouch(root: OKPKey, key: OKPKey, purpose: Purpose, not_before: datetime, not_after: datetime) -> bytes:
    claims = {
        "kid": signing.key_id(key),
        "jwk": key.as_dict(private=False),
        "nbf": int(not_before.timestamp()),
        "naf": int(not_after.timestamp()),
    }
    return signing.sign(claims, root, purpose)


def key_list(
    root: OKPKey,
    statements: Sequence[bytes],
    *,
    revoked: Sequence[str],
    seq: int,
    now: datetime,
    release_keys: Sequence[bytes] = (),
) -> bytes:
    """Return the root-signed list of statements and revoked key names that devices fetch."""
    claims: dict[str, Any] = {
        "seq": seq,
        "statements": [statement.decode() for statement in statements],
        "revoked": sorted(revoked),
        "iat": int(now.timestamp()),
    }
    if release_keys:
        claims["release_keys"] = [statement.decode() for statement in release_keys]
    return signing.sign(claims, root, Purpose.KEYS)


def rotate_root(old: OKPKey, new: OKPKey, *, seq: int, now: datetime) -> bytes:
    """Return the old root's statement that devices shall pin `new` instead."""
    claims = {"jwk": new.as_dict(private=False), "seq": seq, "iat": int(now.timestamp())}
    return signing.sign(claims, old, Purpose.ROOT)


@dataclass(slots=True)
class KeyRing:
    """The keys one device believes. `root` is pinned at enrolment and changes by its own statement only.

    A key for releases signs nothing else, and no other key signs releases.
    """

    root: OKPKey
    seq: int = 0
    vouched: dict[str, Vouched] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    release_keys: dict[str, Vouched] = field(default_factory=dict)

    def learn(self, token: bytes) -> None:
        """Take over a key list; an older one than known is refused as rolled back."""
        claims = signing.open_signed(token, self.root, Purpose.KEYS)
        seq = _number(claims, "seq")
        if seq < self.seq:
            raise Refused(Reason.ROLLED_BACK, "keys")
        statements = [self._statement(text, Purpose.KEY) for text in _texts(claims, "statements")]
        told = _texts(claims, "release_keys") if "release_keys" in claims else []
        for_releases = [self._statement(text, Purpose.RELEASE_KEY) for text in told]
        self.revoked = set(_texts(claims, "revoked"))
        self.vouched = {statement.kid: statement for statement in statements}
        self.release_keys = {statement.kid: statement for statement in for_releases}
        self.seq = seq

    def follow_root(self, token: bytes) -> None:
        """Pin the new root if the present one says so."""
        claims = signing.open_signed(token, self.root, Purpose.ROOT)
        if _number(claims, "seq") <= self.seq:
            raise Refused(Reason.ROLLED_BACK, "root")
        self.root = _key(claims)
        self.vouched, self.revoked, self.release_keys = {}, set(), {}

    def open(self, token: bytes, purpose: Purpose, now: datetime) -> dict[str, Any]:
        """Return the claims of a message signed by a believed key and valid now, else raise `Refused`."""
        claims, known = self.verify(token, purpose)
        known.check(now)
        signing.check_times(claims, now)
        return claims

    def verify(self, token: bytes, purpose: Purpose) -> tuple[dict[str, Any], Vouched]:
        """Return the claims of a message signed by a believed key and that key; whether it is in time is not asked."""
        kid = signing.peek_kid(token)
        if kid in self.revoked:
            raise Refused(Reason.REVOKED_KEY)
        known = (self.release_keys if purpose is Purpose.RELEASE else self.vouched).get(kid)
        if known is None:
            raise Refused(Reason.UNKNOWN_KEY)
        return signing.open_signed(token, known.key, purpose), known

    def _statement(self, text: str, purpose: Purpose) -> Vouched:
        claims = signing.open_signed(text.encode(), self.root, purpose)
        key = _key(claims)
        return Vouched(
            kid=signing.key_id(key), key=key, not_before=_number(claims, "nbf"), not_after=_number(claims, "naf")
        )


def public_jwk(key: OKPKey) -> str:
    """Return the public half as JSON text."""
    return json.dumps(key.as_dict(private=False), sort_keys=True)


def _key(claims: dict[str, Any]) -> OKPKey:
    try:
        return OKPKey.import_key(claims["jwk"])
    except (KeyError, TypeError, ValueError, JoseError) as broken:
        raise Refused(Reason.MALFORMED, "jwk") from broken


def _number(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int):
        raise Refused(Reason.MALFORMED, name)
    return value


def _texts(claims: dict[str, Any], name: str) -> list[str]:
    value = claims.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(Reason.MALFORMED, name)
    return value
