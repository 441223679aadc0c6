import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from loa.bulletins import commands, queries, refusals
from loa.bulletins.keeping_sendings import SendingKeeper
from loa.bulletins.keeping_supply import ShareKeeper
from loa.bulletins.models import Receipt, Share, Use
from loa.bulletins.rules import Reach, is_shared_with
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin
from loa.bulletins.tests.supplying import make_share
from loa.bulletins.tests.test_guards import attack
from loa.kernel.errors import Denied, NotFound
from loa.orgs import queries as orgs
from loa.orgs.ports import Move
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("reach", "owner", "unit", "found"),
    [
        (Reach.BELOW, "26", "26/251/09043", True),
        (Reach.BELOW, "26/251/09043", "26/251/09037", False),
        (Reach.BELOW, "26/251/09043", "26", False),
        (Reach.ALL, "26/251/09043", "19/05440", True),
        (Reach.ALL, "26", "26", False),
        (Reach.BELOW, "26", "260", False),
    ],
)
def test_an_item_reaches_units_below_or_all_but_its_own(reach, owner, unit, found):
    assert is_shared_with(reach, owner_path=owner, unit_path=unit) is found


def test_what_is_shared_with_all_is_found_everywhere_and_below_only_below(world):
    everywhere = make_share(world, title="Tiêm phòng dại cho chó mèo")
    below = make_share(world, reach=Reach.BELOW, title="Vệ sinh đường làng")

    assert set(queries.library(world.other_officer)) == {everywhere}
    assert set(queries.library(world.outsider)) == {everywhere}
    assert set(queries.library(world.officer)) == {everywhere, below}
    assert set(queries.library(world.province_editor)) == {everywhere, below}
    assert not queries.library(world.citizen).exists()
    with pytest.raises(NotFound):
        queries.shared(world.other_officer, below.pk)


def test_the_library_is_searched_without_accents_title_first_and_by_field(world):
    in_text = make_share(world, title="Thông báo", text="Tiêm phòng dại vào thứ bảy.")
    in_title = make_share(world, title="Tiêm phòng dại", text="Sáng thứ bảy.", now=NOW - timedelta(days=1))
    category = in_title.bulletin.current.category_id

    assert list(queries.library(world.outsider, words="tiem phong dai")) == [in_title, in_text]
    assert list(queries.library(world.outsider, words="không có từ này")) == []
    assert in_title in queries.library(world.outsider, category=category)
    assert list(queries.library(world.outsider, category="khong-co")) == []
    assert queries.library(world.outsider, words="\0'); DROP TABLE x; --").count() == 0


def test_the_words_become_a_draft_of_the_user_that_keeps_where_it_comes_from(world):
    share = make_share(world)

    made = commands.use_words(world.outsider, world.outsider_commune, shared=share, now=LATER)

    assert (made.unit, made.author, made.state) == (world.outsider_commune, world.outsider_user, "draft")
    assert (made.title, made.current.text) == (share.bulletin.title, share.bulletin.current.text)
    assert (made.origin_level, made.current.clip_id) == (share.bulletin.origin_level, None)
    assert queries.source_of([made.pk])[made.pk].share.unit == world.commune


def test_words_from_above_keep_their_level(world):
    chief = orgs.scope_for(make_user("lanhdaotinh", "Đinh Văn Trưởng", unit=world.province, role=Role.LEADER))
    bulletin = make_bulletin(
        world, unit=world.province, scope=world.province_editor, user=world.province_editor_user, now=NOW
    )
    commands.submit(world.province_editor, bulletin, now=NOW)
    commands.approve(chief, bulletin, number=1, hearing=HEARD, now=NOW)
    share = make_share(world, bulletin=bulletin, scope=world.province_editor, reach=Reach.BELOW)

    assert commands.use_words(world.officer, world.commune, shared=share, now=LATER).origin_level == "province"


