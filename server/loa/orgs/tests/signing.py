"""People of the world in a browser, with a second factor shown a moment ago."""

from django.test import Client

from loa.accounts.models import UserSession
from loa.accounts.rules import Factor
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD


def browser_of(username):
    browser = Client()
    browser.post("/desk/sign-in/", {"username": username, "password": PASSWORD})
    confirm(browser.cookies["loa_session"].value)
    return browser


def confirm(session_key):
    """Let a session have shown a second factor a moment ago."""
    session = UserSession.objects.filter(session_key=session_key)
    assert session.update(factor=Factor.TOTP, confirmed_at=clock.now()) == 1
