"""Browsers in which somebody has signed in before, told by a signed cookie; strangers' failures do not close them out.

After OWASP, "Slow Down Online Guessing Attacks with Device Cookies". It opens nothing: tries there are counted apart.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from loa.accounts import rules

COOKIE = "loa_known"
KEPT = timedelta(days=180)
PEOPLE_MOST = 6
"""An office shares a computer; whoever signed in last stays known."""

_SALT = "loa.accounts.known"


def device_of(request: HttpRequest, username: str) -> str:
    """Return what tells this browser apart for this name, or nothing when the person never signed in here."""
    return _known(request).get(_mark(username), "")


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser know that this person has signed in here."""
    mark, known = _mark(username), _known(request)
    token = known.pop(mark, "") or secrets.token_urlsafe(12)
    kept = dict([*known.items(), (mark, token)][-PEOPLE_MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=KEPT,
        path=settings.LOGIN_URL,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        found: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return found


def _mark(username: str) -> str:
    """Return a digest: the names of those who use a computer do not stand in its cookies."""
    return salted_hmac(_SALT, rules.kept_username(username), algorithm="sha256").hexdigest()[:16]
