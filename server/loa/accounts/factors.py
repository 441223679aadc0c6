"""What second factors a person has, and proving them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from loa.accounts import secrecy, totp
from loa.accounts.models import Passkey, RecoveryCode, Totp, User
from loa.accounts.refusals import CodeUsed, WrongCode
from loa.accounts.rules import Factor
from loa.audit import commands as audit
from loa.kernel.errors import NotFound

RECOVERY_CODES = 10
PASSKEYS_MOST = 10
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a person could show. A recovery code alone is no factor: it stands in for a lost one."""

    has_totp: bool
    passkeys: int
    copied: int = 0
    recovery_codes: int

    @property
    def is_any(self) -> bool:
        """Tell whether the person has a factor, be it one that was copied: losing it must not open the account."""
        return self.count + self.copied > 0

    @property
    def count(self) -> int:
        """Return how many factors they could show."""
        return int(self.has_totp) + self.passkeys


def held(user: User) -> Held:
    """Return what a person has."""
    return Held(
        has_totp=Totp.objects.filter(user=user).exists(),
        passkeys=living_passkeys(user).count(),
        copied=Passkey.objects.filter(user=user).exclude(cloned_at=None).count(),
        recovery_codes=RecoveryCode.objects.filter(user=user, used_at=None).count(),
    )


def has_factor(user: User) -> bool:
    """Tell whether a person has a second factor, as `Held.is_any`: one query for most."""
    return Totp.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def living_passkeys(user: User) -> QuerySet[Passkey]:
    """Return a person's passkeys that were not found copied."""
    return Passkey.objects.filter(user=user, cloned_at=None)


def app_of(user: User) -> Totp | None:
    """Return when a person's app was set up and used, if they have one; never its secret."""
    return Totp.objects.filter(user=user).defer("sealed_secret").first()


def passkeys_of(user: User) -> list[Passkey]:
    """Return a person's passkeys, oldest first, also those that were found copied."""
    return list(Passkey.objects.filter(user=user).order_by("created_at", "pk"))


def passkey_of(user: User, pk: int) -> Passkey:
    """Return one of a person's own passkeys, or raise `NotFound`."""
    found = Passkey.objects.select_related("user").filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def prove_code(user: User, typed: str, *, now: datetime) -> Factor:
    """Return which factor a typed code proves: six digits of the app, or a recovery code. Each counts once.

    Raises `WrongCode`, or `CodeUsed` for digits that were right and have been used.
    """
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())
    if len(plain) == totp.DIGITS and plain.isdecimal() and plain.isascii():
        _prove_totp(user, plain, now=now)
        return Factor.TOTP
    if len(plain) == 2 * _HALF:
        _prove_recovery(user, plain, now=now)
        return Factor.RECOVERY
    raise WrongCode


def present_code(user: User, *, now: datetime) -> str:
    """Return digits of a person's app that would be taken now, or nothing without one; for the demonstration.

    When those of the present step were used, those of the next one, which a fast clock would show.
    """
    row = Totp.objects.filter(user=user).first()
    if row is None:
        return ""
    present = totp.step_at(now)
    return totp.code(secret_of(row), present + totp.DRIFT_STEPS if row.last_step >= present else present)


def secret_of(row: Totp) -> bytes:
    """Return the secret the app and we share."""
    return secrecy.unseal(bytes(row.sealed_secret), about=f"totp:{row.user_id}")


def new_recovery_codes() -> list[str]:
    """Return fresh codes of 49 bits, in letters nobody confuses."""
    halves = ["".join(secrets.choice(_CLEAR) for _ in range(_HALF)) for _ in range(2 * RECOVERY_CODES)]
    return [f"{first}-{second}" for first, second in zip(halves[::2], halves[1::2], strict=True)]


def recovery_digest(user_id: int, code: str) -> str:
    """Return the form in which a recovery code is kept."""
    return secrecy.digest(_named(user_id, code), purpose="recovery")


def _prove_totp(user: User, typed: str, *, now: datetime) -> None:
    row = Totp.objects.filter(user=user).first()
    step = None if row is None else totp.matching_step(secret_of(row), typed, now=now)
    if step is None:
        raise WrongCode
    # On the old step, so that of two requests with the same code one comes too late
    if Totp.objects.filter(user=user, last_step__lt=step).update(last_step=step, used_at=now) != 1:
        raise CodeUsed


@audit.chore("second_factor")
def _prove_recovery(user: User, typed: str, *, now: datetime) -> None:
    kept = secrecy.digests(_named(user.pk, typed), purpose="recovery")
    if RecoveryCode.objects.filter(user=user, digest__in=kept, used_at=None).update(used_at=now) != 1:
        raise WrongCode


def _named(user_id: int, code: str) -> str:
    return f"{user_id}:{code.replace('-', '')}"
