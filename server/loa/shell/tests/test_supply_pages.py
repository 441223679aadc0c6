import pytest

from loa.bulletins import commands, queries
from loa.bulletins.models import Bulletin, Offer, Receipt, Share
from loa.bulletins.rules import Reach
from loa.bulletins.tests.supplying import contributor_at, make_offer, make_share
from loa.dispatch.models import Airing
from loa.dispatch.tests.making import make_devices, make_evidence
from loa.kernel import clock
from loa.schedules import outcomes
from loa.schedules.tests.making import asked
from loa.schedules.tests.sending import approve_all, slots
from loa.shell.tests.desk import browser_of, text_of, tomorrow_at_five


@pytest.fixture
def station(world):
    """Somebody of the commune's health station, who offers words to its newsroom."""
    return contributor_at(world, world.commune, username="tramyte", name="Trạm Y tế", now=clock.now())


def test_a_department_offers_and_the_newsroom_makes_a_draft_of_it_on_pages(world, station):
    browser, officer = browser_of("tramyte"), browser_of("canbo")
    words = {"title": "Tiêm vắc-xin", "text": "Sáng thứ bảy tiêm phòng tại trạm.", "category": "", "action": "offer"}

    sent = browser.post("/desk/offers/new/", words)
    offer = Offer.objects.unscoped("test").get()
    listed = text_of(officer.get("/desk/offers/newsroom/"))
    taken = officer.post(f"/desk/offers/newsroom/{offer.pk}/accept/")
    bulletin = Bulletin.objects.unscoped("test").get()

    assert (sent.status_code, sent["Location"]) == (302, f"/desk/offers/{offer.pk}/")
    assert offer.agency == station[2]
    assert "Tiêm vắc-xin" in listed
    assert "Trạm Y tế" in listed
    assert (taken.status_code, taken["Location"]) == (302, f"/desk/bulletins/{bulletin.pk}/edit/")
    assert "Trạm Y tế" in text_of(officer.get(f"/desk/bulletins/{bulletin.pk}/"))
    assert "Đã nhận" in text_of(browser.get("/desk/offers/"))
    assert browser.get(f"/desk/bulletins/{bulletin.pk}/").status_code == 403


def test_a_department_reads_where_and_how_often_its_words_were_heard(world, station):
    now = clock.now()
    devices = make_devices(world.commune, count=2)
    offer = make_offer(station[1], world.commune, agency=station[2], now=now)
    bulletin = commands.accept_offer(world.officer, offer, now=now)
    commands.revise(
        world.officer, bulletin, title="Tiêm", text="", clip_id=make_share(world).bulletin.current.clip_id, voice="",
        now=now,
    )  # fmt: skip
    asked(world, bulletin, start_at=tomorrow_at_five(), now=now)
    commands.submit(world.officer, bulletin, now=now)
    approve_all(world, bulletin, now=now)
    before = text_of(browser_of("tramyte").get(f"/desk/offers/{offer.pk}/"))
    airing = Airing.objects.unscoped("test").get()
    make_evidence(airing, devices[0])

    later = outcomes.outcomes([bulletin.pk], now=airing.end_at)[bulletin.pk]

    assert "17:00" in before
    assert (later.airings, later.units, later.next_at) == (1, (world.commune.name,), None)
    assert (later.heard, later.meant) == (1, 2)


def test_what_was_typed_stays_when_it_is_refused_and_a_draft_is_kept(world, station):
    browser = browser_of("tramyte")

    empty = browser.post("/desk/offers/new/", {"title": "Chỉ có tiêu đề", "text": "", "action": "offer"})
    kept = browser.post("/desk/offers/new/", {"title": "Nháp", "text": "Lời.", "action": "keep"})
    offer = Offer.objects.unscoped("test").get()
    changed = browser.post(f"/desk/offers/{offer.pk}/", {"title": "Nháp 2", "text": "Lời 2.", "action": "keep"})

    assert empty.status_code == 422
    assert "Chỉ có tiêu đề" in text_of(empty)
    assert (kept.status_code, changed.status_code) == (302, 302)
    offer.refresh_from_db()
    assert (offer.title, offer.state) == ("Nháp 2", "draft")
    assert "Nháp 2" not in text_of(browser_of("canbo").get("/desk/offers/newsroom/"))


