"""Signing in and out, and the life of a session. Nobody has a scope yet here, so the record is written directly."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from loa.accounts import ceremonies, pacing, passwords, rules
from loa.accounts.models import User, UserSession
from loa.accounts.refusals import BadCredentials
from loa.audit import commands as audit
from loa.kernel.command import Place, Placed
from loa.kernel.errors import DomainError
from loa.kernel.scope import Actor, ActorKind, Scope

UNKNOWN = Place(scope_path="", audit_name="user:unknown")


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
        record(user, "accounts.sign_in", user or UNKNOWN, origin=origin, result=refusal.code)
        raise
    pacing.forgive(name, origin=origin, device=device)
    return user


def open_session(
    user: User,
    *,
    session_key: str,
    origin: str,
    browser: str,
    factor: rules.Factor | None = None,
    provider: str = "",
    now: datetime,
) -> UserSession:
    """Let a browser in; when the person has too many sessions the oldest ends.

    `factor` is the second factor that was just shown, `provider` the issuer who vouched for the person.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        session = UserSession.objects.create(
            session_key=session_key,
            user=user,
            created_at=now,
            seen_at=now,
            origin=origin,
            browser=browser[:200],
            factor=factor.value if factor else "",
            confirmed_at=now if factor else None,
            provider=provider,
        )
        newest = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
        kept = list(newest.values_list("pk", flat=True)[: settings.SESSIONS_PER_PERSON])
        ended, _ = UserSession.objects.filter(user=user).exclude(pk__in=kept).delete()
        by = {"factor": factor.value} if factor else {}
        record(user, "accounts.sign_in", user, origin=origin, result="done", ended=ended, **by)
    return session


@audit.chore("second_factor")
def confirm_session(session: UserSession, *, factor: rules.Factor, session_key: str, now: datetime) -> None:
    """Note that a second factor was shown in a session, which goes on under a new key: its rights have grown."""
    with transaction.atomic():
        ceremonies.move(session.session_key, session_key)
        session.session_key, session.factor, session.confirmed_at = session_key, factor.value, now
        session.save(update_fields=["session_key", "factor", "confirmed_at"])


def is_fresh(session: UserSession, *, now: datetime) -> bool:
    """Tell whether a second factor was shown in this session a moment ago."""
    return session.confirmed_at is not None and session.confirmed_at <= now < session.confirmed_at + settings.FRESH_FOR


def living_session(session_key: str, *, browser: str | None = None, now: datetime) -> UserSession | None:
    """Return the session with its person, if it still lives; notes that it was seen, at most once a minute.

    A `browser` of another make or system than the one it was opened in ends it: its cookie was carried away.
    """
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
    if browser is not None and rules.is_another_browser(session.browser, browser):
        close_session(session, reason="another_browser")
        return None
    if now - session.seen_at >= rules.SEEN_EVERY:
        UserSession.objects.filter(pk=session.pk, seen_at__lt=now).update(seen_at=now)
    return session


def close_session(session: UserSession, *, reason: str = "left") -> None:
    """End a session: the person left, or its time was over."""
    with transaction.atomic():
        if UserSession.objects.filter(pk=session.pk).delete()[0]:
            record(session.user, "accounts.sign_out", session.user, origin=session.origin, result="done", reason=reason)


def end(user: User, *, keep: str = "", only: Sequence[int] | None = None) -> int:
    """End a person's sessions, all but the one with the key `keep`, or only those with these ids; return how many."""
    ending = UserSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        ending = ending.filter(pk__in=only)
    with transaction.atomic():
        return ending.delete()[0]


@audit.chore("sessions")
def purge(*, now: datetime) -> int:
    """Forget sessions whose time is over and counted tries nobody needs; return how many sessions."""
    over = Q(created_at__lte=now - settings.SESSION_LIFETIME) | Q(seen_at__lte=now - settings.SESSION_IDLE)
    pacing.purge(now=now)
    ceremonies.purge(now=now)
    return UserSession.objects.filter(over).delete()[0]


def remaining(session: UserSession, *, now: datetime) -> timedelta:
    """Return how long a session may still last at most."""
    return session.created_at + settings.SESSION_LIFETIME - now


def record(user: User | None, action: str, target: Placed, *, origin: str, result: str, **facts: object) -> None:
    """Put on record what somebody did or was refused who has no scope yet."""
    who = Actor(kind=ActorKind.PERSON, id=str(user.pk) if user else "", name=user.full_name if user else "")
    with transaction.atomic():
        audit.append(Scope(actor=who, origin=origin), action, target, result=result, detail=facts)
