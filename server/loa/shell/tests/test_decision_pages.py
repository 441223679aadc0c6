import re
from datetime import timedelta

import pytest

from loa.bulletins import commands as bulletins
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.rules import Facts
from loa.bulletins.tests.making import make_bulletin, make_clip
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.tests.making import make_devices, make_evidence
from loa.kernel import clock
from loa.orgs.models import Grant
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.schedules import commands as schedules
from loa.schedules.models import Slot
from loa.shell.tests.desk import (
    browser_of,
    decision,
    listened,
    make_asked_later,
    make_waiting,
    make_wish,
    text_of,
    tomorrow_at_five,
)

SOON = {"unit": "09043", "reach": "all", "when": "approved", "action": "submit"}


def slot():
    return Slot.objects.unscoped("test").get()


def state_of(bulletin):
    return Bulletin.objects.unscoped("test").get(pk=bulletin.pk).state


def daytime(monkeypatch):
    """Let the edge's clock show ten in the morning tomorrow, so that night rules stay out of the way."""
    moment = tomorrow_at_five().replace(hour=10)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def test_choosing_where_and_when_hands_the_draft_in(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    at = tomorrow_at_five()
    fields = SOON | {"when": "at", "day": at.date().isoformat(), "at": "17:00"}

    answer = browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/where/", fields)

    assert answer.url == f"/desk/bulletins/{bulletin.pk}/"
    assert state_of(bulletin) == "submitted"
    assert (slot().start_at, slot().unit, slot().device_ids) == (at, world.commune, None)


def test_chosen_clusters_are_the_only_ones(world):
    first, second, third = make_devices(world.commune)
    bulletin = make_bulletin(world)

    fields = SOON | {"reach": "chosen", "devices": [str(first.pk), str(second.pk)]}
    browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/where/", fields)

    assert set(slot().device_ids) == {first.pk, second.pk}
    page = text_of(browser_of("lanhdao").get(f"/desk/bulletins/{bulletin.pk}/"))
    assert [device.name in page for device in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reach": "chosen"}, "id_devices"),
        ({"when": "at", "day": "", "at": "17:00"}, "id_day"),
        ({"when": "at", "day": "2020-01-01", "at": "17:00"}, "id_at"),
        ({"unit": "05440"}, "id_unit"),
    ],
)
def test_a_wrong_wish_is_answered_with_its_field_and_nothing_is_asked(world, change, field):
    make_devices(world.commune)
    bulletin = make_bulletin(world)

    answer = browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/where/", SOON | change)

    assert answer.status_code in {409, 422}
    assert f'href="#{field}"' in text_of(answer)
    assert state_of(bulletin) == "draft"
    assert not Slot.objects.unscoped("test").exists()


def test_a_time_at_night_asks_for_a_word_more(world):
    make_devices(world.commune)
    bulletin = make_bulletin(world)
    fields = SOON | {"when": "at", "day": tomorrow_at_five().date().isoformat(), "at": "22:00"}
    browser = browser_of("canbo")

    answer = browser.post(f"/desk/bulletins/{bulletin.pk}/where/", fields)
    assert answer.status_code == 409
    assert 'name="confirmed"' in text_of(answer)

    browser.post(f"/desk/bulletins/{bulletin.pk}/where/", fields | {"confirmed": "on"})
    assert slot().confirmed


def test_the_clusters_of_another_unit_come_without_loading_the_page(world):
    make_devices(world.hamlet, count=2)
    bulletin = make_bulletin(world)

    part = browser_of("canbo").get(f"/desk/bulletins/{bulletin.pk}/where/devices/?unit=09043.01")

    assert text_of(part).count('name="devices"') == 2
    assert "<html" not in text_of(part)


def test_a_province_finds_its_communes_in_a_select_grouped_by_district(world):
    bulletin = make_bulletin(world, unit=world.province, scope=world.province_editor, user=world.province_editor_user)

    page = text_of(browser_of("bientap").get(f"/desk/bulletins/{bulletin.pk}/where/"))

    assert '<optgroup label="Huyện Yên Lạc">' in page
    assert '<option value="09043.01">Xã Tam Hồng – Thôn Phù Lưu</option>' in page


@pytest.mark.django_db(transaction=True)
def test_approving_leads_to_the_airing(world, monkeypatch):
    daytime(monkeypatch)
    devices = make_devices(world.commune)
    bulletin = make_bulletin(world, now=clock.now())
    browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/where/", SOON)
    listened(world, bulletin)
    leader = browser_of("lanhdao")
    page = text_of(leader.get(f"/desk/bulletins/{bulletin.pk}/"))

    answer = leader.post(f"/desk/bulletins/{bulletin.pk}/approve/", decision(page))

    airing = Airing.objects.unscoped("test").get()
    assert answer.url == f"/desk/airings/{airing.pk}/"
    assert AiringTarget.objects.unscoped("test").filter(airing=airing).count() == len(devices)
    assert airing.is_now


