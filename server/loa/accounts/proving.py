"""Showing a second factor: paced and locked like passwords, and every refusal on record."""

from datetime import datetime

from loa.accounts import factors, pacing, passkeys, sessions
from loa.accounts.models import User
from loa.accounts.refusals import PasskeyRefused
from loa.accounts.rules import Factor
from loa.kernel.errors import DomainError

SIGN_IN, CONFIRM = "accounts.second_factor", "accounts.confirm"
"""What the record calls it."""


def by_code(user: User, typed: str, *, action: str, origin: str, device: str = "", now: datetime) -> Factor:
    """Return the factor that what was typed proves.

    Raises `WrongCode`, `CodeUsed`, `LockedOut`, `NameTried` or `TooFast`. `device` as for `sessions.authenticate`.
    """
    name = _paced_as(user)
    try:
        pacing.take(name, origin=origin, device=device, now=now)
        factor = factors.prove_code(user, typed, now=now)
    except DomainError as refusal:
        sessions.record(user, action, user, origin=origin, result=refusal.code)
        raise
    pacing.forgive(name, origin=origin, device=device)
    sessions.record(user, action, user, origin=origin, result="done", factor=factor.value)
    return factor


def by_passkey(answer: str, *, challenge: str, user: User | None, action: str, origin: str, now: datetime) -> User:
    """Return whose passkey it is. Raises `PasskeyRefused` or `PasskeyCopied`; nobody guesses a signature."""
    try:
        found = passkeys.prove(answer, challenge=challenge, user=user, now=now)
        if not found.is_active:
            raise PasskeyRefused
    except DomainError as refusal:
        sessions.record(user, action, user or sessions.UNKNOWN, origin=origin, result=refusal.code)
        raise
    sessions.record(found, action, found, origin=origin, result="done", factor=Factor.PASSKEY.value)
    return found


def _paced_as(user: User) -> str:
    """Return the name under which tries are counted. Capitals, so that no typed user name is counted with them."""
    return f"SECOND-FACTOR:{user.pk}"
