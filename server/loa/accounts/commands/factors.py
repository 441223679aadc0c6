"""Second factors: set up and taken away by the person, reset by whoever administers their unit."""

from datetime import datetime

from django.db import transaction

from loa.accounts import factors, ports, secrecy, sessions, totp
from loa.accounts.models import Passkey, RecoveryCode, Totp, User, UserSession
from loa.accounts.passkeys import NewKey
from loa.accounts.refusals import (
    LastFactor,
    NoFactor,
    OwnFactors,
    PasskeyRefused,
    SignInAgain,
    TooManyPasskeys,
    WrongCode,
)
from loa.accounts.rules import FIRST_FACTOR_WITHIN
from loa.kernel import text
from loa.kernel.command import command, demand_fresh, note
from loa.kernel.scope import Scope

NAME_LONGEST = 60


@command("accounts.own")
def add_totp(
    scope: Scope, user: User, /, *, secret: bytes, code: str, session: UserSession | None = None, now: datetime
) -> None:
    """Take an app as second factor once it showed the right digits; an earlier app no longer counts.

    The first factor is taken soon after signing in only (`SignInAgain`), another one after showing one.
    """
    _may_add(scope, user, session=session, now=now)
    step = totp.matching_step(secret, code, now=now)
    if step is None:
        raise WrongCode
    sealed = secrecy.seal(secret, about=f"totp:{user.pk}")
    Totp.objects.update_or_create(
        user=user, defaults={"sealed_secret": sealed, "last_step": step, "created_at": now, "used_at": now}
    )
    note(factor="totp", at=now)


@command("accounts.own")
def add_passkey(
    scope: Scope, user: User, /, *, key: NewKey, name: str, session: UserSession | None = None, now: datetime
) -> Passkey:
    """Take a passkey the browser has just made. Refusals as for `add_totp`; `TooManyPasskeys`."""
    _may_add(scope, user, session=session, now=now)
    if Passkey.objects.filter(user=user).count() >= factors.PASSKEYS_MOST:
        raise TooManyPasskeys(most=factors.PASSKEYS_MOST)
    if Passkey.objects.filter(credential_id=key.credential_id).exists():
        raise PasskeyRefused
    made = Passkey.objects.create(
        user=user,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        transports=key.transports,
        is_synced=key.is_synced,
        name=text.stored(name).strip()[:NAME_LONGEST] or "Passkey",
        created_at=now,
    )
    note(factor="passkey", passkey=made.pk)
    return made


@command("accounts.own", needs_fresh=True)
def remove_totp(scope: Scope, user: User, /) -> None:
    """Take the app away; `LastFactor` for who must keep one."""
    _may_remove(user)
    if Totp.objects.filter(user=user).delete()[0] != 1:
        raise NoFactor
    _forget_codes_of_nobody(user)
    note(factor="totp")


@command("accounts.own", needs_fresh=True)
def remove_passkey(scope: Scope, passkey: Passkey, /) -> None:
    """Take a passkey away; `LastFactor` for who must keep one."""
    _may_remove(passkey.user)
    passkey.delete()
    _forget_codes_of_nobody(passkey.user)
    note(factor="passkey", name=passkey.name)


@command("accounts.own", needs_fresh=True)
def renew_recovery_codes(scope: Scope, user: User, /, *, now: datetime) -> list[str]:
    """Make ten codes for the day every factor is lost; earlier ones end. They are shown this once."""
    if not factors.has_factor(user):
        raise NoFactor
    RecoveryCode.objects.filter(user=user).delete()
    codes = factors.new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=factors.recovery_digest(user.pk, code), created_at=now) for code in codes
    )
    note(codes=len(codes))
    return codes


@command("accounts.administer", needs_fresh=True)
def reset_factors(scope: Scope, user: User, /) -> None:
    """Take every factor of a person away and end their sessions: the phone is lost. They set one up anew."""
    if scope.actor.id == str(user.pk):
        raise OwnFactors
    ports.demand_reach(scope, user, opens=True)
    with transaction.atomic():
        counted = factors.held(user)
        Totp.objects.filter(user=user).delete()
        Passkey.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
    note(factors=counted.count, ended=sessions.end(user))


def _may_add(scope: Scope, user: User, *, session: UserSession | None, now: datetime) -> None:
    """Hold the person's row, so that of two first factors at once one is not the first."""
    User.objects.select_for_update().get(pk=user.pk)
    if factors.has_factor(user):
        demand_fresh(scope)
    elif not scope.everywhere and (session is None or now >= session.created_at + FIRST_FACTOR_WITHIN):
        raise SignInAgain


def _may_remove(user: User) -> None:
    held = User.objects.select_for_update().get(pk=user.pk)
    if factors.held(held).count <= 1 and ports.needs_second_factor(held):
        raise LastFactor


def _forget_codes_of_nobody(user: User) -> None:
    """Recovery codes stand in for a factor; without one they would be one."""
    if not factors.has_factor(user):
        RecoveryCode.objects.filter(user=user).delete()
