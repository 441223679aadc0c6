import re

import pytest

from loa.devices.models import Device, EnrolmentCode, Outbound
from loa.dispatch.tests.making import make_devices
from loa.shell.tests.desk import browser_of, text_of


@pytest.fixture
def device(world):
    (device,) = make_devices(world.commune, count=1)
    return device


def stored(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


def test_the_list_counts_by_state_and_filters(world):
    make_devices(world.commune, count=2)
    make_devices(world.hamlet, count=1, connected=False)
    browser = browser_of("canbo")

    assert dict(browser.get("/desk/devices/").context["counts"])["online"] == 2
    assert len(browser.get("/desk/devices/?state=silent").context["rows"]) == 1
    assert len(browser.get("/desk/devices/?unit=09043.01").context["rows"]) == 1
    assert len(browser.get("/desk/devices/?q=không+có").context["rows"]) == 0
    assert browser.get("/desk/devices/?unit=09037").status_code == 404
    assert len(browser_of("canbo2").get("/desk/devices/").context["rows"]) == 0


def test_an_added_device_leads_to_a_code_that_is_shown_once(world):
    browser = browser_of("kythuat")
    fields = {
        "name": "Nhà văn hóa",
        "unit": "09043.01",
        "kind": "loudspeaker",
        "latitude": "21.3",
        "longitude": "105.6",
    }

    answer = browser.post("/desk/devices/add/", fields)

    device = Device.objects.unscoped("test").get()
    assert (device.unit, device.latitude) == (world.hamlet, 21.3)
    assert answer.url == f"/desk/devices/{device.pk}/code/"
    assert not EnrolmentCode.objects.exists()
    shown = text_of(browser.post(answer.url))
    code = re.search(r'class="code-display">([^<]+)<', shown).group(1)
    assert f"--code {code}" in shown
    assert code not in text_of(browser.get(answer.url))


def test_coordinates_may_be_written_with_a_comma(world):
    fields = {"name": "Cụm", "unit": "09043", "kind": "loudspeaker", "latitude": "21,3025", "longitude": " 105,6 "}

    browser_of("kythuat").post("/desk/devices/add/", fields)

    device = Device.objects.unscoped("test").get()
    assert (device.latitude, device.longitude) == (21.3025, 105.6)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"unit": "05440"},
        {"kind": "rocket"},
        {"latitude": "95"},
        {"longitude": ""},
        {"latitude": "x"},
        {"latitude": "21,3,5"},
    ],
)
def test_a_wrong_device_is_not_added(world, change):
    fields = {"name": "Cụm", "unit": "09043", "kind": "loudspeaker", "latitude": "21.3", "longitude": "105.6"}

    answer = browser_of("kythuat").post("/desk/devices/add/", fields | change)

    assert answer.status_code == 422
    assert "summary-errors" in text_of(answer)
    assert not Device.objects.unscoped("test").exists()


def test_a_volume_is_ordered(world, device):
    browser = browser_of("kythuat")

    browser.post(f"/desk/devices/{device.pk}/volume/", {"volume_pct": "55"})
    browser.post(f"/desk/devices/{device.pk}/volume/", {"volume_pct": "155"})

    assert stored(device).volume_pct == 55
    assert Outbound.objects.filter(device=device).count() == 1


def test_a_device_is_shut_out_after_a_second_question(world, device):
    browser = browser_of("kythuat")
    address = f"/desk/devices/{device.pk}/revoke/"

    assert browser.get(address).status_code == 200
    assert stored(device).state == "enrolled"
    browser.post(address)

    assert stored(device).state == "revoked"
    assert browser.post(address).status_code == 409


@pytest.mark.parametrize("page", ["", "code/", "revoke/"])
def test_a_device_elsewhere_is_absent_and_without_the_grant_refused(world, device, page):
    address = f"/desk/devices/{device.pk}/{page}"

    assert browser_of("kythuat").get(address).status_code == 200
    assert browser_of("canbo2").get(address).status_code == 404
    assert browser_of("congdan").get(address).status_code == 403
    if page:
        assert browser_of("canbo").get(address).status_code == 403
