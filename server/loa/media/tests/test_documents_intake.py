import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from loa.media import intake, names, refusals, store
from loa.media.rules import PICTURES, Kind
from loa.media.tests import papers


def taken(tmp_path, content, name):
    return intake.document_from_upload(papers.written(tmp_path, content), name=name)


def refused(tmp_path, content, name, refusal):
    with pytest.raises(refusal):
        taken(tmp_path, content, name)
    assert list(store.verify()) == []


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (papers.pdf(), "Quyết định.pdf", Kind.PDF),
        (papers.docx(), "Nghị quyết.docx", Kind.DOCX),
        (papers.xlsx(), "Danh sách.XLSX", Kind.XLSX),
        (papers.picture("JPEG"), "ảnh.jpg", Kind.JPEG),
        (papers.picture("PNG"), "ảnh.png", Kind.PNG),
        (papers.picture("WEBP"), "ảnh.webp", Kind.WEBP),
    ],
)
def test_every_kind_that_is_taken_is_known_by_its_content(tmp_path, content, name, kind):
    prepared = taken(tmp_path, content, name)

    kept = store.path(prepared.sha256, shelf=store.DOCUMENTS)
    assert prepared.kind is kind
    assert prepared.size_bytes == kept.stat().st_size
    assert not store.has(prepared.sha256), "nobody gets it by its digest alone"
    assert kept.read_bytes() == content or kind in PICTURES, "signatures stand on papers"
    assert [one.fault for one in store.verify()] == [""]


def test_a_picture_loses_the_place_it_was_taken_at_and_stands_upright(tmp_path):
    prepared = taken(tmp_path, papers.photo_with_place(), "ảnh.jpg")

    content = store.path(prepared.sha256, shelf=store.DOCUMENTS).read_bytes()
    with Image.open(io.BytesIO(content)) as kept:
        assert dict(kept.getexif()) == {}
        assert kept.size == (480, 640), "turned as the camera meant it"
    assert b"Camera of" not in content
    assert prepared.sent_sha256 != prepared.sha256


def test_whatever_follows_a_picture_is_gone(tmp_path):
    prepared = taken(tmp_path, papers.picture() + b"a motion photo's film", "ảnh.jpg")

    assert b"film" not in store.path(prepared.sha256, shelf=store.DOCUMENTS).read_bytes()


