from datetime import timedelta

import pytest
from django.db import DatabaseError

from loa.accounts.models import User
from loa.bulletins import commands, queries, refusals
from loa.bulletins.keeping_supply import OfferKeeper
from loa.bulletins.models import Bulletin, Offer
from loa.bulletins.rules import OfferState
from loa.bulletins.tests.making import NOW
from loa.bulletins.tests.supplying import contributor_at, make_offer
from loa.bulletins.tests.test_guards import attack
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.orgs.models import Agency
from loa.orgs.ports import Move, keepers

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def health(world):
    """Somebody of the department of health, with their scope and agency."""
    return contributor_at(world)


def test_an_accepted_offer_is_a_draft_of_the_unit_that_names_its_agency(world, health):
    user, scope, agency = health
    offer = make_offer(scope, world.province, agency=agency, category="local.health")

    made = commands.accept_offer(world.province_editor, offer, now=LATER)

    kept = queries.own_offer(scope, offer.pk)
    assert (kept.state, kept.bulletin, kept.agency, kept.author) == (OfferState.ACCEPTED, made, agency, user)
    assert (made.unit, made.author, made.state) == (world.province, world.province_editor_user, "draft")
    assert (made.current.facts.byline, made.current.facts.category) == ("Sở Y tế", "local.health")
    assert queries.supplied([made.pk])[made.pk].agency == agency


def test_an_agency_sees_its_own_offers_and_no_bulletin(world, health):
    _user, scope, agency = health
    _other, beside, other_agency = contributor_at(world, username="sogd", name="Sở Giáo dục")
    mine = make_offer(scope, world.province, agency=agency)
    make_offer(beside, world.province, agency=other_agency)

    assert list(queries.own_offers(scope)) == [mine]
    with pytest.raises(NotFound):
        queries.own_offer(beside, mine.pk)
    assert not queries.visible(scope).exists()
    assert not queries.offers(scope).exists()
    assert {one.author for one in queries.offers(world.province_editor)} == {mine.author, _other}


def test_an_agency_offers_words_in_its_own_fields_and_those_below_them_only(world, health):
    _user, scope, agency = health
    commands.set_agency_fields(world.administrator, agency, categories=["local"], now=NOW)

    assert make_offer(scope, world.province, agency=agency, category="local.health").category_id == "local.health"
    for category in ("", "policy"):
        with pytest.raises(refusals.OutsideFields) as refused:
            make_offer(scope, world.province, agency=agency, category=category)
    assert "%" not in str(refused.value)

    commands.set_agency_fields(world.administrator, agency, categories=[], now=NOW)
    assert make_offer(scope, world.province, agency=agency).category_id is None


def test_the_agency_that_succeeds_supplies_in_the_same_fields_until_told_otherwise(world, health):
    _user, _scope, agency = health
    commands.set_agency_fields(world.administrator, agency, categories=["local.health"], now=NOW)
    _other, _beside, heir = contributor_at(world, username="sokhac", name="Sở Y tế và Dân số")
    Agency.objects.unscoped("test").filter(pk=agency.pk).update(closed_on=NOW.date(), succeeded_by=heir)

    assert queries.fields_of([heir.pk])[heir.pk] == {"local.health"}
    commands.set_agency_fields(world.administrator, heir, categories=["policy"], now=LATER)
    assert queries.fields_of([heir.pk])[heir.pk] == {"policy"}


def test_fields_are_set_by_who_administers_the_unit_and_are_fields_in_use(world, health):
    _user, scope, agency = health

    for asks in (scope, world.province_editor, world.officer):
        with pytest.raises((Denied, NotFound)):
            commands.set_agency_fields(asks, agency, categories=[], now=NOW)
    with pytest.raises(refusals.CategoryUnknown):
        commands.set_agency_fields(world.administrator, agency, categories=["nothing"], now=NOW)


def test_a_draft_is_its_authors_alone(world, health):
    _user, scope, agency = health
    draft = make_offer(scope, world.province, agency=agency, is_offered=False)

    assert not queries.offers(world.province_editor).exists()
    with pytest.raises(WrongState):
        commands.accept_offer(world.province_editor, draft, now=LATER)
    commands.change_offer(scope, draft, title="Khác", text="Lời khác.", now=LATER)
    commands.hand_offer_in(scope, draft, now=LATER)
    assert queries.offers_waiting(world.province_editor).count() == 1
    with pytest.raises(WrongState):
        commands.change_offer(scope, draft, title="Khác nữa", text="Lời.", now=LATER)


