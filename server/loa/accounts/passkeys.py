"""Passkeys after Web Authentication: what a browser is asked, and whether its answer holds."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any  # Any: options are JSON
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from loa.accounts import factors, secrecy
from loa.accounts.models import Passkey, User
from loa.accounts.refusals import PasskeyCopied, PasskeyRefused
from loa.audit import commands as audit

CHALLENGE_BYTES = 32
ANSWER_LONGEST = 20_000
TIMEOUT_MS = 120_000
_TRANSPORTS = frozenset(way.value for way in AuthenticatorTransport)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A passkey a browser has just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    is_synced: bool


def are_possible() -> bool:
    """Tell whether browsers make passkeys for our address: they want a name, not a number."""
    try:
        ip_address(_host())
    except ValueError:
        return True
    return False


def new_challenge() -> str:
    """Return what a passkey has to sign."""
    return bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))


def creation(user: User, *, challenge: str) -> Mapping[str, Any]:
    """Return what a browser is asked to make a passkey of, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name="Loa",
        user_id=_handle(user.pk),
        user_name=user.username,
        user_display_name=user.full_name,
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(user),
    )
    return _as_json(options)


def request(*, challenge: str, user: User | None = None) -> Mapping[str, Any]:
    """Return what a browser is asked to sign with; without a person, any passkey it has for us."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(user) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


def verify_creation(answer: str, *, challenge: str) -> NewKey:
    """Return the passkey a browser made, or raise `PasskeyRefused`."""
    document = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=document,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused from wrong
    response = document.get("response")
    ways = response.get("transports") if isinstance(response, dict) else None
    return NewKey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=sorted({way for way in ways if way in _TRANSPORTS}) if isinstance(ways, list) else [],
        is_synced=made.credential_backed_up,
    )


def prove(answer: str, *, challenge: str, user: User | None = None, now: datetime) -> User:
    """Return whose passkey signed the challenge; of `user` only when one is given. A challenge must be used up before.

    Raises `PasskeyRefused`; `PasskeyCopied` when the key's counter went back: two hold it, and it is shut out.
    """
    document = _read(answer)
    row = _row(document, user)
    try:
        signed = webauthn.verify_authentication_response(
            credential=document,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=0,  # compared below, on the row itself
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused from wrong
    _count(row, signed.new_sign_count, is_synced=signed.credential_backed_up, now=now)
    return row.user


@audit.chore("second_factor")
def _count(row: Passkey, count: int, *, is_synced: bool, now: datetime) -> None:
    """Move the counter on. Web Authentication 2, 7.2, step 21: one that does not grow tells of a copy."""
    same = Passkey.objects.filter(pk=row.pk, cloned_at=None)
    unused = same.filter(sign_count=0) if count == 0 else same.filter(sign_count__lt=count)
    if unused.update(sign_count=count, used_at=now, is_synced=is_synced) != 1:
        same.update(cloned_at=now)
        raise PasskeyCopied


def _row(document: Mapping[str, Any], user: User | None) -> Passkey:
    identity, response = document.get("rawId"), document.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        credential_id = base64url_to_bytes(str(identity))
        found = Passkey.objects.select_related("user").filter(credential_id=credential_id, cloned_at=None).first()
        told = base64url_to_bytes(handle) if isinstance(handle, str) and handle else None
    except ValueError as unreadable:
        raise PasskeyRefused from unreadable
    if found is None or (user is not None and found.user_id != user.pk):
        raise PasskeyRefused
    if told is not None and told not in _handles(found.user_id):
        raise PasskeyRefused
    return found


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_LONGEST:
        raise PasskeyRefused
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError) as unreadable:
        raise PasskeyRefused from unreadable
    if not isinstance(document, dict):
        raise PasskeyRefused
    return document


def _as_json(options: Any) -> Mapping[str, Any]:  # Any: two kinds of options
    document: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return document


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    rows = factors.living_passkeys(user).order_by("created_at", "pk")
    return [
        PublicKeyCredentialDescriptor(
            id=bytes(row.credential_id), transports=[AuthenticatorTransport(way) for way in row.transports]
        )
        for row in rows
    ]


def _handle(user_id: int) -> bytes:
    """Return what a passkey knows its person by: nothing anybody could read."""
    return bytes.fromhex(secrecy.digest(str(user_id), purpose="handle"))


def _handles(user_id: int) -> list[bytes]:
    return [bytes.fromhex(known) for known in secrecy.digests(str(user_id), purpose="handle")]


def _host() -> str:
    return urlsplit(settings.LOA_PUBLIC_URL).hostname or ""


def _origin() -> str:
    parts = urlsplit(settings.LOA_PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"
