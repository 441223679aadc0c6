"""The gate of the desk: whoever comes in has a living session and a password of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from loa.accounts import queries
from loa.kernel import clock

DESK = "/desk/"
PASSWORD = "/desk/password/"  # noqa: S105 - an address
OPEN = frozenset({settings.LOGIN_URL, "/desk/language/", "/desk/theme/"})
OPEN_BEFORE_CHANGE = OPEN | {PASSWORD, "/desk/sign-out/"}


@dataclass(frozen=True, slots=True)
class Nobody:
    """Who asks without a session."""

    is_authenticated: ClassVar[bool] = False
    is_active: ClassVar[bool] = False
    pk: ClassVar[None] = None
    full_name: ClassVar[str] = ""
    username: ClassVar[str] = ""


class SessionMiddleware:
    """Set `request.user` and `request.user_session`; send strangers to sign in, newcomers to choose a password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to where the person has to go first."""
        key = request.session.session_key
        session = queries.living_session(key, now=clock.now()) if key else None
        request.user = session.user if session else Nobody()  # type: ignore[assignment]  # whoever has no account
        request.user_session = session  # type: ignore[attr-defined]  # read by this room's pages
        if not request.path.startswith(DESK):
            return self.get_response(request)
        if session is None and request.path not in OPEN:
            return _lead(request, settings.LOGIN_URL)
        if session is not None and session.user.must_change_password and request.path not in OPEN_BEFORE_CHANGE:
            return _lead(request, PASSWORD)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect, and remember where the person wanted to go when that was a page."""
    wanted = request.get_full_path() if request.method == "GET" else DESK
    if request.headers.get("HX-Request"):
        wanted = DESK
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = f"{address}?{urlencode({'next': wanted})}"
        return response
    return HttpResponseRedirect(address if wanted == DESK else f"{address}?{urlencode({'next': wanted})}")
