"""Pages of hour rules and ceilings: proposed, seen, laid down; broken with a reason; woken by two."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from loa.bulletins.rules import Urgency
from loa.dispatch.models import Airing, Ceiling, Measurement
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.schedules.models import HourRule, HoursOverride, Slot
from loa.schedules.rules.hours import Window
from loa.schedules.tests.hour_rules import every_day, lay_down, propose
from loa.schedules.tests.sending import make_sending, receipt_at
from loa.shell.tests.desk import browser_of, decision, make_asked_later, make_waiting, text_of, tomorrow_at_five

MORNING = Window(330, 420)
FORM = {
    "first": "", "sessions_most": "2", "session_minutes": "30", "quiet_from": "21:00", "quiet_until": "05:30",
    "is_limit": "on", "from_1": "05:30", "until_1": "07:00", "days_1": ["0", "1", "2", "3", "4", "5"],
}  # fmt: skip


def tomorrow():
    return timezone.localdate(clock.now()) + timedelta(days=1)


def laid_down(world, *windows):
    now = clock.now()
    return lay_down(world, first=timezone.localdate(now), windows=every_day(*windows), now=now)


def test_the_quiet_hours_are_not_told_as_free_to_sound(world):
    officer = browser_of("canbo")

    usual = text_of(officer.get("/desk/hours/"))
    laid_down(world, Window(300, 420), Window(1200, 1290))
    own = text_of(officer.get("/desk/hours/"))

    assert "05:30–21:00" in usual
    assert "00:00–24:00" not in usual
    assert "05:30–07:00, 20:00–21:00" in own


def test_hours_that_wait_for_a_leader_stand_on_their_first_page_and_nobody_elses(world):
    now = clock.now()
    days = [timezone.localdate(now) + timedelta(days=count) for count in range(1, 8)]
    leader = browser_of("lanhdao")
    assert "Không có việc nào đang chờ" in text_of(leader.get("/desk/"))

    first, *_ = [propose(world, first=day, now=now) for day in days]
    page = leader.get("/desk/")

    assert f'href="/desk/hours/{first.pk}/"' in page.content.decode()
    assert page.content.decode().count('href="/desk/hours/0') == 5
    assert f"Giờ phát áp dụng từ {days[0]:%d/%m/%Y}" in text_of(page)
    assert "Còn 2 đề xuất giờ phát khác" in text_of(page)
    assert "Không có việc nào" not in text_of(page)
    assert "/desk/hours/0" not in browser_of("canbo").get("/desk/").content.decode()


def test_an_officer_proposes_and_the_leader_lays_down_what_they_saw(world):
    make_devices(world.commune)
    make_airing(world, start_at=tomorrow_at_five(), title="Buổi chiều", now=clock.now())
    officer, leader = browser_of("canbo"), browser_of("lanhdao")

    wrong = officer.post("/desk/hours/propose/", FORM | {"first": tomorrow().isoformat(), "until_1": "05:00"})
    led = officer.post("/desk/hours/propose/", FORM | {"first": timezone.localdate(clock.now()).isoformat()})

    assert wrong.status_code == 422
    assert "kết thúc trước khi bắt đầu" in text_of(wrong)
    page = text_of(leader.get(led.url))
    assert "Buổi chiều" in page
    assert "Ban hành giờ phát này" in page
    assert "Ban hành giờ phát này" not in text_of(officer.get(led.url))
    preview = re.search(r'name="preview" value="(\w{64})"', page)[1]
    stale = leader.post(f"{led.url}lay-down/", {"preview": "0" * 64})
    assert stale.status_code == 409
    leader.post(f"{led.url}lay-down/", {"preview": preview})
    rule = HourRule.objects.unscoped("test").get()
    assert (rule.state, rule.decided_by, rule.sessions_most) == ("in_force", world.leader_user, 2)
    assert rule.windows["0"] == [[330, 420]]
    assert "6" not in rule.windows
    unit = text_of(officer.get("/desk/hours/"))
    assert "05:30–07:00" in unit
    assert "Mỗi ngày tối đa 2 buổi" in unit


def test_quiet_hours_that_go_are_told_in_red_and_ticked(world):
    officer, leader = browser_of("canbo"), browser_of("lanhdao")
    form = FORM | {"first": tomorrow().isoformat(), "quiet_from": "23:00", "quiet_until": "04:30"}

    refused = officer.post("/desk/hours/propose/", form | {"quiet_from": "04:00", "quiet_until": "04:01"})
    led = officer.post("/desk/hours/propose/", form)

    assert "Từ 23:00 đến 04:30 luôn là giờ nghỉ" in text_of(refused)
    page = text_of(leader.get(led.url))
    assert "Giờ nghỉ rút từ 8 giờ 30 phút còn 5 giờ 30 phút. Ban đêm ngoài giờ đó, một người là đủ" in page
    said = {"preview": re.search(r'name="preview" value="(\w{64})"', page)[1]}
    assert leader.post(f"{led.url}lay-down/", said).status_code == 409
    leader.post(f"{led.url}lay-down/", said | {"loses": re.search(r'name="loses" value="(\d+)"', page)[1]})
    assert HourRule.objects.unscoped("test").get().state == "in_force"


def test_a_proposal_shows_at_the_place_of_whoever_may_decide(world):
    officer = browser_of("canbo")
    officer.post("/desk/hours/propose/", FORM | {"first": tomorrow().isoformat()})

    assert re.search(r'href="/desk/hours/"[^>]*>.*?badge', text_of(browser_of("lanhdao").get("/desk/")), re.DOTALL)


def test_a_time_against_the_rules_asks_for_a_reason_and_the_approver_gives_theirs(world):
    make_devices(world.commune, count=2)
    bulletin = make_waiting(world)
    laid_down(world, MORNING)
    leader = browser_of("lanhdao")
    address = f"/desk/bulletins/{bulletin.pk}/"

    page = text_of(leader.get(address))
    refused = leader.post(f"{address}approve/", decision(page))

    assert "Trái quy định giờ phát" in page
    assert 'name="override"' in page
    assert refused.status_code == 409
    leader.post(f"{address}approve/", decision(page) | {"override": "Lễ khai giảng"})
    kept = HoursOverride.objects.unscoped("test").get()
    assert (kept.reason, kept.by) == ("Lễ khai giảng", world.leader_user)
    listed = text_of(leader.get("/desk/hours/overrides/"))
    assert "Lễ khai giảng" in listed
    assert "Ngoài giờ phát" in listed


def test_an_officer_says_why_in_the_form_and_the_leader_reads_it(world):
    make_devices(world.commune)
    bulletin = make_asked_later(world).bulletin
    laid_down(world, MORNING)
    officer, leader = browser_of("canbo"), browser_of("lanhdao")
    address = f"/desk/bulletins/{bulletin.pk}/where/"
    day = tomorrow().isoformat()
    form = {"unit": world.commune.code, "reach": "all", "when": "at", "day": day, "at": "16:00"}

    refused = officer.post(address, form)
    officer.post(address, form | {"override": "Vỡ đê"})

    assert refused.status_code == 409
    assert 'name="override"' in text_of(refused)
    slot = Slot.objects.unscoped("test").get(override_reason="Vỡ đê")
    assert "Vỡ đê" in text_of(leader.get(f"/desk/bulletins/{slot.bulletin_id}/"))
    answer = leader.post(f"/desk/bulletins/{slot.bulletin_id}/slots/{slot.pk}/approve/", {"override": "Vỡ đê"})
    assert answer.status_code == 302
    airing = Airing.objects.unscoped("test").get()
    assert "Vỡ đê" in text_of(leader.get(f"/desk/airings/{airing.pk}/"))


def test_what_wakes_people_is_agreed_to_by_a_second_person_on_the_page_of_the_item(world):
    make_devices(world.commune, count=2)
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL, now=clock.now()))
    officer, leader = browser_of("canbo"), browser_of("lanhdao")
    address, at = f"/desk/inbox/{receipt.pk}/", tomorrow_at_five()
    form = {"when": "at", "day": at.date().isoformat(), "at": "22:00"}

    first = officer.post(f"{address}take/", form)
    officer.post(f"{address}take/", form | {"wakes": "2"})

    slot = Slot.objects.unscoped("test").get()
    assert first.status_code == 409
    assert (slot.state, Airing.objects.unscoped("test").count()) == ("waiting", 0)
    assert "Đang chờ người thứ hai đồng ý" in text_of(officer.get(address))
    assert f"/slots/{slot.pk}/agree/" not in text_of(officer.get(address))
    assert address in text_of(leader.get("/desk/"))
    page = text_of(leader.get(address))
    assert "2 cụm loa" in page
    leader.post(f"/desk/inbox/slots/{slot.pk}/agree/", {})
    assert Airing.objects.unscoped("test").count() == 0
    leader.post(f"/desk/inbox/slots/{slot.pk}/agree/", {"wakes": "2"})
    slot.refresh_from_db()
    assert (slot.state, slot.decided_by) == ("placed", world.leader_user)


def test_ceilings_are_set_and_ended_and_levels_noted_on_one_page(world):
    (device,) = make_devices(world.commune, count=1)
    leader, technician = browser_of("lanhdao"), browser_of("kythuat")
    address = "/desk/ceilings/"
    today = timezone.localdate(clock.now())

    unit = {"unit": world.commune.code}
    band = {"device": str(device.pk), "start": "07:00", "end": "11:30", "most_pct": "40", "nearby": "school"}
    level = {"at_device": str(device.pk), "level_dba": "71.5", "distance_m": "30", "spot": "Cổng trường"}
    when = {"measured_on": (today - timedelta(days=1)).isoformat(), "measured_at": "07:15"}

    leader.post(address, unit | band | {"reason": "Cạnh trường tiểu học"})
    wrong = leader.post(address, unit | {"start": "07:00", "end": "07:00", "most_pct": "40"})
    silent = leader.post(address, unit | band | {"most_pct": "0", "is_alert": "on"})
    technician.post(f"{address}measured/", unit | level | when)

    kept = Ceiling.objects.unscoped("test").get()
    assert (kept.most_pct, kept.device_id, kept.nearby, kept.set_by) == (40, device.pk, "school", world.leader_user)
    assert wrong.status_code == 422
    assert "Cảnh báo phải luôn nghe được" in text_of(silent)
    assert Measurement.objects.unscoped("test").get().level_dba == pytest.approx(71.5)
    page = text_of(leader.get(f"{address}?unit={world.commune.code}"))
    assert "Trường học" in page
    assert "Cổng trường" in page
    assert technician.post(f"{address}{kept.pk}/end/").status_code == 403
    officer, mine = browser_of("canbo"), f"{address}{kept.pk}"
    officer.post(f"{mine}/ask-to-end/")
    asked = text_of(officer.get(f"{address}?unit={world.commune.code}"))
    assert "Trần Văn Cán đề nghị bỏ" in asked
    assert f"{mine}/end/" not in asked
    wish = "Bỏ mức tối đa 40 %"
    assert (wish in text_of(leader.get("/desk/")), wish in text_of(officer.get("/desk/"))) == (True, False)
    officer.post(f"{mine}/end/")
    kept.refresh_from_db()
    assert kept.ended_by is None
    leader.post(f"{mine}/end/")
    kept.refresh_from_db()
    assert (kept.ending_by, kept.ended_by) == (world.officer_user, world.leader_user)
