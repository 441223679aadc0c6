"""Rights narrower than a unit, walked over the pages of the desk: a department, one station, one channel."""

import pytest
from django.urls import reverse

from loa.accounts.models import User
from loa.bulletins.tests.making import make_bulletin
from loa.bulletins.tests.supplying import make_offer
from loa.devices.models import Device
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.orgs import commands, queries
from loa.orgs.rules import AgencyKind, Channel, Role
from loa.orgs.tests import supporting
from loa.orgs.tests.world import make_user
from loa.schedules import commands as schedules
from loa.shell.tests.desk import browser_of, tomorrow_at_five

LISTS = (
    "shell:home", "bulletins:list", "bulletins:write", "dispatch:timeline", "dispatch:heard", "devices:list",
    "devices:add", "orgs:people", "orgs:roles", "orgs:agencies", "orgs:rights", "orgs:support", "orgs:stand_ins",
    "audit:list", "media:documents", "accounts:account", "offers:list", "offers:newsroom", "guidance:list",
    "library:list", "sent:list", "inbox:list",
)  # fmt: skip


def walk(browser):
    """Return the answer of every list of the desk by name."""
    return {name: browser.get(reverse(name)) for name in LISTS}


@pytest.fixture
def department(world):
    """Somebody of a department of the province, who supplies words there and sees no operations."""
    agency = commands.open_agency(
        world.administrator, world.province, kind=AgencyKind.DEPARTMENT, name="Sở Y tế", short_name="SYT"
    )
    post = commands.open_post(
        world.administrator, world.province, title="Cộng tác viên", role=Role.CONTRIBUTOR, agency=agency,
        is_here_only=True,
    )  # fmt: skip
    user = make_user("soyte", "Tô Thị Y", unit=world.province)
    commands.appoint(world.administrator, post, user=user, now=clock.now())
    return user


def test_a_department_supplies_words_and_sees_nothing_of_the_communes(world, department):
    make_devices(world.commune)
    airing = make_airing(world, now=clock.now())
    theirs = make_bulletin(world, now=clock.now())
    browser = browser_of("soyte")

    pages = walk(browser)

    assert {name for name, page in pages.items() if page.status_code == 200} == {
        "shell:home", "offers:list", "orgs:support", "orgs:stand_ins", "accounts:account",
    }  # fmt: skip
    for page in pages.values():
        assert page.status_code in {200, 403}
        for hidden in (world.commune.name, world.hamlet.name, theirs.title, "Cụm loa"):
            assert hidden not in page.content.decode()
    for hidden in (f"/desk/bulletins/{theirs.pk}/", f"/desk/airings/{airing.pk}/"):
        assert browser.get(hidden).status_code in {403, 404}


def test_a_department_offers_to_its_own_unit_and_not_below_and_writes_no_bulletin(world, department):
    scope = queries.scope_for(department)

    assert make_offer(scope, world.province, now=clock.now())
    with pytest.raises(NotFound):
        make_offer(scope, world.commune, now=clock.now())
    with pytest.raises(Denied):
        make_bulletin(world, scope=scope, unit=world.province, now=clock.now())


def test_a_technician_of_one_station_reaches_its_pages_and_orders_and_no_others(world):
    mine, other = make_devices(world.commune, count=2)
    user = make_user("motdai", "Đinh Văn Đài", unit=world.commune)
    commands.grant(world.administrator, world.commune, user=user, role=Role.TECHNICIAN, device_id=mine.pk)
    browser = browser_of("motdai")

    pages = walk(browser)

    assert all(page.status_code in {200, 403} for page in pages.values())
    listed = pages["devices:list"].content.decode()
    assert str(mine.pk) in listed
    assert str(other.pk) not in listed
    assert browser.get(f"/desk/devices/{mine.pk}/").status_code == 200
    assert browser.get(f"/desk/devices/{other.pk}/").status_code == 404
    assert browser.post(f"/desk/devices/{mine.pk}/volume/", {"volume_pct": "40"}).status_code == 302
    assert browser.post(f"/desk/devices/{other.pk}/volume/", {"volume_pct": "40"}).status_code == 404
    volumes = Device.objects.unscoped("test").values_list("pk", "volume_pct")
    assert dict(volumes) == {mine.pk: 40, other.pk: None}
    assert 'href="/desk/timeline/"' not in listed


