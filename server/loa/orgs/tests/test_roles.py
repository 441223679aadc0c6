"""Roles as data: made at a unit, never more than their maker has there."""

from dataclasses import replace

import pytest

from loa.kernel import clock
from loa.kernel.errors import Denied, FreshFactorNeeded
from loa.orgs import commands, queries
from loa.orgs.commands import RoleWords
from loa.orgs.models import Role as KeptRole
from loa.orgs.refusals_rights import (
    BadRole,
    BeyondOwn,
    OwnRightsGiven,
    RoleHeld,
    RoleNotHere,
    RoleRetired,
    RoleTaken,
    StandardRole,
    TwoDuties,
)
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user

WORDS = RoleWords(name_vi="Phát thanh viên", name_en="Announcer", permissions={"orgs.view", "bulletins.write"})


def make_role(world, *, unit=None, code="announcer", words=WORDS):
    return commands.define_role(world.administrator, unit or world.province, code=code, words=words)


@pytest.fixture
def newcomer(world):
    return make_user("moi", "Lý Thị Mới", unit=world.commune)


def test_a_role_of_ones_own_brings_what_it_says(world, newcomer):
    make_role(world)
    commands.grant(world.administrator, world.commune, user=newcomer, role="announcer")

    scope = queries.scope_for(newcomer)

    assert scope.can("bulletins.write", world.commune.path)
    assert not scope.holds("bulletins.view")


def test_a_role_is_given_where_it_was_made_and_below_only(world, newcomer):
    make_role(world, unit=world.commune)

    with pytest.raises(RoleNotHere):
        commands.grant(world.administrator, world.other_commune, user=newcomer, role="announcer")
    assert commands.grant(world.administrator, world.hamlet, user=newcomer, role="announcer")


def test_a_role_is_given_at_its_levels_only(world, newcomer):
    make_role(world, words=replace(WORDS, levels={"province"}))

    with pytest.raises(RoleNotHere):
        commands.grant(world.administrator, world.commune, user=newcomer, role="announcer")
    assert commands.grant(world.administrator, world.province, user=newcomer, role="announcer")


@pytest.mark.parametrize(
    "permissions",
    [set(), {"no.such"}, {"dispatch.request"}, {"devices.publish"}, {"accounts.own"}, {"orgs.carry_out"}],
)
def test_no_role_has_rights_that_nobody_may_have(world, permissions):
    with pytest.raises(BadRole):
        make_role(world, words=replace(WORDS, permissions=permissions))


@pytest.mark.parametrize("code", ["", "Có dấu", "9nine", "a" * 33, "a b", "x; drop"])
def test_a_role_has_a_plain_code(world, code):
    with pytest.raises(BadRole):
        make_role(world, code=code)


def test_a_code_is_taken_once(world):
    make_role(world)

    with pytest.raises(RoleTaken):
        make_role(world, unit=world.commune)
    with pytest.raises(RoleTaken):
        make_role(world, code="officer")


def test_a_role_that_writes_and_approves_is_refused(world):
    with pytest.raises(TwoDuties):
        make_role(world, words=replace(WORDS, permissions={"bulletins.write", "bulletins.approve"}))


def test_nobody_puts_a_right_over_people_into_a_role_that_they_lack(world, newcomer):
    words = replace(WORDS, permissions={"orgs.view", "orgs.administer", "orgs.define_roles"})
    make_role(world, code="deputy", words=words)
    commands.grant(world.administrator, world.commune, user=newcomer, role="deputy")
    scope = replace(queries.scope_for(newcomer), is_fresh=True)

    with pytest.raises(BeyondOwn):
        commands.define_role(
            scope, world.commune, code="more", words=replace(WORDS, permissions={"accounts.administer"})
        )
    assert commands.define_role(scope, world.commune, code="same", words=replace(words, name_en="Same"))


def test_changing_a_role_holds_for_everybody_who_has_it_and_is_on_record(world, newcomer):
    role = make_role(world)
    commands.grant(world.administrator, world.commune, user=newcomer, role="announcer")

    commands.change_role(
        world.administrator, role, words=replace(WORDS, permissions={"orgs.view", "media.add"}), now=clock.now()
    )

    scope = queries.scope_for(newcomer)
    assert scope.holds("media.add")
    assert not scope.holds("bulletins.write")


def test_a_change_that_would_let_a_writer_approve_is_refused(world):
    role = make_role(world, words=replace(WORDS, permissions={"orgs.view"}))
    commands.grant(world.administrator, world.commune, user=world.officer_user, role="announcer")

    with pytest.raises(TwoDuties):
        commands.change_role(
            world.administrator, role, words=replace(WORDS, permissions={"bulletins.approve"}), now=clock.now()
        )


def test_nobody_changes_a_role_they_have(world):
    words = replace(WORDS, permissions={"orgs.view", "orgs.define_roles"})
    role = make_role(world, words=words)
    other = make_user("quantri2", "Vũ Văn Hai", unit=world.province, role=Role.ADMINISTRATOR)
    chief = queries.scope_for(other, is_fresh=True)
    commands.grant(chief, world.province, user=world.administrator_user, role="announcer")

    with pytest.raises(OwnRightsGiven):
        commands.change_role(world.administrator, role, words=WORDS, now=clock.now())


def test_a_standard_role_stays_what_it_is(world):
    officer = KeptRole.objects.unscoped("test").get(code="officer")

    with pytest.raises(StandardRole):
        commands.change_role(world.system, officer, words=WORDS, now=clock.now())
    with pytest.raises(StandardRole):
        commands.retire_role(world.system, officer, now=clock.now())


def test_a_role_is_retired_when_nobody_has_it_and_then_given_to_nobody(world, newcomer):
    role = make_role(world)
    held = commands.grant(world.administrator, world.commune, user=newcomer, role="announcer")
    with pytest.raises(RoleHeld):
        commands.retire_role(world.administrator, role, now=clock.now())
    commands.withdraw(world.administrator, held, now=clock.now())

    commands.retire_role(world.administrator, role, now=clock.now())

    with pytest.raises(RoleRetired):
        commands.grant(world.administrator, world.commune, user=newcomer, role="announcer")
    with pytest.raises(RoleRetired):
        commands.change_role(world.administrator, role, words=WORDS, now=clock.now())


def test_roles_are_made_after_a_second_factor_only_and_by_who_may(world):
    with pytest.raises(FreshFactorNeeded):
        commands.define_role(
            replace(world.administrator, is_fresh=False), world.province, code="announcer", words=WORDS
        )
    with pytest.raises(Denied):
        commands.define_role(world.leader, world.commune, code="announcer", words=WORDS)


def test_a_role_of_a_neighbor_is_neither_seen_nor_given(world):
    make_role(world, unit=world.other_commune)
    mine = queries.scope_for(make_user("quantrixa", "Cao Văn Xã", unit=world.commune, role=Role.ADMINISTRATOR))

    assert "announcer" not in set(queries.roles(mine).values_list("code", flat=True))
    assert "officer" in set(queries.roles(mine).values_list("code", flat=True))