def test_a_declined_offer_shows_the_reason_to_its_author(world, station):
    offer = make_offer(station[1], world.commune, agency=station[2], now=clock.now())
    officer = browser_of("canbo")

    without = officer.post(f"/desk/offers/newsroom/{offer.pk}/decline/", {"reason": ""})
    declined = officer.post(f"/desk/offers/newsroom/{offer.pk}/decline/", {"reason": "Đã phát tuần trước"})

    assert (without.status_code, declined.status_code) == (409, 302)
    assert "Đã phát tuần trước" in text_of(browser_of("tramyte").get(f"/desk/offers/{offer.pk}/"))


def test_hostile_words_are_shown_inert(world, station):
    words = {
        "title": "<script>alert(1)</script>",
        "text": "\u202e<img src=x onerror=alert(1)>\u200b😀",
        "action": "offer",
    }
    browser_of("tramyte").post("/desk/offers/new/", words)
    offer = Offer.objects.unscoped("test").get()

    page = text_of(browser_of("canbo").get(f"/desk/offers/newsroom/{offer.pk}/"))

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_an_officer_shares_and_another_commune_uses_words_and_original(world):
    make_devices(world.other_commune)
    now = clock.now()
    share = make_share(world, now=now)
    commands.end_share(world.officer, share, now=now)
    browser, other = browser_of("canbo"), browser_of("canbo2")

    put = browser.post(f"/desk/library/share/{share.bulletin_id}/", {"reach": "all"})
    item = Share.objects.unscoped("test").get(ended_at=None)
    found = text_of(other.get("/desk/library/", {"q": "lich cap nuoc"}))
    words = other.post(f"/desk/library/{item.pk}/words/")
    original = other.post(f"/desk/library/{item.pk}/original/")
    receipt = Receipt.objects.unscoped("test").get()
    planned = other.post(
        f"/desk/inbox/{receipt.pk}/take/",
        {"when": "at", "day": tomorrow_at_five().date().isoformat(), "at": "17:00"},
    )

    assert (put.status_code, put["Location"]) == (302, f"/desk/library/{item.pk}/")
    assert f"/desk/library/{item.pk}/" in found
    assert words["Location"].startswith("/desk/bulletins/")
    assert original["Location"] == f"/desk/inbox/{receipt.pk}/"
    assert (planned.status_code, planned["Location"]) == (302, "/desk/inbox/")
    assert [slot.unit for slot in slots()] == [world.other_commune]
    assert [slot.bulletin_id for slot in slots()] == [share.bulletin_id]
    page = text_of(browser_of("bientap").get(f"/desk/library/{item.pk}/"))
    assert "2 lượt dùng, 1 đơn vị" in page
    assert world.other_commune.name in page
    assert world.other_commune.name not in text_of(browser.get(f"/desk/library/{item.pk}/"))
    copied = text_of(other.get(words["Location"].removesuffix("edit/")))
    assert f"Lời tin lấy từ kho dùng chung: {world.commune.name}" in copied


def test_a_sending_of_the_library_is_no_sending_down(world):
    share = make_share(world, now=clock.now())
    commands.use_original(world.other_officer, world.other_commune, shared=share, now=clock.now())

    assert "Lịch cấp nước" not in text_of(browser_of("canbo").get("/desk/sent/"))


def test_a_unit_is_told_why_it_cannot_use_what_was_withdrawn_meanwhile(world):
    share = make_share(world, now=clock.now())
    commands.withdraw(world.officer, share.bulletin, now=clock.now())

    assert browser_of("canbo2").post(f"/desk/library/{share.pk}/words/").status_code == 404


@pytest.mark.parametrize("address", ["/desk/library/", "/desk/offers/newsroom/", "/desk/library/?q=nuoc"])
def test_lists_cost_a_fixed_number_of_questions(world, station, address, django_assert_max_num_queries):
    for number in range(12):
        make_share(world, title=f"Cấp nước {number}", now=clock.now())
        make_offer(station[1], world.commune, agency=station[2], now=clock.now())
    browser = browser_of("canbo")

    with django_assert_max_num_queries(40):
        assert browser.get(address).status_code == 200


def test_what_a_unit_shares_below_is_for_its_hamlets_only(world):
    share = make_share(world, reach=Reach.BELOW, now=clock.now())

    assert browser_of("canbo2").get(f"/desk/library/{share.pk}/").status_code == 404
    assert queries.library(world.other_officer).count() == 0
