import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from loa.accounts import commands as accounts
from loa.accounts.rules import Factor
from loa.audit import commands, queries
from loa.audit.models import Entry, Retention
from loa.audit.queries import Search
from loa.audit.tests.making import append, make_entry
from loa.audit.web import copies
from loa.bulletins.tests.making import make_submitted
from loa.kernel import acts, clock, command
from loa.kernel.command import Place
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound
from loa.orgs.models import Unit
from loa.orgs.tests import supporting

HERE = "26/251/09043"


def browser_of(user):
    browser = Client()
    session = browser.session
    session.save()
    now = clock.now()
    accounts.open_session(user, session_key=session.session_key, origin="", browser="", now=now, factor=Factor.TOTP)
    return browser


@pytest.fixture
def desk(world):
    return browser_of(world.administrator_user)


@pytest.fixture
def told(world):
    make_entry(HERE, words="loa trụ sở")
    make_entry("26/251/09037")
    append(place=Place(scope_path=HERE, audit_name="thing:2"), result="denied")
    make_entry("19/05440")
    return Entry.objects


def page(browser, name="audit:list", **asked):
    return browser.get(reverse(name), asked)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Search(), 3),
        (Search(words="trụ sở"), 1),
        (Search(words="trụ cột"), 0),
        (Search(who="test"), 3),
        (Search(who="100%_"), 0),
        (Search(target="thing:2"), 1),
        (Search(unit="09043"), 2),
        (Search(unit=HERE), 2),
        (Search(unit="251"), 3),
        (Search(unit="9043"), 0),
        (Search(unit="(.*)|"), 0),
        (Search(unit="19"), 0),
        (Search(result="refused"), 1),
        (Search(result="done"), 2),
        (Search(action="room.act"), 3),
        (Search(action="room.other"), 0),
    ],
)
def test_the_record_is_looked_through_by_what_was_asked(world, told, wanted, count):
    assert queries.search(world.administrator, wanted).filter(action="room.act").count() == count


def test_days_are_those_of_viet_nam_and_both_count(world, told):
    today = timezone.localdate()
    scope = world.administrator

    assert queries.search(scope, Search(since=today, until=today)).filter(action="room.act").count() == 3
    assert not queries.search(scope, Search(since=today + timedelta(days=1))).exists()
    assert not queries.search(scope, Search(until=today - timedelta(days=1))).exists()


def test_the_page_shows_denials_and_keeps_what_was_asked_from_page_to_page(desk, told, monkeypatch):
    for number in range(60):
        append(number)

    first = page(desk, unit="09043").content.decode()
    second = desk.get(reverse("audit:list"), {"unit": "09043", "before": Entry.objects.latest("pk").pk - 40})

    assert "unit=09043&amp;before=" in first
    assert "denied" in second.content.decode()
    assert page(desk, result="refused").content.decode().count('id="entry-') == 1


def test_nonsense_asks_for_nothing_and_breaks_nothing(desk, told):
    for asked in ({"since": "x", "until": "9999-99-99"}, {"before": "٣"}, {"before": "9" * 30}, {"result": "x"},
                  {"q": "x" * 500}, {"unit": "\x00"}, {"q": "\x00"}):  # fmt: skip
        assert page(desk, **asked).status_code == 200


def test_an_entry_shows_before_and_after_side_by_side_and_hides_what_is_personal(world, desk):
    make_submitted(world, now=clock.now())
    entry = Entry.objects.filter(action="bulletins.submit", result="done").latest("pk")

    shown = desk.get(reverse("audit:entry", args=[entry.pk])).content.decode()

    assert "bulletins_bulletin" in shown
    assert '<td data-label="Trước">draft</td>' in shown
    assert '<td data-label="Sau">submitted</td>' in shown
    assert entry.digest in shown


def test_an_entry_of_another_province_is_as_if_it_were_not(world, desk):
    entry = make_entry("19/05440")

    assert desk.get(reverse("audit:entry", args=[entry.pk])).status_code == 404
    with pytest.raises(NotFound):
        queries.entry_by_id(world.administrator, entry.pk)
    with pytest.raises(Denied):
        queries.entry_by_id(world.officer, make_entry(HERE).pk)


@pytest.mark.parametrize("attack", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_cell_of_the_copy_is_a_formula(attack):
    assert copies.safe(attack).startswith("'")
    assert copies.safe("thing:1") == "thing:1"


def test_the_copy_holds_what_was_looked_for_and_is_itself_on_record(world, desk, told):
    append(place=Place(scope_path=HERE, audit_name="=HYPERLINK(1)"))

    answer = page(desk, "audit:csv", unit="09043")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows[1][6] == "'=HYPERLINK(1)"
    assert {row[7] for row in rows[1:]} == {HERE}
    last = Entry.objects.latest("pk")
    assert (last.action, last.actor_id, last.unit_path, last.detail) == (
        "audit.export", str(world.administrator_user.pk), "26", {"form": "csv", "entries": 3},
    )  # fmt: skip

    lines = page(desk, "audit:jsonl", unit="09043").content.decode().splitlines()
    assert [json.loads(line)["unit"] for line in lines] == [HERE] * 3


def test_a_copy_is_on_record_at_the_unit_of_today_also_for_who_has_a_former_path(world, desk, told):
    Unit.objects.unscoped("test").filter(pk=world.province.pk).update(former_paths=["19/26"])

    page(desk, "audit:csv", unit="09043")

    assert Entry.objects.latest("pk").unit_path == world.province.path


def test_an_act_bears_its_own_name_and_not_that_of_the_right_it_needs(world, desk):
    supporting.open_support(
        world.administrator, world.commune, supporter=world.outsider_user, role="editor", reason="Xem", minutes=60,
        now=clock.now(),
    )  # fmt: skip

    shown = page(desk, "audit:list", action="orgs.begin_support").content.decode()

    assert "Bắt đầu phiên hỗ trợ" in shown
    assert "Đề nghị người hỗ trợ" in page(desk, "audit:list", action="orgs.offer_support").content.decode()


@pytest.mark.parametrize("room", ["accounts", "audit", "orgs"])
def test_every_command_of_the_room_has_a_name_of_its_own_in_both_languages(room):
    actions = [action for action in command.registered() if action.startswith(f"{room}.")]

    for language in ("vi", "en"):
        with translation.override(language):
            assert [action for action in actions if not acts.title(action)] == []
            assert len({acts.title(action) for action in actions}) == len(actions)


def keep(browser, **data):
    return browser.post(reverse("audit:keep"), {"months": 36, "basis": "Quyết định 12/QĐ-UBND", **data})


def test_how_long_is_kept_is_set_by_the_provinces_administrator_and_on_record(world, desk):
    assert keep(desk).status_code == 302
    assert (Retention.objects.get().months, Retention.objects.get().basis) == (36, "Quyết định 12/QĐ-UBND")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.detail, entry.changes) == ("audit.set_retention", {"months": 36}, 1)
    shown = desk.get(reverse("audit:entry", args=[entry.pk])).content.decode()
    assert '<td data-label="Trước">24</td>' in shown


@pytest.mark.parametrize("wrong", [{"months": 11}, {"months": "x"}, {"months": 5000}, {"basis": " "}])
def test_less_than_the_law_asks_for_is_refused(desk, wrong):
    assert keep(desk, **wrong).status_code == 422
    assert Retention.objects.get().months == 24


def test_without_a_fresh_factor_nothing_is_set(world):
    stale = replace(world.administrator, is_fresh=False)
    with pytest.raises(FreshFactorNeeded):
        commands.set_retention(stale, Place(scope_path="26", audit_name="record:acts"), months=36, basis="x")
