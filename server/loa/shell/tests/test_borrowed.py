import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from loa.shell import borrowed

OTHER_SPELLING = re.compile(r"[kK]í tự|[tT]ập tin|[tT]ệp tin")


class Form(forms.Form):
    words = forms.CharField(max_length=3, min_length=2)
    file = forms.FileField(max_length=5)
    picture = forms.ImageField()


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("dài quá", {"file": SimpleUploadedFile("dài quá.txt", b"x"), "picture": SimpleUploadedFile("a.png", b"x")}),
        ("a", {"file": SimpleUploadedFile("a.txt", b"")}),
    ],
)
def test_what_is_said_at_a_field_is_spelled_as_our_pages_are(words, files):
    with translation.override("vi"):
        said = str(Form({"words": words}, files).errors)

    assert "ký tự" in said
    assert "Tệp" in said or "tệp" in said
    assert not OTHER_SPELLING.search(said)


def test_every_borrowed_sentence_has_our_vietnamese():
    with translation.override("vi"):
        plain = [str(one) for one in borrowed.SENTENCES[:5]]

    assert [one for one in plain if OTHER_SPELLING.search(one) or one.isascii()] == []


@pytest.mark.django_db
def test_a_form_that_has_expired_says_so_and_that_nothing_was_lost():
    page = Client(enforce_csrf_checks=True).post("/desk/sign-in/", {"username": "canbo", "password": "x"})

    told = page.content.decode()
    assert page.status_code == 403
    assert "Biểu mẫu đã hết hạn" in told
    assert "dữ liệu đã lưu không thay đổi" in told
    assert "không được phép" not in told


@pytest.mark.django_db
def test_a_machine_is_told_the_same_by_its_code():
    answer = Client(enforce_csrf_checks=True).post("/media/nowhere/", {})

    assert answer.status_code in {403, 404, 405}
    assert b"<html" not in answer.content