def test_nobody_touches_anothers_offer_or_speaks_for_an_agency_they_hold_no_post_in(world, health):
    _user, scope, agency = health
    _other, beside, _agency = contributor_at(world, username="sogd", name="Sở Giáo dục")
    draft = make_offer(scope, world.province, agency=agency, is_offered=False)

    for act in (
        lambda: commands.change_offer(beside, draft, title="x", text="y", now=NOW),
        lambda: commands.hand_offer_in(beside, draft, now=NOW),
        lambda: commands.drop_offer(beside, draft, now=NOW),
        lambda: make_offer(beside, world.province, agency=agency),
        lambda: make_offer(scope, world.commune),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_newsroom_of_the_unit_decides_and_nobody_else(world, health):
    _user, scope, agency = health
    offer = make_offer(scope, world.province, agency=agency)

    with pytest.raises(Denied):
        commands.accept_offer(world.monitor, offer, now=LATER)
    with pytest.raises(NotFound):
        commands.accept_offer(world.officer, offer, now=LATER)
    with pytest.raises(Denied):
        commands.accept_offer(scope, offer, now=LATER)
    with pytest.raises(Denied):
        make_offer(world.officer, world.commune)


def test_a_declined_offer_says_why_and_nothing_is_decided_twice(world, health):
    _user, scope, agency = health
    offer = make_offer(scope, world.province, agency=agency)

    with pytest.raises(refusals.DeclineReasonNeeded):
        commands.decline_offer(world.province_editor, offer, reason=" ", now=LATER)
    commands.decline_offer(world.province_editor, offer, reason="Đã có tin tương tự", now=LATER)

    assert queries.own_offer(scope, offer.pk).reason == "Đã có tin tương tự"
    for act in (
        lambda: commands.decline_offer(world.province_editor, offer, reason="Lại", now=LATER),
        lambda: commands.accept_offer(world.province_editor, offer, now=LATER),
        lambda: commands.drop_offer(scope, offer, now=LATER),
    ):
        with pytest.raises(WrongState):
            act()
    assert not Bulletin.objects.unscoped("test").exists()


def test_what_is_taken_back_leaves_the_newsroom(world, health):
    _user, scope, agency = health
    offer = make_offer(scope, world.province, agency=agency)

    commands.drop_offer(scope, offer, now=LATER)

    assert not queries.offers(world.province_editor).exists()
    assert queries.own_offer(scope, offer.pk).state == OfferState.DROPPED


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"title": "\u202e\n"}, refusals.OfferUnfit),
        ({"text": ""}, refusals.OfferUnfit),
        ({"text": "a" * 1_000_000}, refusals.TextTooLong),
        ({"category": "khong-co"}, refusals.CategoryUnknown),
    ],
)
def test_an_offer_that_says_nothing_or_too_much_is_refused(world, health, about, refusal):
    with pytest.raises(refusal):
        make_offer(health[1], world.province, **about)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bulletins_offer SET text = 'khác'",
        "UPDATE bulletins_offer SET agency_id = NULL",
        "UPDATE bulletins_offer SET reason = 'khác'",
        "UPDATE bulletins_offer SET state = 'offered', decided_at = NULL, decided_by_id = NULL, reason = ''",
        "DELETE FROM bulletins_offer",
    ],
)
def test_what_was_offered_and_decided_stands_also_against_raw_sql(world, health, sql):
    _user, scope, agency = health
    commands.decline_offer(
        world.province_editor, make_offer(scope, world.province, agency=agency), reason="Trùng", now=LATER
    )

    with pytest.raises(DatabaseError, match=r"stands|not deleted"):
        attack(sql)


def test_open_offers_go_along_with_their_unit_and_a_leavers_drafts_to_another(world):
    user, scope, agency = contributor_at(world, world.commune)
    waiting = make_offer(scope, world.commune, agency=agency)
    draft = make_offer(scope, world.commune, agency=agency, is_offered=False)
    keeper = OfferKeeper()

    moved = keeper.hand_over([Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)], now=LATER)

    assert keeper.holdings([world.commune.pk, world.other_commune.pk]) == {world.other_commune.pk: 2}
    commands.accept_offer(world.other_officer, queries.offer(world.other_officer, waiting.pk), now=LATER)
    assert keeper.take_back(moved, now=LATER) == 1
    assert keeper.hand_on(user.pk, None, now=LATER) == 1
    assert keeper.hand_on(user.pk, world.officer_user.pk, now=LATER) == 1
    assert Offer.objects.unscoped("test").get(pk=draft.pk).author == world.officer_user
    assert Offer.objects.unscoped("test").get(pk=waiting.pk).author == user


def test_an_offer_nobody_could_decide_on_is_told(world):
    _user, scope, agency = contributor_at(world, world.commune)
    make_offer(scope, world.commune, agency=agency)
    User.objects.filter(pk__in=[world.officer_user.pk, world.province_editor_user.pk]).update(is_active=False)

    assert OfferKeeper().without_owner([world.commune.pk]) == 1
    assert {"offers", "shares"} <= {keeper.name for keeper in keepers()}
