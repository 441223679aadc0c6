"""The pages of what was heard, as a monitor reads them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import localdate

from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.orgs.tests.world import PASSWORD


@pytest.fixture
def reader(world, client):
    """Somebody signed in for whom two of three clusters proved an airing of this hour."""
    devices = make_devices(world.commune)
    airing = make_airing(world, now=clock.now() - timedelta(hours=1))
    for device in devices[:2]:
        make_evidence(airing, device)
    counting.refresh(now=clock.now())
    client.airing = airing
    return client


def sign_in(client, username="giamsat"):
    client.post("/desk/sign-in/", {"username": username, "password": PASSWORD})
    return client


def text(answer):
    return answer.content.decode()


def test_a_monitor_reads_what_was_heard(reader):
    page = text(sign_in(reader).get("/desk/heard/"))

    assert "Đã nghe theo đơn vị" in page
    assert "Xã Tam Hồng" in page
    assert '<td class="end" data-label="Cần phát">3</td>' in page
    assert 'value="67"' in page


@pytest.mark.parametrize("by", ["day", "today", "former"])
def test_every_map_has_the_same_totals(reader, by):
    today = localdate(clock.now()).isoformat()
    found = text(sign_in(reader).get("/desk/heard/table/", {"by": by, "map_on": today}))

    assert found.splitlines()[-1] == ",Tổng số,1,3,2,1,0"


def test_a_line_leads_to_its_airings(reader, world):
    page = text(sign_in(reader).get(f"/desk/heard/{world.commune.code}/"))

    assert f"/desk/airings/{reader.airing.pk}/" in page


def test_a_unit_without_plays_has_no_page(reader, world):
    assert sign_in(reader).get(f"/desk/heard/{world.other_commune.code}/").status_code == 404


@pytest.mark.parametrize("address", ["/desk/heard/", "/desk/heard/table/", "/desk/heard/09043/"])
@pytest.mark.parametrize(
    "asked",
    [
        {"start": "2026-02-30"},
        {"start": "2026-02-02", "end": "2026-02-01"},
        {"start": "1980-01-01", "end": "2020-01-01"},
        {"by": "nothing"},
        {"start": "0001-01-01"},
        {"end": "9999-12-31"},
    ],
)
def test_a_period_that_cannot_be_is_told_beside_its_field(reader, address, asked):
    answer = sign_in(reader).get(address, asked)

    assert answer.status_code == 422
    assert "summary-errors" in text(answer)


def test_a_table_says_nothing_a_spreadsheet_would_carry_out(reader, world):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE orgs_unit_version SET name = '=cmd()' WHERE unit_id = %s", [world.commune.pk])
        cursor.execute("SET LOCAL session_replication_role = 'origin'")

    found = text(sign_in(reader).get("/desk/heard/table/"))

    assert "'=cmd()" in found
    assert ",=cmd()" not in found


def test_an_outsider_reads_an_empty_report(reader):
    page = text(sign_in(reader, "nguoingoai").get("/desk/heard/"))

    assert "Không có lượt phát nào" in page
    assert "Xã Tam Hồng" not in page


def test_the_page_speaks_english_too(reader):
    sign_in(reader).post("/desk/language/", {"language": "en", "next": "/desk/heard/"})

    page = text(reader.get("/desk/heard/"))

    assert "Heard by unit" in page
    assert "Minutes heard" in page