@pytest.mark.parametrize(
    "tail",
    [papers.docx(), papers.pdf(), b"<script>alert(1)</script>", b"<?php system($_GET['c']); ?>", b"<HTML ><body>"],
    ids=["archive", "paper", "script", "php", "page"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_something_else_as_well_is_refused(tmp_path, kind, tail):
    name = f"ảnh.{kind.lower()}"

    refused(tmp_path, papers.picture(kind) + tail, name, refusals.HiddenContent)


def test_a_script_in_a_pictures_comment_is_refused(tmp_path):
    content = papers.picture(comment=b"<script>alert(document.domain)</script>")

    refused(tmp_path, content, "ảnh.jpg", refusals.HiddenContent)


def test_a_drawing_is_refused_in_every_encoding(tmp_path):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'

    for content in (
        drawing.encode(),
        b'<?xml version="1.0"?>\n<!-- x -->' + drawing.encode(),
        drawing.encode("utf-16"),
        drawing.replace("<svg", "<s:svg").encode(),
    ):
        refused(tmp_path, content, "ảnh.png", refusals.DrawingRefused)


def test_a_picture_of_four_hundred_million_pixels_is_refused_by_its_header(tmp_path):
    content = papers.giant_png()
    assert len(content) < 2_000_000

    refused(tmp_path, content, "ảnh.png", refusals.TooManyPixels)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_pictures_are_measured_before_they_are_decoded(tmp_path, kind):
    content = papers.picture(kind, size=(12_100, 100))

    refused(tmp_path, content, f"ảnh.{kind.lower()}", refusals.TooManyPixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(tmp_path, kind):
    content = papers.picture(kind)

    refused(tmp_path, content[: len(content) // 2], f"ảnh.{kind.lower()}", refusals.DocumentTruncated)


@pytest.mark.parametrize(
    "content", [papers.bomb(), papers.lying_bomb(), papers.overlapping()], ids=["plain", "lying", "shared"]
)
def test_a_zip_bomb_is_refused_whatever_its_list_says(tmp_path, content):
    assert len(content) < 1_000_000

    with pytest.raises((refusals.Overblown, refusals.DocumentTruncated)):
        taken(tmp_path, content, "Nghị quyết.docx")
    assert list(store.verify()) == []


def test_an_archive_in_an_office_file_is_refused(tmp_path):
    refused(tmp_path, papers.docx({"word/media/image1.png": papers.docx()}), "x.docx", refusals.EmbeddedFiles)


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\x.xml", "C:/x.xml", "word/../../x"])
def test_an_entry_that_leads_out_is_refused(tmp_path, name):
    refused(tmp_path, papers.docx({name: b"x"}), "x.docx", refusals.ArchiveTrick)


def test_an_entry_twice_or_under_two_names_is_refused(tmp_path):
    content = bytearray(papers.docx({"word/one.xml": b"<a/>"}))
    content[content.find(b"word/one.xml") : content.find(b"word/one.xml") + 12] = b"word/two.xml"
    refused(tmp_path, bytes(content), "x.docx", refusals.ArchiveTrick)

    refused(tmp_path, papers.docx({"WORD/Document.xml": b"<a/>"}), "x.docx", refusals.ArchiveTrick)


@pytest.mark.parametrize(
    "content",
    [
        papers.docx({"word/vbaProject.bin": b"x"}),
        papers.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        papers.docx({"word/activeX/activeX1.xml": b"<a/>"}),
        papers.docx(relation_lines=[papers.relation("vbaProject", "any.bin")]),
    ],
    ids=["part", "kind", "control", "relation"],
)
def test_an_office_file_with_a_program_is_refused(tmp_path, content):
    refused(tmp_path, content, "x.docx", refusals.Macros)


@pytest.mark.parametrize(
    "content",
    [
        papers.docx({"word/embeddings/oleObject1.bin": b"x"}),
        papers.docx({"word/media/image1.emf": bytes.fromhex("d0cf11e0a1b11ae1")}),
        papers.docx({"word/media/image1.emf": b"MZ\x90"}),
        papers.docx({"word/x.html": b"<html>"}),
        papers.docx(relation_lines=[papers.relation("aFChunk", "x.mht")]),
    ],
    ids=["object", "ole", "program", "page", "chunk"],
)
def test_an_office_file_with_another_file_inside_is_refused(tmp_path, content):
    refused(tmp_path, content, "x.docx", refusals.EmbeddedFiles)


FIELD = papers.body("<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\cmd.exe</w:instrText>")


@pytest.mark.parametrize(
    "content",
    [
        papers.docx(relation_lines=[papers.relation("attachedTemplate", "https://evil.example/t.dotm", "External")]),
        papers.docx(relation_lines=[papers.relation("image", "https://evil.example/pixel.png", "External")]),
        papers.docx(relation_lines=[papers.relation("hyperlink", "file://server/share", "External")]),
        papers.docx(relation_lines=[papers.relation("hyperlink", "javascript:alert(1)", "External")]),
        papers.docx(document=FIELD),
        papers.xlsx({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    ],
    ids=["template", "pixel", "share", "script", "dde", "workbook"],
)
def test_an_office_file_that_fetches_by_itself_is_refused(tmp_path, content):
    with pytest.raises(refusals.OutsideLinks):
        taken(tmp_path, content, "x.xlsx" if b"xl/" in content else "x.docx")
    assert list(store.verify()) == []


def test_a_link_that_a_person_clicks_is_no_fault(tmp_path):
    link = papers.relation("hyperlink", "https://vinhphuc.gov.vn", "External")

    assert taken(tmp_path, papers.docx(relation_lines=[link]), "x.docx").kind is Kind.DOCX


def test_entities_in_an_office_file_are_refused(tmp_path):
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

    for told in (laughs, outside, laughs.encode("utf-16")):
        refused(tmp_path, papers.docx(document=told), "x.docx", refusals.ArchiveTrick)


def test_an_archive_that_is_no_office_file_is_refused(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme.txt", "x")

    refused(tmp_path, made.getvalue(), "x.docx", refusals.NotDocument)
    refused(tmp_path, papers.pdf() + papers.docx(), "x.pdf", refusals.HiddenContent)
    refused(tmp_path, papers.docx() + b"<script>", "x.docx", refusals.HiddenContent)


def _javascript(paper):
    paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _launch(paper):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    paper.pages[0].Annots = paper.make_indirect(
        pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)])
    )


def _opens_page(paper):
    paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example")


def _page_opens(paper):
    paper.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example"))


def _form(paper):
    paper.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))


def _attached(paper):
    paper.attachments["x.exe"] = b"MZ"


@pytest.mark.parametrize("change", [_javascript, _launch, _opens_page, _page_opens, _form])
@pytest.mark.parametrize("packed", [True, False])
def test_a_pdf_that_acts_is_refused_also_when_its_objects_are_packed(tmp_path, change, packed):
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    content = papers.pdf(change, object_stream_mode=mode)

    refused(tmp_path, content, "x.pdf", refusals.ActivePaper)


def test_a_pdf_with_files_or_a_password_is_refused(tmp_path):
    refused(tmp_path, papers.pdf(_attached), "x.pdf", refusals.EmbeddedFiles)
    locked = papers.pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
    refused(tmp_path, locked, "x.pdf", refusals.LockedPaper)


def test_names_written_in_codes_do_not_hide_an_action(tmp_path):
    content = papers.pdf().replace(b"/Type /Catalog", b"/OpenAction<</S/#4aavaScript/#4a#53(x)>> /Type /Catalog", 1)
    assert b"#4a" in content

    refused(tmp_path, content, "x.pdf", refusals.ActivePaper)


def test_a_pdf_whose_action_a_later_version_took_away_is_refused(tmp_path):
    former = papers.pdf(_javascript, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    later = papers.pdf()

    refused(tmp_path, former + later, "x.pdf", refusals.ActivePaper)


def test_a_link_and_an_opening_page_in_a_pdf_are_no_fault(tmp_path):
    def harmless(paper):
        paper.Root.OpenAction = pikepdf.Array([paper.pages[0].obj, pikepdf.Name.Fit])
        link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://vinhphuc.gov.vn")
        paper.pages[0].Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=link)]
        )

    assert taken(tmp_path, papers.pdf(harmless), "x.pdf").kind is Kind.PDF


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.NotDocument),
        (b"just words", refusals.NotDocument),
        (b"<html><script>alert(1)</script>", refusals.NotDocument),
        (b"MZ\x90\0", refusals.NotDocument),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, refusals.OldOffice),
        (b"%PDF-1.7\nhalf", refusals.DocumentTruncated),
        (b"%PDF-1.7\n%%EOF\n", refusals.DocumentTruncated),
        (b"PK\x03\x04" + b"\0" * 40, refusals.DocumentTruncated),
        (b"\xff\xd8\xff" + b"\0" * 40, refusals.DocumentTruncated),
        (b"RIFF\0\0\0\0WEBPVP8 ", refusals.DocumentTruncated),
    ],
)
def test_any_other_bytes_are_refused(tmp_path, content, refusal):
    refused(tmp_path, content, "x.pdf", refusal)


