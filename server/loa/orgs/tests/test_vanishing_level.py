"""A level that vanishes: where its people go, and what becomes of what stood below it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from loa.orgs import commands, queries
from loa.orgs.changes import Placing
from loa.orgs.models import Grant, Level, Unit
from loa.orgs.refusals import PeopleUnplaced
from loa.orgs.tests.reorganising import (
    DAY,
    MIDNIGHT,
    NOW,
    abolish_district,
    fresh,
    in_force,
    propose,
    second_administrator,
)
from loa.orgs.tests.world import make_user


def again(unit):
    return Unit.objects.unscoped("test").get(pk=unit.pk)


def test_a_vanished_level_places_its_people_before_anybody_approves(world):
    plan = abolish_district()
    district_officer = make_user("canbohuyen", "Mai Văn Huyện", unit=world.district)
    leader = make_user("lanhdaohuyen", "Tô Thị Huyện", unit=world.district)
    Grant.objects.create(user=district_officer, role_id="officer", unit=world.district)
    Grant.objects.create(user=leader, role_id="leader", unit=world.district)
    made = propose(world, plan)
    approver = second_administrator(world)
    with pytest.raises(PeopleUnplaced) as refusal:
        commands.approve(fresh(approver), made, plan_sha256=made.plan_sha256, now=NOW)
    assert refusal.value.facts["count"] == 2

    people = [Placing(user=district_officer.pk, unit="09043"), Placing(unit="")]
    commands.place_people(world.administrator, made, people=people)
    made.refresh_from_db()
    commands.approve(fresh(approver), made, plan_sha256=made.plan_sha256, now=NOW)
    commands.carry_out(world.system, made, now=MIDNIGHT)

    district_officer.refresh_from_db()
    assert district_officer.unit_path == "26/09043"
    scope = queries.scope_for(district_officer, now=MIDNIGHT)
    assert scope.roots("bulletins.write") == {"26/09043", "26/251/09043"}
    assert not queries.scope_for(leader, now=MIDNIGHT).holds("bulletins.approve")
    assert not queries.standing(at=MIDNIGHT).filter(unit=world.district).exists()


def test_a_right_that_is_yet_to_begin_does_not_rise_either(world):
    later = make_user("saunay", "Mai Văn Sau", unit=world.district)
    during = (MIDNIGHT + timedelta(days=9), None)
    Grant.objects.create(user=later, role_id="leader", unit=world.district, during=during)
    plan = replace(abolish_district(), people=[Placing(unit="")])

    in_force(world, plan)

    assert not queries.scope_for(later, now=MIDNIGHT + timedelta(days=10)).holds("bulletins.approve")


def test_placed_people_go_back_when_the_level_does(world):
    Level.objects.filter(code="district").update(during=DateRange(None, None))
    officer = make_user("canbohuyen", "Mai Văn Huyện", unit=world.district)
    Grant.objects.create(user=officer, role_id="officer", unit=world.district)
    made = in_force(world, replace(abolish_district(), people=[Placing(unit="09043")]))
    on, at = DAY + timedelta(days=20), MIDNIGHT + timedelta(days=20)

    back = commands.compensate(
        world.administrator, made, title="Trả lại", basis=made.basis, effective_on=on, now=MIDNIGHT
    )
    commands.approve(fresh(made.decided_by), back, plan_sha256=back.plan_sha256, now=MIDNIGHT)
    commands.carry_out(world.system, back, now=at)

    officer.refresh_from_db()
    assert officer.unit_path == "26/251"
    assert queries.scope_for(officer, now=at).can("bulletins.write", "26/251")
    assert not queries.standing(at=at).filter(user=officer).exclude(unit=world.district).exists()


def test_without_its_district_a_commune_stands_below_the_province_and_keeps_its_history(world):
    in_force(world, abolish_district())

    commune = again(world.commune)
    assert (commune.path, commune.former_paths) == ("26/09043", ["26/251/09043"])
    assert again(world.hamlet).path == "26/09043/09043.01"
    assert again(world.province).former_paths == []
    assert queries.scope_for(world.officer_user).can("bulletins.write", "26/09043/09043.01")
