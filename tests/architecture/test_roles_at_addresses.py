"""Every address × every standard role × inside and outside the unit: let in, 403 with the reason, or 404."""

import importlib.util
from pathlib import Path

import pytest

from loa.kernel import permissions
from loa.orgs.rules import RIGHTS, Role


def _walk():
    spec = importlib.util.spec_from_file_location("walk", Path(__file__).with_name("test_addresses.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


walking = _walk()
NEEDS = {name: entry.needs for name, entry in walking.PAGES.items() if entry.needs}
LET_IN = {200, 302, 409, 422}
"""409 and 422 come from behind the door: the state or the form was refused, not the person."""


def test_every_page_says_which_right_it_needs_or_why_none():
    assert [name for name, page in walking.PAGES.items() if bool(page.needs) == bool(page.own)] == []
    assert set(NEEDS.values()) <= set(permissions.declared())


@pytest.mark.parametrize("name", NEEDS)
def test_each_role_inside_is_let_in_by_its_right_or_told_why_not(world, name):
    entry = walking.PAGES[name]
    arguments = walking.made(entry, world)

    for role in sorted(Role, key=lambda role: NEEDS[name] in RIGHTS[role]):
        browser = walking.browser_of(walking.somebody(role, world.commune))
        answer = walking.asked(browser, name, entry, arguments)

        if NEEDS[name] in RIGHTS[role]:
            assert answer.status_code in LET_IN, (role, answer.content.decode()[:1000])
            break
        assert answer.status_code == 403, role
        assert "Anh/chị không có quyền" in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in NEEDS if walking.PAGES[name].has_object])
def test_each_role_outside_finds_nothing(world, name):
    entry = walking.PAGES[name]
    arguments = walking.made(entry, world)

    for role in Role:
        foreigner = walking.browser_of(walking.somebody(role, world.other_commune))
        answer = walking.asked(foreigner, name, entry, arguments)

        holds = NEEDS[name] in RIGHTS[role]
        assert answer.status_code in ({404} if holds else {403, 404}), role