def test_a_file_over_the_bound_is_refused_before_it_is_read(tmp_path):
    path = papers.written(tmp_path, b"")
    with path.open("r+b") as file:
        file.truncate(26 * 1024 * 1024)

    with pytest.raises(refusals.DocumentTooLarge):
        intake.document_from_upload(path, name="x.pdf")


def test_the_name_must_fit_the_content(tmp_path):
    refused(tmp_path, papers.pdf(), "x.docx", refusals.WrongEnding)
    refused(tmp_path, papers.pdf(), "x.exe", refusals.WrongEnding)
    refused(tmp_path, papers.docx(), "x.xlsx", refusals.WrongEnding)


@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/passwd.pdf", "..\\x.pdf", "/etc/x.pdf", "C:x.pdf", "x\0.pdf", "x\n.pdf", "x.pdf::$DATA"),
        *("gnp\u202efdp.exe.pdf", "hidden\u200b.pdf", "\ud800.pdf", "con.pdf", "NUL.docx", "lpt1.x.pdf"),
        *(
            ".pdf",
            "pdf",
            "",
            "...pdf",
            ". .pdf",
            "x.exe.pdf",
            "x.js.docx",
            ".htaccess.pdf",
            "~$x.docx",
            "x." + "y" * 300,
        ),
    ],
)
def test_a_name_that_is_a_trick_is_refused_before_anything_is_read(tmp_path, name):
    with pytest.raises(refusals.WrongName):
        intake.document_from_upload(tmp_path / "absent", name=name)


def test_a_name_is_kept_in_one_form_and_bounded():
    assert names.shown("Quyết định   số 12.2025.pdf") == "Quyết định số 12.2025.pdf"
    assert names.shown("Nghị quyết.pdf") == "Nghị quyết.pdf"
    long = names.shown("Đ" * 500 + ".docx")
    assert (len(long), long[-6:]) == (200, "Đ.docx")
