"""Signing in and out, and the life of a session. Nobody has a scope yet here, so the record is written directly."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from loa.accounts import pacing, passwords, rules
from loa.accounts.models import User, UserSession
from loa.accounts.refusals import BadCredentials
from loa.audit import commands as audit
from loa.kernel.command import Place, Placed
from loa.kernel.errors import DomainError
from loa.kernel.scope import Actor, ActorKind, Scope

_UNKNOWN = Place(scope_path="", audit_name="user:unknown")


def authenticate(username: str, password: str, *, origin: str, device: str = "", now: datetime) -> User:
    """Return who signs in with this name and password. `device` is a browser known to this name.

    Raises `BadCredentials`, `LockedOut`, `NameTried` or `TooFast`, with the same words and in the same time whether or
    not the name exists. Every refusal is on record, never with what was typed.
    """
    name = rules.kept_username(username)
    user = User.objects.filter(username=name[: rules.USERNAME_LENGTH_MAX]).first()
    try:
        pacing.take(name, origin=origin, device=device, now=now)
        typed = password if len(password) <= rules.PASSWORD_LENGTH_MAX else ""
        is_right = passwords.is_right(typed, user.password if user else "")
        if user is None or not is_right or not user.is_active:
            raise BadCredentials
    except DomainError as refusal:
        _record(user, "accounts.sign_in", user or _UNKNOWN, origin=origin, result=refusal.code)
        raise
    pacing.forgive(name, origin=origin, device=device)
    return user


def open_session(user: User, *, session_key: str, origin: str, browser: str, now: datetime) -> UserSession:
    """Let a browser in; when the person has too many sessions the oldest ends."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        session = UserSession.objects.create(
            session_key=session_key, user=user, created_at=now, seen_at=now, origin=origin, browser=browser[:200]
        )
        newest = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
        kept = list(newest.values_list("pk", flat=True)[: settings.SESSIONS_PER_PERSON])
        ended, _ = UserSession.objects.filter(user=user).exclude(pk__in=kept).delete()
        _record(user, "accounts.sign_in", user, origin=origin, result="done", ended=ended)
    return session


def living_session(session_key: str, *, now: datetime) -> UserSession | None:
    """Return the session with its person, if it still lives; notes that it was seen, at most once a minute."""
    session = UserSession.objects.select_related("user").filter(session_key=session_key).first()
    if session is None or not session.user.is_active:
        return None
    if rules.is_session_over(
        created_at=session.created_at,
        seen_at=session.seen_at,
        now=now,
        idle=settings.SESSION_IDLE,
        lifetime=settings.SESSION_LIFETIME,
    ):
        close_session(session, reason="over")
        return None
    if now - session.seen_at >= rules.SEEN_EVERY:
        UserSession.objects.filter(pk=session.pk, seen_at__lt=now).update(seen_at=now)
    return session


def close_session(session: UserSession, *, reason: str = "left") -> None:
    """End a session: the person left, or its time was over."""
    with transaction.atomic():
        if UserSession.objects.filter(pk=session.pk).delete()[0]:
            _record(
                session.user, "accounts.sign_out", session.user, origin=session.origin, result="done", reason=reason
            )


def purge(*, now: datetime) -> int:
    """Forget sessions whose time is over and counted tries nobody needs; return how many sessions."""
    over = Q(created_at__lte=now - settings.SESSION_LIFETIME) | Q(seen_at__lte=now - settings.SESSION_IDLE)
    pacing.purge(now=now)
    return UserSession.objects.filter(over).delete()[0]


def remaining(session: UserSession, *, now: datetime) -> timedelta:
    """Return how long a session may still last at most."""
    return session.created_at + settings.SESSION_LIFETIME - now


def _record(user: User | None, action: str, target: Placed, *, origin: str, result: str, **facts: object) -> None:
    who = Actor(kind=ActorKind.PERSON, id=str(user.pk) if user else "", name=user.full_name if user else "")
    with transaction.atomic():
        audit.append(Scope(actor=who, origin=origin), action, target, result=result, detail=facts)
