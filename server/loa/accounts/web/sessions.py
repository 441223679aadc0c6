"""The gate of the desk: whoever comes in has a living session, a password of their own, and a factor if one is due."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from loa.accounts import factors, policy, ports, queries
from loa.accounts.models import UserSession
from loa.kernel import clock

DESK = "/desk/"
PASSWORD = "/desk/password/"  # noqa: S105 - an address
CONFIRM = "/desk/confirm/"
FACTORS = "/desk/me/factors/"
CHOICES = frozenset({"/desk/language/", "/desk/theme/"})
LEAVING = CHOICES | {"/desk/sign-out/"}
_ENDING_SUPPORT = re.compile(r"/desk/support/\d+/end/")
"""Whoever was named to help, and has no second factor yet, may end it first: others must not lock them out."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Who asks without a session."""

    is_authenticated: ClassVar[bool] = False
    is_active: ClassVar[bool] = False
    pk: ClassVar[None] = None
    full_name: ClassVar[str] = ""
    username: ClassVar[str] = ""


class SessionMiddleware:
    """Set `request.user` and `request.user_session`; lead people to what they owe first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to where the person has to go first."""
        key = request.session.session_key
        now = clock.now()
        browser = request.headers.get("User-Agent", "")
        session = queries.living_session(key, browser=browser, now=now) if key else None
        request.user = session.user if session else Nobody()  # type: ignore[assignment]  # whoever has no account
        request.user_session = session  # type: ignore[attr-defined]  # read by this room's pages
        if not request.path.startswith(DESK):
            return self.get_response(request)
        if session is None:
            is_open = request.path in CHOICES or request.path.startswith(settings.LOGIN_URL)
            first = "" if is_open else settings.LOGIN_URL
        else:
            first = _first(session, request.path, now=now)
        if first:
            return _lead(request, first)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _first(session: UserSession, path: str, *, now: datetime) -> str:
    """Return where somebody has to go before this page, or nothing."""
    user = session.user
    if path in LEAVING or _ENDING_SUPPORT.fullmatch(path):
        return ""
    if user.must_change_password or policy.is_password_old(user, now=now):
        return "" if path == PASSWORD else PASSWORD
    if session.is_strong or path.startswith((FACTORS, CONFIRM)) or not ports.needs_second_factor(user):
        return ""
    return CONFIRM if factors.has_factor(user) else FACTORS


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect, and remember where the person wanted to go when that was a page."""
    wanted = request.get_full_path() if request.method == "GET" else DESK
    if request.headers.get("HX-Request"):
        wanted = DESK
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = f"{address}?{urlencode({'next': wanted})}"
        return response
    return HttpResponseRedirect(address if wanted == DESK else f"{address}?{urlencode({'next': wanted})}")
