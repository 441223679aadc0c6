import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.devices.models import Device, Fitting
from loa.dispatch.tests.making import make_devices
from loa.media.tests.papers import picture
from loa.shell.tests.desk import browser_of, text_of

NOTED = {"unit": "09043.01", "latitude": "21,3", "longitude": "105,6", "source": "mains", "speaker_w": "200"}


@pytest.fixture
def device(world):
    return make_devices(world.commune, count=1)[0]


def test_a_technician_notes_it_on_the_spot_and_what_is_unusual_is_pointed_out(world, device):
    browser = browser_of("kythuat")
    photo = SimpleUploadedFile("noi-lap.jpg", picture())

    answer = browser.post(f"/desk/devices/{device.pk}/field/", {**NOTED, "photo": photo}, follow=True)

    assert "Bất thường: một cụm loa thường từ 50 đến 120 W" in text_of(answer)
    noted = Fitting.objects.unscoped("test").get()
    assert (noted.speaker_w, noted.photo is not None) == (200, True)
    assert Device.objects.unscoped("test").get().unit == world.hamlet
    shown = browser.get(f"/desk/devices/{device.pk}/place/photo/")
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert shown["Content-Type"] == "image/jpeg"


def test_the_label_leads_a_scanning_phone_to_that_page(world, device):
    page = browser_of("kythuat").get(f"/desk/devices/{device.pk}/label/").content.decode()

    assert re.search(r'src="data:image/svg\+xml[^"]+"', page)
    assert f"/desk/devices/{device.pk}/field/" in page


def test_only_that_page_may_ask_where_the_phone_is(world, device):
    browser = browser_of("kythuat")

    assert "geolocation=(self)" in browser.get(f"/desk/devices/{device.pk}/field/")["Permissions-Policy"]
    assert "geolocation=()" in browser.get(f"/desk/devices/{device.pk}/")["Permissions-Policy"]


def test_a_foreign_unit_and_half_a_place_are_refused(world, device):
    browser = browser_of("kythuat")

    assert browser.post(f"/desk/devices/{device.pk}/field/", {**NOTED, "unit": "09037"}).status_code == 422
    assert browser.post(f"/desk/devices/{device.pk}/field/", {**NOTED, "longitude": ""}).status_code == 422
    assert not Fitting.objects.unscoped("test").exists()
