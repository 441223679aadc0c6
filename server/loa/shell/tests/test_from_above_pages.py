"""What upper units see of those below: exceptions first, each figure with its rows, and nothing of others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loa.bulletins.rules import Urgency
from loa.devices.models import Device, Ticket
from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.schedules.tests.sending import make_sending
from loa.shell.tests.desk import browser_of, text_of
from loa.shell.web.overview_rows import SORTS as ROWS

OVERVIEW = "/desk/overview/"


@pytest.fixture
def morning(world):
    """An airing of an hour ago: one of three clusters of the commune proved it, the neighbors have nothing."""
    now = clock.now()
    devices = make_devices(world.commune, seen_at=now)
    airing = make_airing(world, now=now - timedelta(hours=1))
    make_evidence(airing, devices[0])
    make_evidence(airing, devices[1], "refused", started=False, reason="bad_signature")
    counting.refresh(now=now)
    Device.objects.unscoped("test").filter(pk=devices[2].pk).update(seen_at=now - timedelta(hours=2), connected=False)
    make_devices(world.other_commune, count=2, seen_at=now)
    return airing, devices


def period():
    """Return the period in which an airing of an hour ago lies."""
    now = clock.now()
    return "today" if timezone.localdate(now) == timezone.localdate(now - timedelta(hours=1)) else "week"


def test_a_province_reads_what_is_out_of_order_first_and_each_figure_leads_to_its_rows(world, morning):
    monitor = browser_of("giamsat")

    page = text_of(monitor.get(f"{OVERVIEW}?period={period()}"))

    assert "Tỉnh Vĩnh Phúc" in page
    assert "1 trên 3 lượt trên từng thiết bị đã nghe được" in page
    assert page.index("chưa chứng minh đã nghe") < page.index("mất kết nối") < page.index("Huyện Yên Lạc")
    assert f"{OVERVIEW}26/rows/silent/?period={period()}" in page
    rows = text_of(monitor.get(f"{OVERVIEW}26/rows/silent/?period={period()}"))
    assert f"/desk/airings/{morning[0].pk}/" in rows
    refused = text_of(monitor.get(f"{OVERVIEW}26/rows/refused/?period={period()}"))
    assert "chữ ký" in refused.lower()


def test_people_drill_from_the_province_to_one_cluster_by_links(world, morning):
    monitor = browser_of("giamsat")

    assert f"{OVERVIEW}251/" in text_of(monitor.get(OVERVIEW))
    assert f"{OVERVIEW}09043/" in text_of(monitor.get(f"{OVERVIEW}251/"))
    commune = text_of(monitor.get(f"{OVERVIEW}09043/"))
    assert all(f"/desk/devices/{device.pk}/" in commune for device in morning[1])
    assert f"{OVERVIEW}251/" in commune


def test_a_unit_with_nothing_wrong_takes_one_line(world, morning):
    page = text_of(browser_of("giamsat").get(f"{OVERVIEW}251/?period={period()}"))
    troubled, _, calm = page.partition("không có gì bất thường")

    assert "Xã Tam Hồng" in troubled
    assert "Xã Đồng Cương" in calm
    assert "Xã Tam Hồng" not in calm


def test_an_officer_sees_the_own_commune_and_no_other(world, morning):
    officer = browser_of("canbo")

    assert "Xã Tam Hồng" in text_of(officer.get(OVERVIEW))
    for code in ("26", "251", "09037", "05440", "nowhere"):
        for tail in ("", "compare/", "rows/meant/"):
            assert officer.get(f"{OVERVIEW}{code}/{tail}").status_code == 404
    assert officer.get(f"{OVERVIEW}09043/").status_code == 200


def test_an_administrator_without_the_right_is_told_so(world):
    assert browser_of("quantri").get(f"{OVERVIEW}26/").status_code == 403


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_every_kind_of_rows_opens(world, morning, kind):
    assert browser_of("giamsat").get(f"{OVERVIEW}26/rows/{kind}/").status_code == 200


@pytest.mark.parametrize(
    "query", ["period=\0", "period=x&page=-1", "sort=';--&down=x", "page=9999999999", "period[]=1"]
)
@pytest.mark.parametrize("tail", ["", "compare/", "rows/meant/"])
def test_words_in_an_address_that_make_no_sense_do_no_harm(world, morning, query, tail):
    assert browser_of("giamsat").get(f"{OVERVIEW}26/{tail}?{query}").status_code == 200


def test_a_kind_of_rows_nobody_knows_is_not_there(world):
    assert browser_of("giamsat").get(f"{OVERVIEW}26/rows/unit__path/").status_code == 404


@pytest.mark.parametrize("sort", ["heard", "meant", "contact", "minutes", "troubles"])
def test_units_are_compared_in_the_order_asked_for(world, morning, sort):
    def order(down):
        page = text_of(browser_of("giamsat").get(f"{OVERVIEW}251/compare/?period=week&sort={sort}{down}"))
        body = page.partition("<tbody>")[2]
        return sorted(("Xã Tam Hồng", "Xã Đồng Cương"), key=body.index)

    rising, falling = order(""), order("&down=1")

    assert {*rising} == {*falling} == {"Xã Tam Hồng", "Xã Đồng Cương"}
    if sort in {"meant", "contact", "troubles"}:
        assert rising == falling[::-1]


def test_shares_stand_beside_their_counts(world, morning):
    page = text_of(browser_of("giamsat").get(f"{OVERVIEW}251/compare/?period=week"))

    assert "33,3 %" in page
    assert "1 trên 3" in page
    assert "1 trên 3 mất kết nối" in page


def test_an_overdue_fault_and_an_unanswered_priority_item_are_told(world):
    now = clock.now()
    (device,) = make_devices(world.commune, count=1, seen_at=now)
    Ticket.objects.create(
        device=device, cause="noise", origin="person", opened_at=now - timedelta(days=2), due_at=now - timedelta(days=1)
    )
    sending = make_sending(world, now=now, urgency=Urgency.PRIORITY)

    page = text_of(browser_of("giamsat").get(OVERVIEW))

    assert "sự cố quá hạn" in page
    assert "tin ưu tiên chưa xử lý" in page
    assert "chưa mở 1" in page
    assert sending.bulletin.title in text_of(browser_of("giamsat").get(f"{OVERVIEW}26/rows/unanswered/"))
    assert sending.bulletin.title in text_of(browser_of("canbo").get(f"{OVERVIEW}09043/rows/unanswered/"))


def test_what_was_sent_down_is_never_called_heard(world):
    page = text_of(browser_of("giamsat").get(OVERVIEW))

    assert "0 trên 0" not in page
    assert "Không có gì bất thường" in page
