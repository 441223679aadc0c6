import io
import zipfile

import docx
import pytest
import typst

from loa.media import intake, refusals, store
from loa.media.tests import papers
from loa.media.worker.text import administrative, legacy

WORDS = "Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em trong tháng 12 năm 2026 tại trạm y tế xã."
LETTERHEAD = [
    "ỦY BAN NHÂN DÂN",
    "XÃ MẪU",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "_______________",
    "Số: 12/TB-UBND",
    "Xã Mẫu, ngày 02 tháng 12 năm 2026",
]
ENDING = ["Nơi nhận:", "- Các thôn;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Mẫu"]


def imported(tmp_path, content):
    return intake.text_from_upload(papers.written(tmp_path, content))


def word(*paragraphs, build=None):
    """A real Word file, written by another program than the one that reads it."""
    made, paper = io.BytesIO(), docx.Document()
    for words in paragraphs:
        paper.add_paragraph(words)
    if build is not None:
        build(paper)
    paper.save(made)
    return made.getvalue()


def rewritten(content, document, *, name="word/document.xml"):
    """The same Word file with another document in it, perhaps under another name."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            told = document if part == "word/document.xml" else old.read(part)
            new.writestr(part.replace("word/document.xml", name), told.replace(b"word/document.xml", name.encode()))
    return made.getvalue()


def printed(source):
    return typst.compile(source.encode())


def test_paragraphs_lists_and_tables_of_a_word_file_become_lines(tmp_path):
    def build(paper):
        paper.add_paragraph("Mang theo sổ tiêm", style="List Bullet")
        table = paper.add_table(rows=2, cols=2)
        for row, cells in zip(table.rows, [("Thôn Đông", "7 giờ 30"), ("Thôn Đoài", "9 giờ")], strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text

    found = imported(tmp_path, word(WORDS, build=build))

    assert found.text.split("\n") == [
        WORDS, "Mang theo sổ tiêm", "Thôn Đông, 7 giờ 30", "Thôn Đoài, 9 giờ",
    ]  # fmt: skip
    assert list(store.verify()) == []


def test_letterhead_recipients_and_signature_are_left_out_and_said_to_be(tmp_path):
    lines = [
        *LETTERHEAD,
        "THÔNG BÁO",
        "Về việc tiêm phòng mở rộng đợt 2",
        "",
        WORDS,
        "Trân trọng thông báo./.",
        *ENDING,
    ]

    found = imported(tmp_path, word(*lines))

    assert found.title == "Thông báo về việc tiêm phòng mở rộng đợt 2"
    assert found.text == f"{WORDS}\nTrân trọng thông báo."
    assert set(found.notes) == {"letterhead", "recipients", "signature"}


def test_an_official_letter_names_its_subject_below_its_number(tmp_path):
    lines = [*LETTERHEAD[:6], "V/v tổng vệ sinh môi trường", LETTERHEAD[6], "Kính gửi: Các thôn,", WORDS, *ENDING]

    found = imported(tmp_path, word(*lines))

    assert found.title == "Tổng vệ sinh môi trường"
    assert found.text == f"Kính gửi: Các thôn,\n{WORDS}"


def test_a_text_without_a_letterhead_stays_whole(tmp_path):
    lines = ["Kính gửi bà con.", WORDS, "Nơi nhận hồ sơ là trạm y tế.", WORDS, WORDS]

    assert imported(tmp_path, word(*lines)).text.split("\n") == lines


def test_what_was_struck_out_or_hidden_in_a_word_file_is_not_read(tmp_path):
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{name}"><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r>'
        "<w:del><w:r><w:delText>bỏ đi</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> ẩn đi</w:t></w:r>"
        '<w:ins><w:r><w:t xml:space="preserve"> Thêm.</w:t></w:r></w:ins>'
        "</w:p></w:body></w:document>"
    )

    assert imported(tmp_path, rewritten(word(WORDS), body.encode())).text == f"{WORDS} Thêm."


def test_lines_of_a_pdf_flow_together_and_page_numbers_are_gone(tmp_path):
    long = ", ".join([WORDS.rstrip(".")] * 4) + "."
    source = f'#set page(width: 12cm, height: 9cm, numbering: "1")\n#set text(lang: "vi")\n{long}\n\n{WORDS}\n\n{long}'

    found = imported(tmp_path, printed(source))

    assert found.text.split("\n") == [long, WORDS, long]


def test_a_scan_without_text_is_refused_with_advice(tmp_path):
    with pytest.raises(refusals.ScannedPaper) as caught:
        imported(tmp_path, papers.pdf())

    assert "scan" in str(caught.value) or "quét" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (papers.xlsx(), refusals.NoTextKind),
        (papers.picture(), refusals.NoTextKind),
        (word("", " "), refusals.NoWords),
        (papers.bomb(), refusals.Overblown),
        (papers.docx({"word/vbaProject.bin": b"x"}), refusals.Macros),
        (b"plain words", refusals.NotDocument),
        (word(*["a" * 10_000] * 101), refusals.TextTooMuch),
    ],
)
def test_what_gives_no_text_is_refused_and_nothing_is_kept(tmp_path, content, refusal):
    with pytest.raises(refusal) as caught:
        imported(tmp_path, content)

    assert str(caught.value)
    assert list(store.verify()) == []


def test_a_million_laughs_are_refused(tmp_path):
    bomb = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document>&b;</w:document>'

    with pytest.raises(refusals.ArchiveTrick):
        imported(tmp_path, rewritten(word(WORDS), bomb))


@pytest.mark.parametrize(
    ("old", "read", "new"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", legacy.tcvn, "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("Uû ban nh©n d©n x· th«ng b¸o", legacy.tcvn, "Uỷ ban nhân dân xã thông báo"),
        ("THÔNG BÁO".translate({212: "«", 193: "¸"}), legacy.tcvn, "THÔNG BÁO"),
        ("§éc lËp - Tù do - H¹nh phóc", legacy.tcvn, "Độc lập - Tự do - Hạnh phúc"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", legacy.vni, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("UÛY BAN NHAÂN DAÂN XAÕ", legacy.vni, "ỦY BAN NHÂN DÂN XÃ"),
        ("Ñöôøng vaøo thoân ñaõ ñöôïc söûa", legacy.vni, "Đường vào thôn đã được sửa"),
    ],
)
def test_old_fonts_are_read_letter_by_letter(old, read, new):
    assert legacy.unicodedata.normalize("NFC", read(old)) == new


def test_a_paper_in_an_old_font_is_turned_into_unicode_and_says_so(tmp_path):
    old = "Uû ban nh©n d©n x· th«ng b¸o lÞch tiªm phßng cho trÎ em trong th¸ng 12 n¨m 2026 t¹i tr¹m y tÕ x·."

    found = imported(tmp_path, word(old))

    assert found.text == WORDS.replace("Ủy", "Uỷ")
    assert found.notes == ("legacy_tcvn",)


def test_unicode_text_is_never_taken_for_an_old_font():
    lines = [WORDS, "50 µg/m³ · 20 °C – © 2026 «đèn»"]

    assert legacy.readable(lines) == (lines, [])


def test_signs_that_no_reading_explains_are_refused(tmp_path):
    with pytest.raises(refusals.LegacyFont):
        imported(tmp_path, word("¶¸µ ©¨ª «¬­ ¹¸¶ §¦¥ µ¶· ¸¹¨ ©ª«"))


def test_a_word_file_whose_list_names_another_document_is_read_there(tmp_path):
    content = word(WORDS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = archive.read("word/document.xml")

    assert imported(tmp_path, rewritten(content, document, name="word/document2.xml")).text == WORDS


def test_body_never_loses_everything():
    assert administrative.body(ENDING).lines == ENDING[:3]
    assert administrative.body([]).lines == []