@pytest.mark.parametrize(("channel", "may_ask"), [(Channel.LOUDSPEAKER, True), (Channel.BOARD, False)])
def test_an_officer_of_one_channel_asks_for_nothing_on_another(world, channel, may_ask):
    make_devices(world.commune)
    user = make_user("motkenh", "Kiều Thị Kênh", unit=world.commune)
    commands.grant(world.administrator, world.commune, user=user, role=Role.MONITOR)
    commands.grant(world.administrator, world.commune, user=user, role=Role.OFFICER, channel=channel)
    bulletin = make_bulletin(world, now=clock.now())
    browser = browser_of("motkenh")

    page = browser.get(f"/desk/bulletins/{bulletin.pk}/where/")

    def ask():
        return schedules.ask(
            queries.scope_for(user), world.commune, bulletin_id=bulletin.pk, start_at=tomorrow_at_five(),
            device_ids=None, requested_by="Kiều Thị Kênh", now=clock.now(),
        )  # fmt: skip

    assert page.status_code == (200 if may_ask else 403)
    if may_ask:
        assert ask().unit == world.commune
    else:
        with pytest.raises(Denied):
            ask()


def test_a_refusal_says_why_and_whom_to_ask_without_a_name(world):
    page = browser_of("canbo").get("/desk/people/" + str(world.leader_user.pk) + "/")

    text = page.content.decode()
    assert page.status_code == 403
    assert "Anh/chị không có quyền" in text
    assert "Quản trị tại Tỉnh Vĩnh Phúc" in text
    assert world.administrator_user.full_name not in text


def test_whoever_helps_sees_so_on_every_page_and_ends_it(world):
    session = supporting.open_support(
        world.administrator, world.commune, supporter=world.outsider_user, role=Role.EDITOR, reason="Xem lịch phát",
        minutes=30, now=clock.now(),
    )  # fmt: skip
    browser = browser_of("nguoingoai")

    for page in walk(browser).values():
        assert f"/desk/support/{session.pk}/end/" in page.content.decode()
    assert world.commune.name in browser.get("/desk/").content.decode()
    browser.post(f"/desk/support/{session.pk}/end/")

    assert "support-banner" not in browser.get("/desk/").content.decode()


def test_a_role_is_given_narrowly_for_a_time_with_its_reason_and_told_on_the_persons_page(world):
    device = make_devices(world.commune, count=1)[0]
    person = f"/desk/people/{world.monitor_user.pk}/"
    admin = browser_of("quantri")
    offered = admin.post(f"{person}grant/", {"unit": "09043", "action": "things"}).content.decode()
    assert device.name in offered

    admin.post(
        f"{person}grant/",
        {
            "unit": "09043", "role": "technician", "device": str(device.pk), "start_on": "2030-01-01",
            "end_on": "2030-01-31", "reason": "Bảo trì quý I",
        },
    )  # fmt: skip

    page = admin.get(person).content.decode()
    assert device.name in page
    assert "Từ 01/01/2030 đến 01/02/2030" in page
    assert "Lý do: Bảo trì quý I" in page


def test_who_may_do_something_here_is_answered_with_the_reason(world):
    admin = browser_of("quantri")

    page = admin.get("/desk/rights/?permission=bulletins.approve&unit=09043").content.decode()

    assert "Lê Thị Lãnh" in page
    assert "Lãnh đạo tại Xã Tam Hồng" in page
    assert "Trần Văn Cán" not in page
    person = User.objects.get(username="lanhdao").pk
    assert "duyệt" in admin.get(f"/desk/people/{person}/rights/").content.decode()


def test_a_leader_lets_a_colleague_stand_in_and_both_see_it(world):
    deputy = make_user("phochutich", "Phó Thị Chủ", unit=world.commune)
    held = queries.grants_of([world.leader_user.pk])[0]

    browser_of("lanhdao").post(
        "/desk/stand-ins/",
        {"held": held.pk, "to": deputy.pk, "end_on": "2030-01-31", "reason": "Đi công tác"},
    )

    assert "Phó Thị Chủ" in browser_of("lanhdao").get("/desk/stand-ins/").content.decode()
    theirs = browser_of("phochutich").get("/desk/stand-ins/").content.decode()
    assert "Được Lê Thị Lãnh ủy quyền" in theirs
    assert queries.scope_for(deputy).can("bulletins.approve", world.commune.path)


def test_a_leaver_is_sent_to_the_door_at_the_next_request(world):
    browser = browser_of("canbo")
    assert browser.get("/desk/").status_code == 200

    browser_of("quantri").post(f"/desk/people/{world.officer_user.pk}/leave/", {"hand_to": ""})

    assert browser.get("/desk/").url.startswith("/desk/sign-in/")
