"""What people hold in tests: an app, codes on paper, and a browser that has shown them."""

from django.test import Client

from loa.accounts import commands, secrecy, totp
from loa.accounts.models import Totp, User, UserSession
from loa.accounts.rules import Factor
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.orgs.tests.world import PASSWORD

SIGN_IN, SECOND, CONFIRM = "/desk/sign-in/", "/desk/sign-in/second/", "/desk/confirm/"
SECRET = b"12345678901234567890"


def give_app(user, *, secret=SECRET):
    """Let a person have an app; what was shown at setting up lies in the past."""
    sealed = secrecy.seal(secret, about=f"totp:{user.pk}")
    Totp.objects.update_or_create(
        user=user, defaults={"sealed_secret": sealed, "last_step": 0, "created_at": clock.now()}
    )


def give_codes(user):
    """Let a person with a factor have recovery codes, and return them."""
    return commands.renew_recovery_codes(scopes.system("test"), user, now=clock.now())


def second_factor_code(user, *, ahead=0):
    """Return what the person's app shows now, or some steps of time ahead."""
    return totp.code(SECRET, totp.step_at(clock.now()) + ahead)


def use_next_code(user):
    """Let the present code be as good as new, as if its time had passed."""
    Totp.objects.filter(user=user).update(last_step=0)


def wrong_code(user):
    """Return six digits that are not right now, nor a step before or after."""
    right = {second_factor_code(user, ahead=ahead) for ahead in (-1, 0, 1, 2)}
    return next(code for code in (f"{number:06d}" for number in range(10)) if code not in right)


def gave_password(username="lanhdao", browser=None, **fields):
    """Return a browser in which the right password was given, and the answer."""
    browser = browser or Client()
    return browser, browser.post(SIGN_IN, {"username": username, "password": PASSWORD, **fields})


def signed_in_with_app(username="lanhdao", **fields):
    """Return a browser in which both factors were shown."""
    browser, answer = gave_password(username, **fields)
    assert answer.url == SECOND, answer.content.decode()
    answer = browser.post(SECOND, {"code": second_factor_code(User.objects.get(username=username))})
    assert answer.status_code == 302, answer.content.decode()
    return browser, answer


def session_of(browser):
    return UserSession.objects.get(session_key=browser.cookies["loa_session"].value)


def grow_stale(browser, *, by):
    """Let the last confirmation lie back in time."""
    session = UserSession.objects.filter(session_key=browser.cookies["loa_session"].value)
    assert session.update(factor=Factor.TOTP, confirmed_at=clock.now() - by) == 1