def test_the_original_comes_into_the_inbox_once_however_often_it_is_taken(world):
    share = make_share(world)

    first = commands.use_original(world.other_officer, world.other_commune, shared=share, now=LATER)
    again = commands.use_original(world.other_officer, world.other_commune, shared=share, now=LATER)

    assert first == again
    assert [one.pk for one in queries.inbox(world.other_officer)] == [first.pk]
    assert queries.is_open(queries.received(world.other_officer, first.pk))
    assert queries.use_counts([share.pk]) == {share.pk: (1, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_original_at_once_get_the_same(world):
    share, found = make_share(world), []

    def take():
        try:
            found.append(commands.use_original(world.other_officer, world.other_commune, shared=share, now=LATER))
        finally:
            connection.close()

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert len({one.pk for one in found}) == 1
    assert Receipt.objects.unscoped("test").count() == Use.objects.unscoped("test").count() == 1


def test_uses_are_counted_for_all_and_named_to_those_above_only(world):
    share = make_share(world)
    commands.use_words(world.outsider, world.outsider_commune, shared=share, now=LATER)
    commands.use_words(world.other_officer, world.other_commune, shared=share, now=LATER)
    commands.use_original(world.other_officer, world.other_commune, shared=share, now=LATER)

    assert queries.use_counts([share.pk])[share.pk] == (3, 2)
    assert {one.unit for one in queries.uses(world.province_editor, share.pk)} == {world.other_commune}
    assert not queries.uses(world.officer, share.pk).exists()
    assert queries.uses_by_unit(world.province_editor, since=NOW, most=5) == [(world.other_commune.name, 1, 1)]
    assert queries.uses_by_unit(world.officer, since=NOW, most=5) == []


def test_only_approved_words_of_ones_own_unit_are_shared_and_once(world):
    draft = make_bulletin(world, now=NOW)
    share = make_share(world)

    with pytest.raises(refusals.OnlyApprovedShared):
        commands.share(world.officer, draft, reach=Reach.ALL, now=NOW)
    with pytest.raises(refusals.SharedAlready):
        commands.share(world.officer, share.bulletin, reach=Reach.ALL, now=NOW)
    with pytest.raises(Denied):
        commands.share(world.leader, share.bulletin, reach=Reach.ALL, now=NOW)
    with pytest.raises(NotFound):
        commands.end_share(world.other_officer, share, now=NOW)


def test_nobody_uses_what_does_not_reach_them_or_is_over(world):
    below, everywhere = make_share(world, reach=Reach.BELOW), make_share(world)
    about = {"now": LATER}

    with pytest.raises(NotFound):
        commands.use_words(world.other_officer, world.other_commune, shared=below, **about)
    with pytest.raises(NotFound):
        commands.use_words(world.officer, world.commune, shared=everywhere, **about)
    with pytest.raises(NotFound):
        commands.use_words(world.outsider, world.commune, shared=everywhere, **about)
    commands.withdraw(world.officer, everywhere.bulletin, now=NOW)
    with pytest.raises(refusals.ShareEnded):
        commands.use_original(world.other_officer, world.other_commune, shared=everywhere, **about)
    assert not queries.library(world.other_officer).exists()


def test_what_is_shared_no_longer_stays_with_who_took_it(world):
    share = make_share(world)
    receipt = commands.use_original(world.other_officer, world.other_commune, shared=share, now=LATER)

    commands.end_share(world.officer, share, now=LATER)

    assert not queries.library(world.other_officer).exists()
    assert queries.is_open(queries.received(world.other_officer, receipt.pk))
    with pytest.raises(refusals.ShareEnded):
        commands.end_share(world.officer, share, now=LATER)
    assert make_share(world, bulletin=share.bulletin).pk != share.pk


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bulletins_share SET reach = 'below'",
        "UPDATE bulletins_share SET ended_at = NULL, ended_by_id = NULL",
        "DELETE FROM bulletins_share",
        "UPDATE bulletins_use SET used_at = used_at - interval '1 day'",
        "DELETE FROM bulletins_use",
    ],
)
def test_what_was_shared_and_used_stands_also_against_raw_sql(world, sql):
    share = make_share(world)
    commands.use_words(world.other_officer, world.other_commune, shared=share, now=LATER)
    commands.end_share(world.officer, share, now=LATER)

    with pytest.raises(DatabaseError, match=r"stands|not deleted"):
        attack(sql)


def test_shared_items_go_along_with_their_unit_and_back(world):
    share, keeper = make_share(world), ShareKeeper()
    moves = [Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)]

    moved, sendings = keeper.hand_over(moves, now=LATER), SendingKeeper().hand_over(moves, now=LATER)

    assert keeper.holdings([world.other_commune.pk]) == {world.other_commune.pk: 1}
    assert len(sendings) == 1
    commands.end_share(world.other_officer, Share.objects.unscoped("test").select_related("unit").get(), now=LATER)
    assert keeper.take_back(moved, now=LATER) == 0
    assert keeper.without_owner([share.unit_id]) == keeper.hand_on(world.officer_user.pk, None, now=LATER) == 0
