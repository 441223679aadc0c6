"""Agencies with names over time, posts with seats, and people who serve several communes."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation

from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries
from loa.orgs.models import Grant
from loa.orgs.refusals_rights import (
    BadAgency,
    NameStands,
    NoClosing,
    NoSeat,
    Over,
    OwnRightsGiven,
    RoleHeld,
    StillStaffed,
    TwoDuties,
)
from loa.orgs.rules import AgencyKind, Role
from loa.orgs.tests.signing import browser_of
from loa.orgs.tests.world import make_user
from loa.orgs.web import telling
from loa.orgs.web.telling import NEVER

RENAMED = date(2025, 3, 1)
DAY = timedelta(days=1)


@pytest.fixture
def department(world):
    return commands.open_agency(
        world.administrator,
        world.province,
        kind=AgencyKind.DEPARTMENT,
        name="Sở Thông tin và Truyền thông",
        short_name="Sở TT&TT",
        opened_on=date(2008, 5, 1),
    )


def open_post(world, **more):
    about = {"title": "Chủ tịch UBND xã", "role": Role.LEADER} | more
    return commands.open_post(world.administrator, about.pop("unit", world.commune), **about)


@pytest.fixture
def people(world):
    return [make_user(f"nguoi{number}", f"Lý Văn {number}", unit=world.commune) for number in range(3)]


def test_a_paper_of_a_day_bears_the_name_of_that_day(world, department):
    commands.rename_agency(world.administrator, department, name="Sở Văn hoá, Thể thao và Du lịch", on=RENAMED)

    names = [
        queries.agency_name(department, on=day) for day in (date(1999, 1, 1), RENAMED - DAY, RENAMED, date(2030, 1, 1))
    ]
    assert names == ["Sở Thông tin và Truyền thông"] * 2 + ["Sở Văn hoá, Thể thao và Du lịch"] * 2


@pytest.mark.parametrize("on", [date(2008, 5, 1), date(2001, 1, 1)])
def test_a_new_name_begins_after_the_one_before(world, department, on):
    with pytest.raises(NameStands):
        commands.rename_agency(world.administrator, department, name="Sở khác", on=on)


def test_an_agency_has_a_name_and_a_known_kind(world):
    for kind, name in ((AgencyKind.OFFICE, "  "), ("ministry", "Bộ"), (AgencyKind.OFFICE, "a" * 161)):
        with pytest.raises(BadAgency):
            commands.open_agency(world.administrator, world.province, kind=kind, name=name)


def test_a_closed_agency_hands_its_posts_to_its_successor(world, department):
    post = open_post(world, unit=world.province, title="Giám đốc Sở", role=Role.MONITOR, agency=department)
    successor = commands.open_agency(
        world.administrator, world.province, kind=AgencyKind.DEPARTMENT, name="Sở mới", opened_on=RENAMED
    )
    with pytest.raises(StillStaffed):
        commands.close_agency(world.administrator, department, on=RENAMED)

    commands.close_agency(world.administrator, department, on=RENAMED, succeeded_by=successor)

    post.refresh_from_db()
    assert post.agency == successor
    with pytest.raises(NoClosing):
        commands.close_agency(world.administrator, department, on=RENAMED)
    with pytest.raises(NoClosing):
        commands.rename_agency(world.administrator, department, name="Sở cũ", on=RENAMED)


def test_agencies_belong_to_whoever_administers_their_unit(world, department):
    with pytest.raises(Denied):
        commands.open_agency(world.leader, world.commune, kind=AgencyKind.OFFICE, name="Văn phòng")
    with pytest.raises(NotFound):
        commands.rename_agency(world.outsider, department, name="Sở", on=RENAMED)
    assert list(queries.agencies(world.administrator)) == [department]
    assert not queries.agencies(world.officer).exists()


def test_a_post_brings_its_role_from_and_to_its_days(world, people):
    now = clock.now()
    post = open_post(world)

    commands.appoint(world.administrator, post, user=people[0], start_at=now + DAY, end_at=now + 2 * DAY, now=now)

    reach = [
        queries.scope_for(people[0], now=now + after).can("bulletins.approve", world.commune.path)
        for after in (timedelta(), DAY, 2 * DAY)
    ]
    assert reach == [False, True, False]


def test_a_seat_is_taken_once_at_a_time(world, people):
    now = clock.now()
    post = open_post(world, seats=2)
    for person in people[:2]:
        commands.appoint(world.administrator, post, user=person, end_at=now + DAY, now=now)

    with pytest.raises(NoSeat):
        commands.appoint(world.administrator, post, user=people[2], now=now)
    assert commands.appoint(world.administrator, post, user=people[2], start_at=now + DAY, now=now).seat == 1


def test_who_is_relieved_has_the_role_no_more_and_the_seat_is_free(world, people):
    post = open_post(world)
    held = commands.appoint(world.administrator, post, user=people[0], now=clock.now())

    commands.withdraw(world.administrator, held, now=clock.now())

    assert not queries.scope_for(people[0]).holds("bulletins.approve")
    assert commands.appoint(world.administrator, post, user=people[1], now=clock.now())


def test_a_writer_is_not_appointed_to_approve_nor_anybody_by_themselves(world):
    post = open_post(world)

    with pytest.raises(TwoDuties):
        commands.appoint(world.administrator, post, user=world.officer_user, now=clock.now())
    with pytest.raises(OwnRightsGiven):
        commands.appoint(world.administrator, post, user=world.administrator_user, now=clock.now())


def test_a_closed_post_relieves_who_holds_it(world, people):
    post = open_post(world)
    commands.appoint(world.administrator, post, user=people[0], now=clock.now())

    assert commands.close_post(world.administrator, post, now=clock.now()) == 1

    assert not queries.scope_for(people[0]).holds("bulletins.approve")
    with pytest.raises(Over):
        commands.close_post(world.administrator, post, now=clock.now())
    with pytest.raises(NoClosing):
        commands.appoint(world.administrator, post, user=people[1], now=clock.now())


def test_a_role_that_a_post_brings_is_not_retired(world):
    words = commands.RoleWords(name_vi="Thư ký", name_en="Clerk", permissions={"orgs.view"})
    role = commands.define_role(world.administrator, world.province, code="clerk", words=words)
    open_post(world, role="clerk")

    with pytest.raises(RoleHeld):
        commands.retire_role(world.administrator, role, now=clock.now())


def test_people_of_a_regional_centre_write_for_its_communes_and_no_others(world, people):
    centre = commands.open_agency(
        world.administrator, world.province, kind=AgencyKind.CENTRE, name="Trung tâm Cung ứng dịch vụ sự nghiệp công"
    )
    for unit in (world.commune, world.other_commune):
        post = open_post(world, unit=unit, title="Biên tập viên khu vực", role=Role.EDITOR, agency=centre)
        commands.appoint(world.administrator, post, user=people[0], now=clock.now())

    scope = queries.scope_for(people[0])

    assert scope.roots("bulletins.write") == {world.commune.path, world.other_commune.path}
    assert not scope.sees(world.district.path)
    assert len(queries.posts_of(world.administrator, centre)) == 2


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (-1, None, "Since"), (-1, NEVER, "Since"), (1, None, "From"), (1, NEVER, "From"), (-1, 5, "until"),
    ],
)  # fmt: skip
def test_a_right_without_end_is_told_without_the_year_that_stands_for_never(lower, upper, said):
    now = clock.now()
    end = now.replace(year=9999, month=12, day=31) if upper == NEVER else upper and now + timedelta(days=upper)
    with translation.override("en"):
        told = telling.period(Grant(during=DateTimeTZRange(now + timedelta(days=lower), end)))

    assert said in told
    assert "9999" not in told


def test_a_name_that_is_yet_to_come_is_told_from_its_day_on(world, department):
    commands.rename_agency(world.administrator, department, name="Sở Mới", on=date(9998, 12, 31))

    browser = browser_of("quantri")
    browser.cookies["loa_language"] = "en"
    page = browser.get(f"/desk/agencies/{department.pk}/").content.decode()

    assert "From 31/12/9998" in page
    assert "Since 31/12/9998" not in page
