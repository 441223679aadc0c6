"""Pages of relays: a source from proposal to withdrawal, an entry that passes it on, and its airing."""

import re
from datetime import timedelta

import pytest

from loa.dispatch import commands as dispatching
from loa.dispatch.rules import Turn
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import planning, tasks
from loa.schedules.models import EntryVersion, RelaySource
from loa.schedules.tests.relays import HOST, first_relay, in_force, make_relay, proposed
from loa.shell.tests.desk import browser_of, text_of

pytestmark = pytest.mark.django_db

FORM = {
    "name": "VOV1",
    "kind": "http",
    "address": f"https://{HOST}/vov1",
    "responsible": "Đài Tiếng nói Việt Nam",
    "agreement": "Thỏa thuận số 12",
    "lufs": "-16",
    "fallback": "",
}


@pytest.fixture(autouse=True)
def _named(settings):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = [HOST], []


@pytest.fixture
def officer(world):
    make_devices(world.commune)
    return browser_of("canbo")


def source():
    return RelaySource.objects.unscoped("test").get()


def test_where_no_station_is_named_the_page_says_so_before_anybody_fills_it_in(officer, settings):
    words = "Chưa thể tiếp sóng đài nào"
    pages = ("/desk/programme/sources/", "/desk/programme/sources/propose/")
    assert not any(words in text_of(officer.get(page)) for page in pages)

    settings.LOA_STREAM_HOSTS = []

    assert all(words in text_of(officer.get(page)) for page in pages)


def test_a_source_goes_from_an_officer_to_a_leader_and_into_the_programme(world, officer):
    answer = officer.post("/desk/programme/sources/propose/", FORM)
    assert answer.status_code == 302, text_of(answer)
    page = text_of(officer.get(answer.headers["Location"]))
    assert "Thỏa thuận số 12" in page
    assert "put-in-force" not in page

    leader = browser_of("lanhdao")
    assert "put-in-force" in text_of(leader.get(f"/desk/programme/sources/{source().pk}/"))
    assert leader.post(f"/desk/programme/sources/{source().pk}/put-in-force/").status_code == 302
    assert source().state == "in_force"

    tomorrow = planning.today(clock.now()) + timedelta(days=1)
    entry = {
        "kind": "relay", "source": str(source().pk), "at": "17:00", "frame": "30", "repeat": "daily",
        "start_on": tomorrow.isoformat(), "reach": "all",
    }  # fmt: skip
    answer = officer.post("/desk/programme/new/", entry)
    assert answer.status_code == 302, text_of(answer)
    page = text_of(officer.get(answer.headers["Location"]))
    assert "VOV1" in page
    assert "17:00:00" in page
    sha256 = re.search(r'name="sha256" value="(\w{64})"', page)[1]
    officer.post(f"{answer.headers['Location']}hand-in/", {"sha256": sha256})
    leader.post(f"{answer.headers['Location']}approve/", {"sha256": sha256, "number": "1"})
    tasks.unroll(now=clock.now())

    why = text_of(officer.get(f"/desk/programme/why/?day={tomorrow}&at=17:10"))
    assert "VOV1" in why
    assert "Đài Tiếng nói Việt Nam" in why


def test_a_form_with_an_address_that_is_not_on_the_list_says_so_and_keeps_what_was_typed(world, officer):
    answer = officer.post("/desk/programme/sources/propose/", FORM | {"address": "https://other.example.vn/a"})

    assert answer.status_code == 409
    assert "https://other.example.vn/a" in text_of(answer)
    assert not RelaySource.objects.unscoped("test").exists()


@pytest.mark.parametrize("missing", ["name", "address", "responsible", "agreement"])
def test_a_form_without_what_is_agreed_to_is_shown_again(world, officer, missing):
    assert officer.post("/desk/programme/sources/propose/", FORM | {missing: ""}).status_code == 422


def test_words_of_a_source_are_shown_as_words(world, officer):
    proposed(world, name="<script>alert(1)</script>", now=clock.now())

    page = text_of(officer.get("/desk/programme/sources/"))

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_form_asks_for_a_station_where_a_relay_was_chosen(world, officer):
    tomorrow = planning.today(clock.now()) + timedelta(days=1)
    said = {"kind": "relay", "at": "17:00", "frame": "30", "repeat": "daily", "start_on": tomorrow.isoformat()}

    assert officer.post("/desk/programme/new/", said | {"reach": "all"}).status_code == 422
    assert not EntryVersion.objects.unscoped("test").exists()


def test_answers_are_an_entry_of_their_own(world, officer):
    tomorrow = planning.today(clock.now()) + timedelta(days=1)
    said = {"kind": "answers", "at": "17:00", "frame": "30", "repeat": "daily", "start_on": tomorrow.isoformat()}

    answer = officer.post("/desk/programme/new/", said | {"reach": "all"})

    assert answer.status_code == 302, text_of(answer)
    assert EntryVersion.objects.unscoped("test").get().kind == "answers"
    assert officer.get(answer.headers["Location"]).status_code == 200
    assert officer.get(f"{answer.headers['Location']}edit/").status_code == 200


def test_a_withdrawn_source_says_so_on_its_page_and_in_the_draft_that_names_it(world, officer):
    now = clock.now()
    found = in_force(world, now=now)
    entry = make_relay(world, found, now=now, start_on=planning.today(now) + timedelta(days=1))

    assert officer.post(f"/desk/programme/sources/{found.pk}/withdraw/").status_code == 302
    tasks.unroll(now=clock.now())

    page = text_of(officer.get(f"/desk/programme/{entry.pk}/"))
    assert "Nguồn tiếp sóng không còn hiệu lực" in page


def test_what_happened_to_a_relay_stands_on_its_page(world, officer):
    now = clock.now()
    make_relay(world, in_force(world, now=now), now=now, start_on=planning.today(now) + timedelta(days=1))
    airing = first_relay()
    dispatching.open_relay(world.system, airing, name="VOV1", now=airing.start_at - timedelta(seconds=4))
    dispatching.remark(world.system, airing, turn=Turn.LOST, detail="address", now=airing.start_at)

    page = text_of(officer.get(f"/desk/airings/{airing.pk}/"))

    assert "tiếp sóng" in page
    assert "Nguồn dẫn tới một địa chỉ không được phép." in page
