"""Every address refuses the stranger, the wrong unit and the missing right: generated from `urlpatterns`."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from loa.accounts import commands as accounts
from loa.accounts.rules import Factor
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.shell.tests.addresses import ENTRIES
from loa.shell.tests.addresses.kinds import Desk, Open, Own

PAGES = {name: entry for name, entry in ENTRIES.items() if isinstance(entry, Desk)}
OBJECTS = {name: entry for name, entry in PAGES.items() if entry.has_object}
OWN = {name: entry for name, entry in ENTRIES.items() if isinstance(entry, Own)}
OPEN = {name: entry for name, entry in ENTRIES.items() if isinstance(entry, Open)}
OF_THE_OFFICER = {
    *("accounts:end_session", "accounts:remove_passkey", "accounts:unlink", "orgs:stand_in_end"),
    *("orgs:support_agree", "orgs:support_accept", "orgs:support_refuse"),
}
"""Addresses of a thing that only the person it belongs to may open."""

UNSAFE = {"post", "put", "patch", "delete"}


def addresses(resolver=None, prefix="/", space=""):
    """Every address of the server by the name it is called: `room:name`, or its path where it has none."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else route
        else:
            yield from addresses(pattern, route, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def address(name, arguments):
    return name if name.startswith("/") else reverse(name, kwargs=arguments)


def made(entry, world):
    maker = entry.make if isinstance(entry, Desk) else entry.arguments
    return maker(world) if callable(maker) else {}


def browser_of(user):
    """A browser in which this person is signed in, without the price of a password."""
    browser = Client()
    session = browser.session
    session.save()
    accounts.open_session(
        user, session_key=session.session_key, origin="", browser="", factor=Factor.TOTP, now=clock.now()
    )
    return browser


def somebody(role, unit):
    return make_user(f"{role.value}.{unit.code}", "Ngô Văn Thử", unit=unit, role=role)


def asked(browser, name, entry, arguments, data=None):
    answer = getattr(browser, entry.method)(address(name, arguments), entry.data if data is None else data)
    if answer.streaming:
        list(answer.streaming_content)  # what was opened for it is closed behind the last piece
    return answer


def rows():
    """How many rows every table of ours has, but the record and what signing in leaves: asked in one statement."""
    passing = {"audit_entry", "audit_change", "accounts_session", "accounts_pace", "accounts_ceremony", "devices_event"}
    models = [model for model in apps.get_models() if model.__module__.startswith("loa.") and model._meta.managed]
    tables = [model._meta.db_table for model in models if model._meta.db_table not in passing]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))  # noqa: S608 - our own names
        return dict(cursor.fetchall())


def test_every_address_has_an_entry_and_every_entry_an_address():
    assert set(addresses()) == set(ENTRIES)


@pytest.mark.parametrize("name", [*PAGES, *OWN])
def test_a_stranger_is_led_to_sign_in_and_learns_nothing(world, name):
    entry = ENTRIES[name]
    arguments = made(entry, world) if name in PAGES else {}
    before = rows()

    for method in ("get", "post"):
        answer = getattr(Client(), method)(address(name, arguments))

        assert answer.status_code == 302
        assert answer.url.startswith("/desk/sign-in/")
        assert answer.content == b""
    assert rows() == before


@pytest.mark.parametrize("name", OPEN)
def test_an_address_open_to_strangers_answers_as_it_should(world, name):
    entry = OPEN[name]

    answer = asked(Client(), name, entry, made(entry, world), data={})

    assert answer.status_code in entry.statuses


@pytest.mark.parametrize("name", PAGES)
def test_whoever_has_the_right_is_let_in(world, name):
    entry = PAGES[name]
    who = world.officer_user if name in OF_THE_OFFICER else somebody(entry.role, world.commune)

    answer = asked(browser_of(who), name, entry, made(entry, world))

    assert answer.status_code in {200, 302, 422}, answer.content.decode()[:2000]
    assert not answer.headers.get("Location", "").startswith("/desk/sign-in/")


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_same_role_of_another_commune_finds_nothing(world, name, method):
    entry = OBJECTS[name]
    arguments = made(entry, world)
    foreigner = browser_of(somebody(entry.role, world.other_commune))
    before = rows()

    answer = getattr(foreigner, method)(address(name, arguments), entry.data)

    assert answer.status_code in ({404} if method == entry.method else {404, 405})
    assert rows() == before


@pytest.mark.parametrize("name", OBJECTS)
def test_what_another_commune_has_looks_like_what_never_was(world, name):
    entry = OBJECTS[name]
    arguments = made(entry, world)
    absent = {
        key: 999_999_999 if isinstance(value, int) else "018f3a4e-0000-7000-8000-000000000000"
        for key, value in arguments.items()
    }
    foreigner = browser_of(somebody(entry.role, world.other_commune))

    there, nowhere = (asked(foreigner, name, entry, which) for which in (arguments, absent))

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert _bare(there, arguments) == _bare(nowhere, absent)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_officer_of_another_commune_or_province_finds_nothing_at_any_address(world, name):
    entry = OBJECTS[name]
    arguments = made(entry, world)

    for officer in (world.other_officer_user, world.outsider_user):
        answer = asked(browser_of(officer), name, entry, arguments)
        assert answer.status_code == 404


@pytest.mark.parametrize("name", [name for name, entry in PAGES.items() if entry.lacking])
def test_inside_without_the_right_the_refusal_says_why(world, name):
    entry = PAGES[name]
    arguments = made(entry, world)
    before = rows()
    colleague = somebody(entry.lacking, world.commune)
    before["accounts_user"] += 1
    before["orgs_grant"] += 1

    answer = asked(browser_of(colleague), name, entry, arguments)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Anh/chị không có quyền" in page
    assert rows() == before


@pytest.mark.parametrize("name", [name for name, entry in PAGES.items() if entry.smuggled])
def test_naming_another_commune_in_a_form_or_query_changes_and_shows_nothing_of_it(world, name):
    entry = PAGES[name]
    arguments = made(entry, world)
    browser = browser_of(somebody(entry.role, world.commune))
    before = rows()

    for data in entry.smuggled:
        answer = asked(browser, name, entry, arguments, data=data)

        assert answer.status_code in {404, 422} or world.other_commune.name not in answer.content.decode()
    assert rows() == before


@pytest.mark.parametrize("name", [name for name, entry in {**PAGES, **OWN}.items() if entry.method in UNSAFE])
def test_a_change_without_the_forms_token_is_refused(world, name):
    entry = ENTRIES[name]
    arguments = made(entry, world) if name in PAGES else {}
    role = entry.role if name in PAGES else Role.OFFICER
    browser = browser_of(somebody(role, world.commune))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    before = rows()

    answer = strict.post(address(name, arguments), getattr(entry, "data", {}))

    assert answer.status_code == 403
    assert rows() == before


def _bare(answer, arguments):
    """A page without what differs by nature: its own address and the form's token."""
    text = answer.content.decode()
    for value in arguments.values():
        text = text.replace(f"/{value}/", "/…/")
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
