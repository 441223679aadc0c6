"""Every command × every standard role × inside and outside, generated from the register of commands.

The door is asked, not the command's body: an argument no command knows shows that somebody got through, and what is
inside is never begun.
"""

import importlib
from dataclasses import replace

import pytest

from loa.audit.models import Entry
from loa.kernel import command as commanding
from loa.kernel import permissions
from loa.kernel.command import Place
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.orgs import queries as orgs
from loa.orgs.rules import RIGHTS, Role
from loa.orgs.tests.world import make_user

COMMANDS = commanding.registered()
OWN = {name for name, spec in COMMANDS.items() if spec.permission == "accounts.own"}
"""Commands on one's own account: every person has the right, at their own place only."""


def knock(name, scope, path):
    """Ask the door of a command for something at this path."""
    spec = COMMANDS[name]
    decorated = getattr(importlib.import_module(spec.function.__module__), spec.function.__name__)
    return decorated(scope, Place(scope_path=path, audit_name="matrix:1"), beyond_the_door=True)


def is_let_in(name, scope, path):
    try:
        knock(name, scope, path)
    except TypeError as inside:
        return "beyond_the_door" in str(inside)
    except (Denied, NotFound, FreshFactorNeeded):
        return False
    return False


@pytest.fixture
def people(world):
    """One person of each standard role at the commune, whose second factor is fresh."""
    users = {role: make_user(f"thu.{role.value}", "Ngô Văn Thử", unit=world.commune, role=role) for role in Role}
    return {role: orgs.scope_for(user, is_fresh=True) for role, user in users.items()}


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - OWN))
def test_a_command_lets_in_whoever_has_the_right_here_and_tells_others_why_not(world, people, name):
    permission = COMMANDS[name].permission

    for role, scope in people.items():
        if permission in RIGHTS[role]:
            assert is_let_in(name, scope, world.commune.path)
            assert is_let_in(name, scope, world.hamlet.path)
        else:
            with pytest.raises(Denied) as refusal:
                knock(name, scope, world.commune.path)
            assert refusal.value.facts["permission"] == permissions.sentence(permission)
            assert refusal.value.facts["place"] == world.commune.name
    assert is_let_in(name, world.system, world.commune.path)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_outside_nobody_finds_anything_and_every_try_is_on_record(world, people, name):
    elsewhere = (world.other_commune.path, world.outsider_commune.path, world.district.path, f"{world.commune.path}0")
    before = Entry.objects.count()

    for scope in people.values():
        for path in elsewhere:
            with pytest.raises(NotFound):
                knock(name, scope, path)

    refused = Entry.objects.filter(action=name, result="not_found").count()
    assert refused == len(people) * len(elsewhere)
    assert Entry.objects.count() == before + refused


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_stranger_finds_nothing_anywhere(world, name):
    with pytest.raises(NotFound):
        knock(name, orgs.stranger(), world.commune.path)


@pytest.mark.parametrize("name", sorted(OWN))
def test_what_is_ones_own_nobody_else_reaches(world, name):
    mine = orgs.scope_for(world.officer_user, is_fresh=True)

    assert is_let_in(name, mine, world.officer_user.scope_path)
    for other in (world.leader_user, world.outsider_user):
        with pytest.raises((NotFound, Denied)):
            knock(name, mine, other.scope_path)


@pytest.mark.parametrize("name", sorted(name for name, spec in COMMANDS.items() if spec.needs_fresh))
def test_what_needs_a_fresh_factor_is_refused_to_everybody_without(world, people, name):
    for role, scope in people.items():
        if COMMANDS[name].permission in RIGHTS[role]:
            with pytest.raises(FreshFactorNeeded):
                knock(name, replace(scope, is_fresh=False), world.commune.path)


def test_what_reaches_far_or_cannot_be_taken_back_needs_a_fresh_factor():
    """Publishing beyond one commune asks inside its commands: there the place decides (`loa.schedules`)."""
    fresh = {name for name, spec in COMMANDS.items() if spec.needs_fresh}

    assert {name for name, spec in COMMANDS.items() if spec.permission == "devices.control"} <= fresh
    assert {"orgs.approve", "orgs.undo", "devices.revoke", "orgs.define_role", "orgs.change_role"} <= fresh
