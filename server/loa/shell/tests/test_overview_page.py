"""A month in figures."""

import pytest
from django.utils import timezone

from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Facts, Kind
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import commands as schedules
from loa.shell.tests.desk import browser_of, text_of, tomorrow_at_five

ADDRESS = "/desk/bulletins/overview/"


def test_a_month_tells_what_was_approved_by_field_and_leads_to_it(world):
    now = clock.now()
    for kind in (Kind.VACCINATION, Kind.VACCINATION, Kind.POWER_CUT):
        bulletin = make_bulletin(world, now=now, facts=Facts(kind=kind))
        bulletins.submit(world.officer, bulletin, now=now)
        bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)
    make_bulletin(world, now=now)
    category = bulletin.current.category_id

    page = text_of(browser_of("canbo").get(ADDRESS))

    assert "3 bản tin đã được duyệt" in page
    assert f"category={category}&amp;state=approved" in page
    assert "state=draft" in page
    assert "Không có bản tin nào được duyệt" in text_of(browser_of("canbo").get(f"{ADDRESS}?month=2020-01"))


def test_minutes_on_the_air_are_told_by_language(world):
    make_devices(world.commune)
    now, at = clock.now(), tomorrow_at_five()
    bulletin = make_bulletin(world, now=now)
    bulletins.submit(world.officer, bulletin, now=now)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)
    schedules.air(world.leader, bulletin, unit=world.commune, start_at=at, device_ids=None, now=now)

    page = text_of(browser_of("canbo").get(f"{ADDRESS}?month={timezone.localdate(at):%Y-%m}"))

    assert "language=vi&amp;aired=yes" in page
    assert "1 phút" in page


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "9999-12", "\0"])
def test_a_month_that_makes_no_sense_is_this_one(world, month):
    answer = browser_of("canbo").get(ADDRESS, {"month": month})

    assert answer.status_code == 200
    assert f"{timezone.localdate(clock.now()):%m/%Y}" in text_of(answer)


def test_figures_are_those_of_ones_own_places(world):
    now = clock.now()
    bulletin = make_bulletin(world, now=now)
    bulletins.submit(world.officer, bulletin, now=now)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)

    assert "1 bản tin đã được duyệt" in text_of(browser_of("giamsat").get(ADDRESS))
    assert "0 bản tin đã được duyệt" in text_of(browser_of("canbo2").get(ADDRESS))