def test_what_changed_since_it_was_read_is_not_approved(world):
    bulletin = make_waiting(world)
    bulletins.revise(world.officer, bulletin, title="Khác", text="Khác", clip_id=None, voice="", now=clock.now())

    answer = browser_of("lanhdao").post(f"/desk/bulletins/{bulletin.pk}/approve/", {"number": "1"})

    assert answer.status_code == 409
    assert 'role="alert"' in text_of(answer)
    assert state_of(bulletin) == "draft"


def test_what_changed_under_the_reader_is_marked_and_what_they_typed_is_kept(world):
    bulletin = make_waiting(world)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{bulletin.pk}/"
    seen = decision(text_of(leader.get(address)))
    former = bulletin.current
    clip = make_clip(world.commune, content=b"spoken anew")
    text = f"{former.text} Nhớ khóa vòi."
    bulletins.revise(world.officer, bulletin, title="Lịch mới", text=text, clip_id=clip.pk, voice="vi", now=clock.now())
    bulletins.submit(world.officer, bulletin, now=clock.now())

    answer = leader.post(f"{address}send-back/", seen | {"note": "Thiếu giờ.", "mark": "0-5", "mark_note": "Viết lại."})

    page = text_of(answer)
    assert (answer.status_code, state_of(bulletin)) == (409, "submitted")
    assert "Thay đổi giữa phiên bản 1 anh/chị đã xem và phiên bản 2" in page
    assert re.search(r"<ins>[^<]*Nhớ khóa vòi\.", page)
    assert re.search(r"<del>[^<]*</del>", page)
    assert "Âm thanh cũng đã thay đổi" in page
    assert ">Thiếu giờ.</textarea>" in page
    assert 'value="Viết lại."' in page
    listened(world, bulletin, number=2)
    assert leader.post(f"{address}approve/", decision(page)).status_code == 302
    assert state_of(bulletin) == "approved"


def test_who_comes_second_is_told_who_decided_and_changes_nothing(world):
    make_user("phochutich", "Phan Thị Phó", unit=world.commune, role=Role.LEADER)
    bulletin = make_waiting(world)
    address = f"/desk/bulletins/{bulletin.pk}/"
    first, second = browser_of("lanhdao"), browser_of("phochutich")
    of_first, of_second = (decision(text_of(browser.get(address))) for browser in (first, second))
    assert first.post(f"{address}approve/", of_first).status_code == 302

    answer = second.post(f"{address}send-back/", of_second | {"note": "Thiếu giờ."})

    page = text_of(answer)
    assert (answer.status_code, state_of(bulletin)) == (409, "approved")
    assert "Bản tin này đã có người khác xử lý" in page
    assert "Lê Thị Lãnh lúc" in page
    assert f"{address}approve/" not in page


def test_places_asked_for_behind_the_leaders_back_are_not_approved_and_shown_anew(world):
    make_devices(world.commune)
    bulletin = make_waiting(world)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{bulletin.pk}/"
    seen = decision(text_of(leader.get(address)))
    make_wish(world, bulletin, start_at=tomorrow_at_five().replace(hour=18))

    answer = leader.post(f"{address}approve/", seen)

    page = text_of(answer)
    assert (answer.status_code, state_of(bulletin)) == (409, "submitted")
    assert "18:00" in page
    assert leader.post(f"{address}approve/", decision(page)).status_code == 302
    assert state_of(bulletin) == "approved"


def test_waking_a_commune_takes_a_second_tick_with_the_number_of_clusters(world):
    make_devices(world.commune, count=3)
    bulletin = make_bulletin(world, now=clock.now())
    schedules.ask(
        world.officer,
        world.commune,
        bulletin_id=bulletin.pk,
        start_at=tomorrow_at_five().replace(hour=22),
        device_ids=None,
        requested_by="Trần Văn Cán",
        confirmed=True,
        now=clock.now(),
    )
    bulletins.submit(world.officer, bulletin, now=clock.now())
    listened(world, bulletin)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{bulletin.pk}/"
    page = text_of(leader.get(address))
    assert 'name="wakes" value="3"' in page

    unticked = leader.post(f"{address}approve/", decision(page))

    assert (unticked.status_code, state_of(bulletin)) == (409, "submitted")
    leader.post(f"{address}approve/", decision(page) | {"wakes": "3"})
    assert state_of(bulletin) == "approved"


