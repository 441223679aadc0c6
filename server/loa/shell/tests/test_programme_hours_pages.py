"""Pages of entries that break hour rules, and previews of clusters that are silent."""

import re
from datetime import time, timedelta

import pytest

from loa.devices import commands as devices
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs.models import Grant, Role
from loa.orgs.tests.world import LONG_HELD, make_user
from loa.schedules import planning, tasks
from loa.schedules.models import HoursOverride
from loa.schedules.tests.hour_rules import EVENING, MORNING, every_day, lay_down, propose
from loa.schedules.tests.programme_making import make_entry, make_words, written
from loa.shell.tests.desk import browser_of, text_of

pytestmark = pytest.mark.django_db
WHY = "Chợ phiên họp buổi trưa"
BY = f"Phát trái quy định giờ phát (ngoài giờ phát) theo quyết định của Lê Thị Lãnh: {WHY}"


@pytest.fixture
def at_noon(world):
    """A draft that comes at noon, where hours are in the morning and the evening."""
    make_devices(world.commune)
    now = clock.now()
    today = planning.today(now)
    lay_down(world, windows=every_day(MORNING, EVENING), first=today, now=now)
    tomorrow = today + timedelta(days=1)
    version = written(world, make_words(world, now=now), now=now, at=time(12, 0), start_on=tomorrow)
    return f"/desk/programme/{version.entry_id}/"


def sha256_on(page):
    return re.search(r'name="sha256" value="(\w{64})"', page)[1]


def test_a_reason_goes_with_it_from_the_draft_to_the_grid_the_preview_and_the_airing(world, at_noon):
    officer, leader = browser_of("canbo"), browser_of("lanhdao")
    draft = text_of(officer.get(at_noon))
    assert "Trái quy định giờ phát:" in draft
    assert "Xã Tam Hồng" in draft

    without = officer.post(f"{at_noon}hand-in/", {"sha256": sha256_on(draft)})
    officer.post(f"{at_noon}hand-in/", {"sha256": sha256_on(draft), "override": WHY})
    waiting = text_of(leader.get(at_noon))
    assert f'value="{WHY}"' in waiting
    refused = leader.post(f"{at_noon}approve/", {"sha256": sha256_on(waiting), "number": "1"})
    taken = leader.post(f"{at_noon}approve/", {"sha256": sha256_on(waiting), "number": "1", "override": WHY})
    tasks.unroll(now=clock.now())

    assert (without.status_code, refused.status_code, taken.status_code) == (409, 409, 302)
    monday = planning.today(clock.now()) + timedelta(days=7)
    for address in (at_noon, f"/desk/programme/?from={monday}", "/desk/programme/preview/"):
        assert BY in text_of(officer.get(address)), address
    assert WHY in text_of(leader.get("/desk/hours/overrides/"))
    airing = re.search(r'href="(/desk/airings/[^"]+)"', text_of(officer.get(at_noon)))[1]
    assert WHY in text_of(officer.get(airing))


def test_what_a_draft_would_break_stands_in_the_grid(world, at_noon):
    monday = planning.today(clock.now()) + timedelta(days=7)

    page = text_of(browser_of("canbo").get(f"/desk/programme/?from={monday}"))

    assert page.count("week-meets") == 7


def test_what_was_typed_stays_when_it_is_refused(world, at_noon):
    officer = browser_of("canbo")

    page = text_of(officer.post(f"{at_noon}hand-in/", {"sha256": "0" * 64, "override": WHY}))

    assert f'value="{WHY}"' in page


def test_who_may_not_set_rules_aside_is_told_so_and_has_no_button(world, at_noon):
    officer = browser_of("canbo")
    officer.post(f"{at_noon}hand-in/", {"sha256": sha256_on(text_of(officer.get(at_noon))), "override": WHY})
    rights = Role.objects.unscoped("test").get(pk="leader").permissions
    Role.objects.create(
        code="deputy", name_vi="Cấp phó", name_en="Deputy", unit=world.commune,
        permissions=[code for code in rights if code != "schedules.override"],
    )  # fmt: skip
    deputy = make_user("capph", "Ngô Văn Phó", unit=world.commune)
    Grant.objects.create(
        user=deputy, role_id="deputy", unit=world.commune, during=LONG_HELD, granted_at=LONG_HELD.lower
    )  # fmt: skip

    page = text_of(browser_of("capph").get(at_noon))

    assert "Chỉ người có quyền cho phép ngoại lệ giờ phát" in page
    assert "Tôi đã xem: duyệt" not in page
    assert not HoursOverride.objects.unscoped("test").exists()


def test_whoever_lays_hours_down_reads_what_leaves_the_plan(world, at_noon):
    officer, leader = browser_of("canbo"), browser_of("lanhdao")
    officer.post(f"{at_noon}hand-in/", {"sha256": sha256_on(text_of(officer.get(at_noon))), "override": WHY})
    shown = sha256_on(text_of(leader.get(at_noon)))
    leader.post(f"{at_noon}approve/", {"sha256": shown, "number": "1", "override": WHY})
    now = clock.now()
    tasks.unroll(now=now)
    rule = propose(world, windows=every_day(MORNING), first=planning.today(now) + timedelta(days=2), now=now)

    page = text_of(leader.get(f"/desk/hours/{rule.pk}/"))

    assert "sẽ ra khỏi lịch khi giờ phát thay đổi" in page


def test_a_preview_of_silenced_clusters_says_by_whom_and_why(world):
    make_devices(world.commune)
    now = clock.now()
    make_entry(world, now=now, start_on=planning.today(now) + timedelta(days=1))
    devices.silence(world.leader, world.commune, reason="Đám tang", now=now)

    page = text_of(browser_of("canbo").get("/desk/programme/preview/"))

    assert "bị tắt tiếng theo lệnh của" in page
    assert "Đám tang" in page
    assert page.count("không phát: cụm loa đang tắt tiếng") >= 6
