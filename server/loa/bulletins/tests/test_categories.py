from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loa.bulletins import commands, queries, refusals
from loa.bulletins.models import Category
from loa.bulletins.rules import Facts, Kind
from loa.bulletins.tests.making import HEARD, NOW, make_clip
from loa.kernel.errors import Denied, NotFound
from loa.orgs import queries as orgs

TODAY, DAY = date(2026, 11, 23), timedelta(days=1)


def added(world, code="local.markets", *, scope=None, parent="local", external=1, **names):
    about = {"name_vi": "Chợ phiên", "name_en": "Markets"} | names
    return commands.add_category(
        scope or world.system, orgs.country(), code=code, parent=parent, external_code=external, now=NOW, **about
    )


def moved(world, code, *, parent, external=1, now=NOW):
    commands.move_category(world.system, orgs.country(), code=code, parent=parent, external_code=external, now=now)


def approved(world, category, *, at=NOW):
    bulletin = commands.write(
        world.officer, world.commune, title="Tin", text="Tin.", author_id=world.officer_user.pk,
        clip_id=make_clip(world.commune).pk, voice="vi", facts=Facts(kind=Kind.OTHER, category=category), now=at,
    )  # fmt: skip
    commands.submit(world.officer, bulletin, now=at)
    commands.approve(world.leader, bulletin, number=1, hearing=HEARD, now=at)
    return bulletin


def stands(code, day=TODAY):
    return next(((one.parent, one.external_code) for one in queries.tree(day) if one.code == code), None)


def test_the_standard_tree_is_in_order_and_counts_to_the_external_fields(db):
    branches = queries.tree(TODAY)

    assert [one.code for one in branches][:4] == ["policy", "policy.state", "policy.local", "policy.events"]
    assert {one.external_code for one in branches} == {1, 2, 3, 4, 5, 6}
    assert [one.code for one in queries.external_fields(TODAY)] == [1, 2, 3, 4, 5, 6]


def test_a_field_is_added_renamed_and_ended_and_never_deleted(world):
    added(world)
    assert stands("local.markets") == ("local", 1)

    commands.rename_category(
        world.system, orgs.country(), code="local.markets", name_vi="Chợ", name_en="Fairs", now=NOW
    )
    bulletin = approved(world, "local.markets")
    commands.end_category(world.system, orgs.country(), code="local.markets", now=NOW)

    assert (stands("local.markets"), stands("local.markets", TODAY + DAY)) == (("local", 1), None)
    assert queries.category_name(bulletin.current.category_id) == "Chợ"
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM bulletins_category WHERE code = 'local.markets'")
    with pytest.raises(refusals.CategoryTaken):
        added(world)


def test_a_moved_field_stays_known_where_it_stood(world):
    moved(world, "disaster.fire", parent="local", external=4)
    moved(world, "disaster.fire", parent="local", external=5, now=NOW + timedelta(hours=1))

    assert stands("disaster.fire", TODAY - DAY) == ("disaster", 2)
    assert stands("disaster.fire", TODAY) == ("local", 5)
    assert len(queries.places_of("disaster.fire")) == 2


def test_the_tree_refuses_what_makes_it_no_tree(world):
    with pytest.raises(refusals.CategoryInItself):
        moved(world, "local", parent="local.health")
    with pytest.raises(refusals.CategoryInItself):
        moved(world, "local", parent="local")
    with pytest.raises(refusals.CategoryMissing):
        moved(world, "local", parent="nothing")
    with pytest.raises(refusals.ExternalCodeUnknown):
        moved(world, "local", parent="", external=7)
    with pytest.raises(refusals.CategoryHasParts):
        commands.end_category(world.system, orgs.country(), code="local", now=NOW)
    for wrong in ({"code": "Chợ"}, {"code": ""}, {"name_vi": " "}, {"name_en": "a" * 161}):
        with pytest.raises(refusals.CategoryUnfit):
            added(world, **wrong)


def test_only_who_administers_the_top_changes_the_tree(world):
    top = orgs.country()
    assert top.scope_path

    with pytest.raises((Denied, NotFound)):
        added(world, scope=world.officer)
    with pytest.raises((Denied, NotFound)):
        added(world, scope=world.leader)
    assert not Category.objects.filter(pk="local.markets").exists()


def test_bulletins_are_counted_where_their_field_stood_and_all_adds_up(world):
    approved(world, "disaster.fire", at=NOW - DAY)
    approved(world, "disaster.weather")
    approved(world, "people.goods")
    moved(world, "disaster.fire", parent="local", external=4)
    approved(world, "disaster.fire", at=NOW)

    told = queries.counted(world.officer, start_at=NOW - 2 * DAY, end_at=NOW + DAY)

    assert (told.total, told.without) == (4, 0)
    assert told.own == {"disaster.fire": 2, "disaster.weather": 1, "people.goods": 1}
    assert (told.whole["disaster"], told.whole["local"], told.whole["people"]) == (2, 1, 1)
    assert told.external == {2: 2, 1: 1, 4: 1}
    assert sum(told.external.values()) == sum(told.own.values()) == told.total
    assert queries.counted(world.outsider, start_at=NOW - 2 * DAY, end_at=NOW + DAY).total == 0
    assert queries.counted(world.officer, start_at=NOW, end_at=NOW).total == 0
