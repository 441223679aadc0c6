import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from loa.media import rules as media
from loa.shell import errors, intake
from loa.shell.tests.desk import browser_of, text_of

TEMPLATES = Path(intake.__file__).resolve().parent.parent
LARGE = 3 * 1024 * 1024
WRITE = "/desk/bulletins/new/"


def send(browser, path, *, declared):
    """Post a form that declares more than it holds: the length alone decides."""
    return browser.generic("POST", path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=declared)


def key_of(browser):
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_who_has_signed_in_may_bring_a_recording_where_recordings_are_taken(world):
    officer = browser_of("canbo")

    assert intake.most_bytes(WRITE, session_key=key_of(officer)) > media.UPLOAD_MAX_BYTES
    assert send(officer, WRITE, declared=LARGE).status_code != 413


@pytest.mark.parametrize("path", ["/desk/", "/desk/password/", "/device/v1/enrol", "/nowhere"])
def test_nobody_brings_much_to_any_other_address(world, path):
    officer = browser_of("canbo")

    assert intake.most_bytes(path, session_key=key_of(officer)) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert send(officer, path, declared=LARGE).status_code == 413


def test_a_stranger_or_a_session_that_has_ended_brings_little(world):
    officer = browser_of("canbo")
    key = key_of(officer)
    officer.post("/desk/sign-out/")

    for browser in (Client(), Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})):
        answer = send(browser, WRITE, declared=LARGE)
        assert answer.status_code == 413
        assert "Dung lượng quá lớn" in text_of(answer)
    assert intake.most_bytes(WRITE, session_key=key) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_even_a_recording_has_an_end(world):
    assert send(browser_of("canbo"), WRITE, declared=settings.UPLOAD_BODY_MAX_BYTES + 1).status_code == 413


def test_machines_are_told_in_json(world):
    answer = send(Client(), "/device/v1/enrol", declared=LARGE)

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_the_pages_that_take_files_are_those_whose_form_has_a_field_for_them():
    with_files = {
        file.name for file in TEMPLATES.rglob("*.html") if re.search("multipart/form-data", file.read_text("utf-8"))
    }

    # Lists of units and of words: they fit what every page may bring
    small = {"units_import.html", "units_difference.html", "take_in_words.html"}
    large = {"write.html", "add.html", "add_voice.html", "bring.html", "import.html", "studio.html", "tunes.html"} | {
        "field.html",
        "ticket.html",
        "release_take.html",
    }
    assert with_files == large | small
    plain = (
        "bulletins:write",
        "bulletins:import_text",
        "bulletins:tunes",
        "media:add",
        "media:add_voice",
        "devices:release_take",
    )
    assert all(intake.is_upload_page(reverse(name)) for name in plain)
    of_one = ("bulletins:studio", "devices:field", "devices:ticket_close")
    assert all(intake.is_upload_page(reverse(name, args=[uuid.UUID(int=1)])) for name in of_one)


def test_an_error_page_needs_no_person():
    assert errors.answer(RequestFactory().get("/desk/"), status=413).status_code == 413
