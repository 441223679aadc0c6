"""Nobody comes to help before who is helped, or an administrator for them, and the helper have agreed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import FreshFactorNeeded, NotFound
from loa.orgs import commands, queries
from loa.orgs.models import Grant, SupportOffer, SupportSession
from loa.orgs.refusals_rights import BeyondReach, NobodyAgrees, Over
from loa.orgs.rules import Role
from loa.orgs.tests import supporting
from loa.orgs.tests.signing import browser_of


def asked(world, *, helped=None, supporter=None, now=None, scope=None):
    return supporting.offer(
        scope or world.administrator, world.commune, supporter=supporter or world.outsider_user, role=Role.EDITOR,
        reason="Xem lại lịch phát", minutes=60, now=now or clock.now(), helped=helped,
    )  # fmt: skip


def is_named_at_home(username):
    page = browser_of(username).get("/desk/").content.decode()
    return "/desk/support/" in page.split('id="work-title"')[1].split("</section>")[0]


def agree(world, user, offer, *, now=None):
    commands.agree_to_support(queries.scope_for(user), user, offer=offer.pk, now=now or clock.now())


def test_the_helper_begins_only_after_who_is_helped_has_agreed(world):
    offer = asked(world, helped=world.officer_user)
    with pytest.raises(NobodyAgrees):
        supporting.accept(world.outsider_user, offer, now=clock.now())
    with pytest.raises(NotFound):
        agree(world, world.leader_user, offer)

    agree(world, world.officer_user, offer)
    session = supporting.accept(world.outsider_user, offer, now=clock.now())

    offer.refresh_from_db()
    assert (offer.consent, offer.consented_by_id, offer.session_id) == ("person", world.officer_user.pk, session.pk)
    begun = Entry.objects.get(action="orgs.begin_support")
    assert (begun.unit_path, begun.detail["consent"], begun.detail["consented_by"]) == (
        world.commune.path, "person", world.officer_user.pk,
    )  # fmt: skip


def test_an_administrator_agrees_for_who_cannot_and_the_record_and_the_page_say_which(world):
    offer = asked(world)
    session = supporting.accept(world.outsider_user, offer, now=clock.now())

    told = Entry.objects.get(action="orgs.begin_support").detail
    page = browser_of("canbo").get(f"/desk/support/{session.pk}/").content.decode()

    assert (told["consent"], told["consented_by"]) == ("administrator", world.administrator_user.pk)
    assert "với tư cách người quản trị" in page


def test_who_asks_for_help_for_themselves_has_agreed(world):
    offer = asked(world, helped=world.administrator_user)

    assert (offer.consent, offer.consented_by_id) == ("person", world.administrator_user.pk)


def test_nobody_is_asked_without_anybodys_consent(world):
    browser = browser_of("quantri")
    data = {"username": "nguoingoai", "unit": "09043", "role": "editor", "reason": "Xem", "minutes": 60}

    answer = browser.post("/desk/support/add/", data)

    assert answer.status_code == 422
    assert not SupportOffer.objects.unscoped("test").exists()


def test_a_name_that_is_somebodys_and_one_that_is_nobodys_are_answered_alike(world):
    browser = browser_of("quantri")
    data = {"unit": "09043", "role": "editor", "reason": "Xem", "minutes": 60, "is_on_behalf": "on"}
    told = []

    for name in ("nguoingoai", "khongcoai"):
        answer = browser.post("/desk/support/add/", {**data, "username": name}, follow=True)
        words = re.sub(r"<[^>]+>|offers/[0-9]+", " ", answer.content.decode())
        told.append((answer.status_code, answer.redirect_chain, words.replace(name, "NAME")))
        SupportOffer.objects.unscoped("test").filter(closed_at=None).update(closed_at=clock.now())

    assert told[0] == told[1]
    assert world.outsider_user.full_name not in told[0][2]


def test_a_person_to_be_helped_is_looked_for_only_among_those_the_administrator_lists_anyway(world):
    browser = browser_of("quantri")
    data = {"unit": "09043", "role": "editor", "reason": "Xem", "minutes": 60, "username": "aido"}

    answers = [
        browser.post("/desk/support/add/", {**data, "helped": name}) for name in ("nguoingoai", "khongcoai", "canbo")
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    words = [re.sub(r"nguoingoai|khongcoai|value=.[^\"]*.|<[^>]+>", "", one.content.decode()) for one in answers[:2]]
    assert words[0] == words[1]


def test_to_begin_takes_a_fresh_factor_and_to_end_takes_none(world):
    offer, now = asked(world), clock.now()
    stale = replace(queries.scope_for(world.outsider_user), is_fresh=False)
    with pytest.raises(FreshFactorNeeded):
        commands.accept_support(stale, world.outsider_user, offer=offer.pk, now=now)
    with pytest.raises(FreshFactorNeeded):
        asked(world, scope=replace(world.administrator, is_fresh=False))
    session = supporting.accept(world.outsider_user, offer, now=now)

    commands.end_support(replace(queries.scope_for(world.outsider_user), is_fresh=False), session, now=clock.now())

    session.refresh_from_db()
    assert session.ended_at is not None


def test_the_helper_finds_the_request_and_begins_from_the_page(world):
    offer = asked(world)
    browser = browser_of("nguoingoai")
    assert f"/desk/support/offers/{offer.pk}/accept/" in browser.get("/desk/support/").content.decode()
    assert (
        f"offers/{offer.pk}/"
        not in browser_of(world.other_officer_user.username).get("/desk/support/").content.decode()
    )

    answer = browser.post(f"/desk/support/offers/{offer.pk}/accept/")

    session = SupportSession.objects.unscoped("test").get()
    assert answer.url == f"/desk/support/{session.pk}/"


def test_who_is_helped_agrees_or_refuses_on_a_page(world):
    offer = asked(world, helped=world.officer_user)
    browser = browser_of("canbo")
    assert "Tôi đồng ý" in browser.get("/desk/support/").content.decode()

    browser.post(f"/desk/support/offers/{offer.pk}/refuse/")

    with pytest.raises(Over):
        supporting.accept(world.outsider_user, offer, now=clock.now())


def test_home_names_the_request_to_whoever_has_to_answer_it_and_to_nobody_else(world):
    asked(world, helped=world.officer_user)
    names = ("canbo", "nguoingoai", "lanhdao")

    first = [is_named_at_home(name) for name in names]
    agree(world, world.officer_user, SupportOffer.objects.unscoped("test").get())
    then = [is_named_at_home(name) for name in names]

    assert (first, then) == ([True, False, False], [False, True, False])


@pytest.mark.parametrize("act", ["refuse", "call off", "wait", "accept"])
def test_what_is_answered_or_a_day_old_is_over(world, act):
    offer, now = asked(world), clock.now()
    if act == "refuse":
        commands.refuse_support(queries.scope_for(world.outsider_user), world.outsider_user, offer=offer.pk, now=now)
    elif act == "call off":
        commands.call_off_support(world.administrator, offer, now=now)
    elif act == "accept":
        supporting.accept(world.outsider_user, offer, now=now)

    with pytest.raises(Over):
        supporting.accept(world.outsider_user, offer, now=now + timedelta(hours=24 if act == "wait" else 0))


def test_another_person_neither_accepts_nor_refuses_nor_calls_off(world):
    offer, now = asked(world), clock.now()

    with pytest.raises(NotFound):
        supporting.accept(world.other_officer_user, offer, now=now)
    with pytest.raises(NotFound):
        commands.refuse_support(queries.scope_for(world.leader_user), world.leader_user, offer=offer.pk, now=now)
    with pytest.raises(NotFound):
        commands.call_off_support(queries.scope_for(world.outsider_user), offer, now=now)
    with pytest.raises(NotFound):
        queries.support_offer(queries.scope_for(world.outsider_user), offer.pk)


def test_what_was_asked_for_by_who_no_longer_administers_the_unit_does_not_begin(world):
    offer, now = asked(world), clock.now()
    for held in Grant.objects.unscoped("test").filter(user=world.administrator_user):
        held.during = type(held.during)(held.during.lower, now)
        held.save(update_fields=["during"])

    with pytest.raises(BeyondReach):
        supporting.accept(world.outsider_user, offer, now=now + timedelta(seconds=1))


@pytest.mark.parametrize(
    "change", [{"username": "khac"}, {"minutes": 240}, {"consent": "person"}, {"consent": "", "consented_by": None}]
)
def test_the_database_lets_a_request_be_answered_once_and_nothing_else_of_it_change(world, change):
    offer = asked(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        SupportOffer.objects.unscoped("test").filter(pk=offer.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportOffer.objects.unscoped("test").filter(pk=offer.pk).delete()
    SupportOffer.objects.unscoped("test").filter(pk=offer.pk).update(closed_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportOffer.objects.unscoped("test").filter(pk=offer.pk).update(closed_at=None)
