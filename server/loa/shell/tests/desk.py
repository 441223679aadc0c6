"""Browsers of people, and bulletins as they come out of the forms, for the tests of pages."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client

from loa.accounts.models import User, UserSession
from loa.accounts.rules import Factor
from loa.bulletins import commands as bulletins
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.kernel import clock
from loa.orgs import queries as orgs
from loa.orgs.tests.world import PASSWORD
from loa.schedules import commands as schedules

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def browser_of(username):
    """Return a browser in which this person has signed in."""
    browser = Client()
    answer = browser.post("/desk/sign-in/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    confirm(browser)
    return browser


def confirm(browser):
    """Let the browser's session have shown a second factor a moment ago."""
    confirmed(browser.cookies["loa_session"].value)


def confirmed(session_key):
    """Let a session have shown a second factor a moment ago."""
    session = UserSession.objects.filter(session_key=session_key)
    assert session.update(factor=Factor.TOTP, confirmed_at=clock.now()) == 1


def tomorrow_at_five():
    """Return tomorrow at 17:00 at the place: a time that can always be asked for."""
    day = (clock.now().astimezone(ZONE) + timedelta(days=1)).date()
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=ZONE)


def make_wish(world, bulletin, *, start_at=None):
    """Ask for the whole commune tomorrow at five."""
    return schedules.ask(
        world.officer,
        world.commune,
        bulletin_id=bulletin.pk,
        start_at=start_at or tomorrow_at_five(),
        device_ids=None,
        requested_by="Trần Văn Cán",
        now=clock.now(),
    )


def make_waiting(world):
    """Write a bulletin with a wish for tomorrow and hand it in; whoever may approve it has listened."""
    bulletin = make_bulletin(world, now=clock.now())
    make_wish(world, bulletin)
    bulletins.submit(world.officer, bulletin, now=clock.now())
    listened(world, bulletin)
    return bulletin


def listened(world, bulletin, *, number=1):
    """Let whoever may approve there have heard all of it, as their pages would tell."""
    for user in User.objects.filter(pk__in=orgs.holders(world.commune, permission="bulletins.approve")):
        bulletins.listen(orgs.scope_for(user), bulletin, number=number, hearing=HEARD, now=clock.now())


def make_asked_later(world):
    """Approve a bulletin, then let the officer ask for tomorrow at five: the place waits for the leader."""
    bulletin = make_bulletin(world, now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=clock.now())
    return make_wish(world, bulletin)


def decision(page):
    """Return what the approve form of a bulletin's page carries, as a browser would send it; a tick is not set."""
    form = re.search(r'action="[^"]*/approve/">(.*?)</form>', page, re.DOTALL)
    return dict(re.findall(r'type="hidden" name="(number|step|places)" value="(\w*)"', form[1]))


def text_of(answer):
    """Return a page's HTML."""
    return answer.content.decode()
