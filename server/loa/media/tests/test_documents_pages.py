import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from loa.accounts import commands as accounts
from loa.audit.models import Entry
from loa.kernel import clock
from loa.media import ports
from loa.media.models import Document
from loa.media.ports import FakeScanner
from loa.media.tests import papers

pytestmark = pytest.mark.django_db


def browser_of(user):
    browser = Client()
    session = browser.session
    session.save()
    accounts.open_session(user, session_key=session.session_key, origin="", browser="", now=clock.now())
    return browser


def sent(world, content, name, *, unit=None):
    file = SimpleUploadedFile("x", content, content_type="application/x-anything")
    file._name = name  # past the cleaning that the test's own class does
    return browser_of(world.officer_user).post("/desk/files/new/", {"unit": (unit or world.commune).code, "file": file})


def test_a_paper_is_sent_listed_and_handed_out_as_a_file_to_save(world):
    content = papers.pdf()

    answer = sent(world, content, "Nghị quyết số 12.pdf")

    assert answer.status_code == 302
    officer = browser_of(world.officer_user)
    page = officer.get(answer.url).content.decode()
    assert "Nghị quyết số 12.pdf" in page
    assert "Nghị quyết số 12.pdf" in officer.get("/desk/files/").content.decode()
    handed = officer.get(f"{answer.url}download")
    assert b"".join(handed.streaming_content) == content
    assert handed["Content-Type"] == "application/pdf"
    assert handed["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Nghị quyết số 12.pdf')}"
    assert handed["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert handed["Cache-Control"] == "private, no-store"
    assert handed["Content-Length"] == str(len(content))


def test_nobody_gets_a_document_by_its_digest_alone(world):
    document = papers.make_document(world)

    assert browser_of(world.officer_user).get(f"/media/{document.sha256}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (papers.docx({"word/vbaProject.bin": b"x"}), "x.docx", "media_macros", "macro"),
        (papers.picture() + papers.docx(), "ảnh.jpg", "media_hidden_content", "giấu nội dung khác"),
        (b"<svg><script>alert(1)</script></svg>", "hình.png", "media_drawing_refused", "Không nhận hình vẽ SVG"),
        (papers.giant_png(), "ảnh.png", "media_too_many_pixels", "40 triệu điểm ảnh"),
        (papers.bomb(), "x.docx", "media_overblown", "phình to"),
        (papers.pdf(), "x.exe.pdf", "media_wrong_name", "Tên tệp không hợp lệ"),
        (papers.pdf(), "con.pdf", "media_wrong_name", "Tên tệp không hợp lệ"),
    ],
)
def test_an_attack_is_refused_with_a_clear_sentence_and_is_on_record(world, content, name, code, words):
    answer = sent(world, content, name)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'aria-invalid="true"' in page
    entry = Entry.objects.get(action="media.turn_away")
    assert (entry.detail["refused"], entry.detail["name"]) == (code, name)
    assert not Document.objects.unscoped("test").exists()


@pytest.mark.parametrize("name", ["../../etc/x.pdf", "..\\..\\x.pdf", "C:\\Windows\\x.pdf", "x\0.pdf", "\u202ex.pdf"])
def test_a_path_in_a_name_leads_nowhere(world, settings, name):
    answer = sent(world, papers.pdf(), name)

    assert answer.status_code in {302, 422}
    assert {document.name for document in Document.objects.unscoped("test")} <= {"x.pdf"}
    assert not list(settings.LOA_HOME.parent.glob("*.pdf"))


def test_malicious_software_is_refused_on_the_page(world, settings):
    settings.LOA_SCAN = "required"
    ports.scan_with(lambda: FakeScanner(marks={papers.eicar(): "Eicar-Test-Signature"}))
    try:
        answer = sent(world, papers.eicar(), "x.pdf")
    finally:
        ports.scan_with(None)

    assert "Phát hiện mã độc trong tệp (Eicar-Test-Signature)" in answer.content.decode()
    assert Entry.objects.get(action="media.turn_away").detail["found"] == "Eicar-Test-Signature"


def test_a_document_held_back_is_named_and_not_handed_out(world, settings):
    document = papers.make_document(world)
    settings.LOA_SCAN = "required"
    ports.scan_with(lambda: FakeScanner(marks={b"%PDF": "Test.Later"}, version="fake/9"))
    try:
        officer = browser_of(world.officer_user)
        refused = officer.get(f"/desk/files/{document.pk}/download")
        page = officer.get(f"/desk/files/{document.pk}/").content.decode()
    finally:
        ports.scan_with(None)

    assert refused.status_code == 409
    assert "Test.Later" in refused.content.decode()
    assert "Bị giữ lại" in page
    assert "/download" not in page


def test_a_file_for_another_commune_is_not_taken(world):
    answer = sent(world, papers.pdf(), "x.pdf", unit=world.other_commune)

    assert answer.status_code == 422
    assert not Document.objects.unscoped("test").exists()


def test_no_file_an_empty_file_and_a_file_too_large_are_told_by_the_field(world):
    officer = browser_of(world.officer_user)
    page = officer.post("/desk/files/new/", {"unit": world.commune.code}).content.decode()
    assert re.search(r'id="id_file-error".*?Vui lòng chọn tệp', page, re.DOTALL)

    assert "Tệp trống" in sent(world, b"", "x.pdf").content.decode()
    assert "Tệp lớn hơn 25 MB" in sent(world, b"\0" * (25 * 1024 * 1024 + 1), "x.pdf").content.decode()


def test_documents_are_found_by_name_and_by_digest_and_odd_words_break_nothing(world):
    document = papers.make_document(world)
    officer = browser_of(world.officer_user)

    assert document.name in officer.get("/desk/files/", {"q": "nghị quyết"}).content.decode()
    assert document.name in officer.get("/desk/files/", {"q": document.sha256[:12].upper()}).content.decode()
    for words in ("\0", "%", "' OR 1=1 --", "<script>alert(1)</script>", "\ud800", "x" * 5000):
        answer = officer.get(f"/desk/files/?q={quote(words, errors='replace')}")
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