def test_a_place_asked_for_later_needs_the_leader_who_finds_it_at_home(world):
    make_devices(world.commune)
    wish = make_asked_later(world)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{wish.bulletin_id}/"

    assert f"{address}#slot-{wish.pk}" in text_of(leader.get("/desk/"))
    assert f"slots/{wish.pk}/approve/" in text_of(leader.get(address))
    assert f"slots/{wish.pk}/approve/" not in text_of(browser_of("canbo").get(address))
    answer = leader.post(f"{address}slots/{wish.pk}/approve/")

    assert answer.url == f"/desk/airings/{slot().airing_id}/"
    assert f"#slot-{wish.pk}" not in text_of(leader.get("/desk/"))


def test_a_leader_declines_a_place(world):
    make_devices(world.commune)
    wish = make_asked_later(world)

    browser_of("lanhdao").post(f"/desk/bulletins/{wish.bulletin_id}/slots/{wish.pk}/decline/")

    assert slot().state == "declined"


def test_a_leader_ticks_the_night_directly_and_another_leader_agrees(world):
    make_user("lanhdao2", "Phan Văn Nhì", unit=world.commune, role=Role.LEADER)
    make_devices(world.commune, count=3)
    wish = make_asked_later(world)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{wish.bulletin_id}/where/"
    at_night = SOON | {"when": "at", "day": tomorrow_at_five().date().isoformat(), "at": "22:00"}

    refused = leader.post(address, at_night)
    assert 'name="wakes" value="3"' in text_of(refused)
    assert 'href="#id_wakes"' in text_of(refused)
    leader.post(address, at_night | {"wakes": "3"})

    waiting = Slot.objects.unscoped("test").get(asked_by=str(world.leader_user.pk))
    assert (waiting.state, waiting.airing) == ("waiting", None)
    approve = f"/desk/bulletins/{wish.bulletin_id}/slots/{waiting.pk}/approve/"
    assert approve not in text_of(leader.get(f"/desk/bulletins/{wish.bulletin_id}/"))
    second = browser_of("lanhdao2")
    assert 'name="wakes" value="3"' in text_of(second.get(f"/desk/bulletins/{wish.bulletin_id}/"))
    second.post(approve, {"wakes": "3"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by.username, waiting.wakes) == ("placed", "lanhdao2", 3)


def test_a_bulletin_sent_back_airs_only_at_the_new_time(world):
    make_devices(world.commune)
    bulletin = make_waiting(world)
    bulletins.send_back(world.leader, bulletin, number=1, note="Dời giờ.", now=clock.now())
    clip = make_clip(world.commune, content=b"spoken again")
    bulletins.revise(
        world.officer, bulletin, title="Lịch", text="Chiều mai.", clip_id=clip.pk, voice="vi", now=clock.now()
    )
    officer, address = browser_of("canbo"), f"/desk/bulletins/{bulletin.pk}/where/"
    wish, page = slot(), text_of(officer.get(address))
    assert f'name="replaces" value="{wish.pk}"' in page
    assert 'value="17:00"' in page

    fields = {"when": "at", "day": tomorrow_at_five().date().isoformat(), "at": "18:30", "standing": "replace"}
    officer.post(address, SOON | fields | {"replaces": [str(wish.pk)]})

    standing = Slot.objects.unscoped("test").get(state="waiting")
    assert standing.start_at == tomorrow_at_five().replace(hour=18, minute=30)
    assert state_of(bulletin) == "submitted"


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "٣"])
def test_a_number_nobody_saw_approves_nothing(world, number):
    bulletin = make_waiting(world)

    answer = browser_of("lanhdao").post(f"/desk/bulletins/{bulletin.pk}/approve/", {"number": number})

    assert answer.status_code == 409
    assert state_of(bulletin) == "submitted"


def test_the_author_is_told_that_another_person_approves(world):
    Grant.objects.create(user=world.officer_user, role_id="leader", unit=world.commune)
    bulletin = make_waiting(world)
    browser = browser_of("canbo")

    page = text_of(browser.get(f"/desk/bulletins/{bulletin.pk}/"))

    assert f"/desk/bulletins/{bulletin.pk}/approve/" not in page
    assert browser.post(f"/desk/bulletins/{bulletin.pk}/approve/", {"number": "1"}).status_code == 409


def test_sending_back_needs_a_note_and_keeps_what_was_typed(world):
    bulletin = make_waiting(world)
    browser = browser_of("lanhdao")
    address = f"/desk/bulletins/{bulletin.pk}/send-back/"

    assert browser.post(address, {"number": "1", "step": "1", "note": " "}).status_code == 409
    too_long = browser.post(address, {"number": "1", "step": "1", "note": "Sửa giờ. " * 400})
    assert "Sửa giờ. Sửa giờ." in text_of(too_long)
    assert browser.post(address, {"number": "1", "step": "1", "note": "Ghi rõ giờ."}).url == "/desk/"

    assert state_of(bulletin) == "returned"
    assert "Ghi rõ giờ." in text_of(browser_of("canbo").get("/desk/"))


