"""Letting a person in: from the first proof to a session, with a second proof between where there is one to show."""

from collections.abc import Mapping
from typing import Any  # Any: facts are JSON

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from loa.accounts import ceremonies, commands, factors
from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony, User
from loa.accounts.rules import Factor
from loa.accounts.web import known
from loa.kernel import clock
from loa.kernel.origin import address_of

HOME = "/desk/"


def go_on(
    request: HttpRequest, user: User, *, wanted: str, factor: Factor | None = None, provider: str = ""
) -> HttpResponse:
    """Open a session for who proved to be this person, or ask for the second factor they have first."""
    if factor is None and factors.has_factor(user):
        facts = {"next": wanted, "mark": user.get_session_auth_hash(), "provider": provider}
        renew(request)
        begin(request, Kind.SECOND, user=user, facts=facts)
        return redirect("accounts:second")
    with transaction.atomic():  # one wait for the disk, not four
        renew(request)
        request.session.set_expiry(int(settings.SESSION_LIFETIME.total_seconds()))
        commands.open_session(
            user,
            session_key=str(request.session.session_key),
            origin=address_of(request),
            browser=request.headers.get("User-Agent", ""),
            factor=factor,
            provider=provider,
            now=clock.now(),
        )
    response = redirect(safe(request, wanted))
    known.remember(request, response, user.username)
    return response


def waiting(request: HttpRequest) -> Ceremony | None:
    """Return who is between the first proof and the second in this browser, unless the account changed meanwhile."""
    found = ceremonies.find(Kind.SECOND, session_key=request.session.session_key, now=clock.now())
    if found is None or found.user is None or not found.user.is_active:
        return None
    if not constant_time_compare(str(found.facts["mark"]), found.user.get_session_auth_hash()):
        return None
    return found


def begin(
    request: HttpRequest, kind: Kind, *, user: User | None = None, facts: Mapping[str, Any] | None = None
) -> Ceremony:
    """Begin a step in this browser, which gets a key for it when it has none."""
    if not request.session.session_key:
        renew(request)
    return ceremonies.begin(kind, session_key=str(request.session.session_key), user=user, facts=facts, now=clock.now())


def renew(request: HttpRequest) -> None:
    """Give the browser a new key: one that was known before must not be worth anything after."""
    request.session.flush()
    request.session.set_expiry(int(ceremonies.SETUP_LASTS.total_seconds()))
    request.session.create()


def safe(request: HttpRequest, wanted: str) -> str:
    """Return where to go: a page of ours, never another site."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else HOME
