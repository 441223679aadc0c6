"""Who comes by a provider's word: known, unknown, or invited. Nobody has a scope yet here."""

from datetime import datetime

from django.db import IntegrityError, transaction

from loa.accounts import pacing, passwords, secrecy, sessions
from loa.accounts.models import ExternalIdentity, Invitation, User
from loa.accounts.refusals import IdentityTaken, IdentityUnknown, WrongInvitation
from loa.kernel.errors import DomainError, NotFound

ACTION = "accounts.provider_sign_in"


def person_of(issuer: str, subject: str, *, origin: str, now: datetime) -> User:
    """Return whose identity this is; `IdentityUnknown` for nobody's and for a closed account's."""
    found = ExternalIdentity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    if found is None or not found.user.is_active:
        who = found.user if found else None
        sessions.record(who, ACTION, who or sessions.UNKNOWN, origin=origin, result=IdentityUnknown.code, issuer=issuer)
        raise IdentityUnknown
    ExternalIdentity.objects.filter(pk=found.pk).update(used_at=now)
    sessions.record(found.user, ACTION, found.user, origin=origin, result="done", issuer=issuer)
    return found.user


def accept(code: str, *, issuer: str, subject: str, origin: str, now: datetime) -> User:
    """Bind an identity to the person an invitation names, once, and return the person.

    Raises `WrongInvitation`, `IdentityTaken`, or what pacing refuses. A code is good for seven days and one use.
    """
    paced = f"INVITATION:{issuer}:{subject}"
    kept = secrecy.digests(_plain(code), purpose="invitation")
    try:
        pacing.take(paced, origin=origin, now=now)
        with transaction.atomic():
            rows = Invitation.objects.select_related("user").filter(
                digest__in=kept, used_at=None, expires_at__gt=now, user__is_active=True
            )
            row = rows.first()
            if row is None or Invitation.objects.filter(pk=row.pk, used_at=None).update(used_at=now) != 1:
                raise WrongInvitation
            bind(row.user, issuer=issuer, subject=subject, now=now)
            sessions.record(row.user, ACTION, row.user, origin=origin, result="done", issuer=issuer, invited=True)
    except DomainError as refusal:
        sessions.record(None, ACTION, sessions.UNKNOWN, origin=origin, result=refusal.code, issuer=issuer)
        raise
    pacing.forgive(paced, origin=origin)
    return row.user


def bind(user: User, *, issuer: str, subject: str, now: datetime) -> ExternalIdentity:
    """Bind an identity to a person; `IdentityTaken` when it is bound already."""
    try:
        with transaction.atomic():
            return ExternalIdentity.objects.create(
                user=user, issuer=issuer, subject=subject, created_at=now, used_at=now
            )
    except IntegrityError as taken:
        raise IdentityTaken from taken


def new_code() -> tuple[str, str]:
    """Return an invitation's code and the form in which it is kept."""
    code = passwords.one_time()
    return code, secrecy.digest(_plain(code), purpose="invitation")


def of(user: User) -> list[ExternalIdentity]:
    """Return a person's identities, oldest first."""
    return list(ExternalIdentity.objects.filter(user=user).order_by("created_at", "pk"))


def one_of(user: User, pk: int) -> ExternalIdentity:
    """Return one of a person's own identities, or raise `NotFound`."""
    found = ExternalIdentity.objects.select_related("user").filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())
