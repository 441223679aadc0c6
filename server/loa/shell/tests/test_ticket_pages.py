import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.devices import commands, tasks
from loa.devices.models import Silence, Ticket
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.media.tests.papers import pdf, picture
from loa.shell.tests.desk import browser_of, text_of


@pytest.fixture
def device(world):
    return make_devices(world.commune, count=2, seen_at=clock.now())[0]


@pytest.fixture
def ticket(world, device):
    return commands.report(world.system, device, cause="noise", words="Loa rít", mutes=True, now=clock.now())


def stored():
    return Ticket.objects.unscoped("test").get()


def upload(content, name="loa.jpg"):
    return SimpleUploadedFile(name, content)


def test_a_report_from_the_devices_page_silences_that_one_and_is_shown_there(world, device):
    browser = browser_of("kythuat")
    page = browser.get(f"/desk/devices/{device.pk}/").content.decode()
    address = re.search(r'href="([^"]+/report/)"', page)[1]

    answer = browser.post(address, {"cause": "noise", "words": "Loa rít", "mutes": "on"})

    assert answer.url == f"/desk/devices/tickets/{stored().pk}/"
    assert Silence.objects.unscoped("test").get().device_ids == [device.pk]
    assert "Loa rít hoặc gây ồn" in text_of(browser.get(f"/desk/devices/{device.pk}/"))
    assert browser.post(address, {"cause": "noise", "words": "Loa rít"}).status_code == 409


def test_a_photo_closes_it_the_loudspeaker_sounds_again_and_the_photo_is_shown(world, ticket):
    browser = browser_of("kythuat")

    answer = browser.post(
        f"/desk/devices/tickets/{ticket.pk}/close/", {"words": "Thay dây", "photo": upload(picture())}
    )

    assert answer.status_code == 302
    assert (stored().proof, stored().silence.lifted_at is not None) == ("photo", True)
    shown = browser_of("lanhdao").get(f"/desk/devices/tickets/{ticket.pk}/photo/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"


def test_without_proof_or_with_a_paper_for_a_photo_it_stays_open_and_the_page_says_why(world, ticket):
    browser = browser_of("kythuat")
    address = f"/desk/devices/tickets/{ticket.pk}/close/"

    bare = browser.post(address, {"words": "Xong"})
    paper = browser.post(address, {"words": "Xong", "photo": upload(pdf(), "loa.pdf")})
    empty = browser.post(address, {"words": " "})

    assert (bare.status_code, paper.status_code, empty.status_code) == (409, 409, 422)
    assert "Hãy thêm ảnh sửa chữa" in text_of(bare)
    assert stored().is_open


def test_it_is_put_in_somebodys_hands_and_shows_on_their_list(world, ticket):
    browser = browser_of("canbo")
    address = f"/desk/devices/tickets/{ticket.pk}/assign/"

    assert browser.post(address, {"assignee": str(world.technician_user.pk)}).status_code == 302
    assert browser.post(address, {"assignee": str(world.outsider_user.pk)}).status_code == 422
    assert len(browser_of("kythuat").get("/desk/devices/tickets/?show=mine").context["rows"]) == 1
    assert len(browser.get("/desk/devices/tickets/?show=mine").context["rows"]) == 0


def test_the_list_tells_open_overdue_and_mended_apart(world, device):
    past = clock.now() - timedelta(hours=9)
    commands.report(world.system, device, cause="noise", words="Loa rít", now=past)
    commands.report(world.system, device, cause="speaker", words="Hỏng loa", now=past)
    browser = browser_of("canbo")

    open_ones = browser.get("/desk/devices/tickets/").context
    assert [word for _, word in open_ones["rows"]] == ["overdue", "open"]
    assert open_ones["figures"].overdue == 1
    assert len(browser.get("/desk/devices/tickets/?show=overdue").context["rows"]) == 1
    assert len(browser.get("/desk/devices/tickets/?show=closed").context["rows"]) == 0
    assert browser.get("/desk/devices/tickets/?show=evil").status_code == 404
    assert len(browser_of("canbo2").get("/desk/devices/tickets/").context["rows"]) == 0


def test_a_leader_sees_a_fault_and_may_not_close_it(world, ticket):
    browser = browser_of("lanhdao")

    page = browser.get(f"/desk/devices/tickets/{ticket.pk}/")

    assert page.status_code == 200
    assert not page.context["may_repair"]
    assert browser.post(f"/desk/devices/tickets/{ticket.pk}/close/", {"words": "Xong"}).status_code == 403


@pytest.fixture
def late(world, device):
    """A fault in the technician's hands that is overdue, and of which people were told."""
    began = clock.now() - timedelta(hours=9)
    made = commands.report(world.system, device, cause="noise", words="Loa rít", now=began)
    commands.assign(world.system, made, user_id=world.technician_user.pk, now=began)
    tasks.look_after(now=clock.now())
    assert tasks.remind(now=clock.now()) > 0
    return made


def test_the_first_page_tells_who_mends_an_overdue_fault_until_it_is_opened(world, device, late):
    browser, address = browser_of("kythuat"), f"/desk/devices/tickets/{late.pk}/"

    before = text_of(browser.get("/desk/"))
    opened = text_of(browser.get(address))
    after = text_of(browser.get("/desk/"))

    assert f"Loa rít hoặc gây ồn: {device.name}" in before
    assert "giao cho anh/chị" in before
    assert ("Mới" in before, "Mới" in after) == (True, False)
    assert "Đã nhắc quá hạn cho" in opened
    assert "Hoàng Văn Kỹ" in opened
    assert address in after


def test_the_first_page_tells_who_stands_above_and_nobody_else(world, device, late):
    address = f"/desk/devices/tickets/{late.pk}/"

    assert address in text_of(browser_of("bientap").get("/desk/"))
    for other in ("canbo2", "giamsat", "nguoingoai", "lanhdao"):
        assert address not in text_of(browser_of(other).get("/desk/"))


def test_what_was_mended_leaves_the_first_page(world, device, late):
    browser = browser_of("kythuat")
    browser.post(f"/desk/devices/tickets/{late.pk}/close/", {"words": "Thay dây", "photo": upload(picture())})

    assert f"/desk/devices/tickets/{late.pk}/" not in text_of(browser.get("/desk/"))


def test_the_list_shows_what_is_overdue_first(world, device, late):
    other = commands.report(world.system, device, cause="other", words="Lạ", now=clock.now())
    page = text_of(browser_of("kythuat").get("/desk/devices/tickets/"))

    assert page.index(str(late.pk)) < page.index(str(other.pk))