def test_pages_of_decisions_keep_the_way_to_everything_else(world):
    bulletin = make_waiting(world)
    leader = browser_of("lanhdao")

    for address in ("/desk/", f"/desk/bulletins/{bulletin.pk}/"):
        assert '<a href="/desk/timeline/"' in text_of(leader.get(address)).split("<main", 1)[0]


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_deciding_on_another_units_place_is_absent_and_without_the_right_refused(world, verb):
    wish = make_asked_later(world)
    address = f"/desk/bulletins/{wish.bulletin_id}/slots/{wish.pk}/{verb}/"

    assert browser_of("canbo2").post(address).status_code == 404
    assert browser_of("giamsat").post(address).status_code == 403
    assert slot().state == "waiting"


@pytest.mark.parametrize("verb", ["approve", "send-back", "submit", "withdraw"])
def test_deciding_on_another_units_bulletin_is_absent_and_without_the_right_refused(world, verb):
    bulletin = make_waiting(world)
    address = f"/desk/bulletins/{bulletin.pk}/{verb}/"
    fields = {"number": "1", "step": "1", "note": "Sửa."}

    assert browser_of("canbo2").post(address, fields).status_code == 404
    assert browser_of("giamsat").post(address, fields).status_code == 403
    assert state_of(bulletin) == "submitted"


def test_a_wish_is_taken_back_after_a_second_question(world):
    make_devices(world.commune)
    wish = make_wish(world, make_bulletin(world))
    address = f"/desk/bulletins/slots/{wish.pk}/drop/"

    assert browser_of("canbo").get(address).status_code == 200
    assert browser_of("canbo2").get(address).status_code == 404
    assert browser_of("lanhdao").get(address).status_code == 403
    browser_of("canbo").post(address)

    assert slot().state == "cancelled"


def test_a_bulletin_is_withdrawn_after_a_second_question(world):
    bulletin = make_waiting(world)

    browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/withdraw/")

    assert state_of(bulletin) == "withdrawn"


def on_the_air(world, monkeypatch):
    """Let the leader approve for at once; return the bulletin, its airing and its clusters."""
    moment = daytime(monkeypatch)
    devices = make_devices(world.commune, count=4)
    bulletin = make_bulletin(world, now=moment)
    browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/where/", SOON)
    listened(world, bulletin)
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{bulletin.pk}/"
    leader.post(f"{address}approve/", decision(text_of(leader.get(address))))
    return bulletin, Airing.objects.unscoped("test").get(), devices


@pytest.mark.django_db(transaction=True)
def test_what_was_withdrawn_on_the_air_says_when_it_stopped_and_who_played_a_part(world, monkeypatch):
    bulletin, airing, devices = on_the_air(world, monkeypatch)
    address, later = f"/desk/bulletins/{bulletin.pk}/", airing.start_at + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    browser_of("canbo").post(f"{address}withdraw/")
    for device in devices[:2]:
        make_evidence(airing, device, "partial", reason="stopped", at=later)
    make_evidence(airing, devices[2], "played", at=later)

    page = text_of(browser_of("lanhdao").get(address))
    assert "Đã dừng lúc 10:00:0" in page
    assert "2 cụm đã phát một phần" in page
    assert "1 cụm đã phát hết trước lúc đó" in page
    assert "1 cụm chưa báo cáo" in page
    assert state_of(bulletin) == "withdrawn"
    assert Revision.objects.unscoped("test").get(bulletin=bulletin).state == "approved"


@pytest.mark.django_db(transaction=True)
def test_what_was_withdrawn_a_moment_before_it_began_says_so(world, monkeypatch):
    bulletin, airing, _devices = on_the_air(world, monkeypatch)
    before = airing.start_at - timedelta(milliseconds=500)
    monkeypatch.setattr(clock, "now", lambda: before)

    browser_of("canbo").post(f"/desk/bulletins/{bulletin.pk}/withdraw/")

    page = text_of(browser_of("lanhdao").get(f"/desk/bulletins/{bulletin.pk}/"))
    assert "trước khi bắt đầu phát" in page
    assert "đã phát một phần" not in page


def test_a_bulletin_says_whether_it_must_be_broadcast_and_holds_no_longer(world, monkeypatch):
    bulletin = make_bulletin(world, now=clock.now(), facts=Facts(is_must=True))
    bulletins.submit(world.officer, bulletin, now=clock.now())
    leader, address = browser_of("lanhdao"), f"/desk/bulletins/{bulletin.pk}/"
    page = text_of(leader.get(address))
    assert ("Bắt buộc phát" in page, "Hết hiệu lực" in page) == (True, False)

    over = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: over)

    assert "Hết hiệu lực" in text_of(browser_of("lanhdao").get(address))
