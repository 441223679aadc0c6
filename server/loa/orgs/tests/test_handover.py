import io
import re

import pikepdf
import pypdf
import pytest
from docx import Document
from docx.shared import Pt

from loa.dispatch.tests.making import make_devices
from loa.orgs import handover
from loa.orgs.models import Agency, AgencyName
from loa.orgs.tests.reorganising import in_force, merge, shelf_of
from loa.orgs.tests.test_reorganising import DAY

HOSTILE = "Cụm #1 <b>“Tề Lỗ” & *sao* $x$ \\ @nhãn"


@pytest.fixture
def paper(world, monkeypatch):
    shelf_of(monkeypatch, **{"Cụm Ế Ộ": world.other_commune.pk, HOSTILE: world.other_commune.pk})
    return handover.paper(in_force(world, merge("09043", "09037", name="Xã Tam Hồng Mới")))


def pages(body):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages]


def test_a_paper_says_who_receives_what_from_whom_in_names_of_the_day(paper):
    section = paper.sections[0]

    assert (section.receiver, list(section.givers)) == ("Xã Tam Hồng Mới", ["Xã Đồng Cương"])
    things = [item.name for lot in section.lots for item in lot.items if lot.words == "Things"]
    assert things == sorted(["Cụm Ế Ộ", HOSTILE])
    assert paper.issuer == "Ủy ban nhân dân Tỉnh Vĩnh Phúc"
    assert paper.place_and_date == f"Vĩnh Phúc, ngày {DAY:%d} tháng {DAY:%m} năm {DAY.year}"


def test_the_issuer_bears_the_name_it_had_on_that_day(world, monkeypatch):
    shelf_of(monkeypatch, loa=world.other_commune.pk)
    agency = Agency.objects.create(unit=world.province, kind="committee")
    AgencyName.objects.create(agency=agency, name="UBND tỉnh cũ", during=(None, DAY))
    AgencyName.objects.create(agency=agency, name="UBND tỉnh mới", during=(DAY, None))

    assert handover.paper(in_force(world, merge("09043", "09037"))).issuer == "UBND tỉnh mới"


def test_the_word_file_has_the_measures_of_the_decree(paper):
    document = Document(io.BytesIO(handover.docx(paper)))

    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert [round(margin.mm) for margin in (page.top_margin, page.bottom_margin)] == [20, 20]
    assert [round(margin.mm) for margin in (page.left_margin, page.right_margin)] == [30, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert document.styles["Normal"].font.size == Pt(14)
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header.paragraphs[0]._p.xml
    assert page.first_page_header.paragraphs[0].text == ""
    left, right = document.tables[0].rows[0].cells
    assert [line.text for line in right.paragraphs[:2]] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert all(run.font.bold for line in right.paragraphs[:2] for run in line.runs)
    assert right.paragraphs[2].runs[0].font.italic
    assert left.paragraphs[2].text.startswith("Số:")
    fonts = {run.font.name for line in document.paragraphs for run in line.runs if run.text}
    assert fonts == {"Times New Roman"}


def test_the_word_file_lists_every_thing_and_leaves_room_to_sign(paper):
    document = Document(io.BytesIO(handover.docx(paper)))

    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert HOSTILE in cells
    assert cells.count("Xã Đồng Cương") >= 3
    assert [cell.paragraphs[0].text for cell in document.tables[-1].rows[0].cells] == [
        "BÊN GIAO",
        "BÊN NHẬN",
        "NGƯỜI CHỨNG KIẾN",
    ]
    rows = sum(len(table.rows) - 1 for table in document.tables[2:-1])
    assert rows == paper.count


def test_the_pdf_says_the_same_and_carries_its_letters(paper):
    body = handover.pdf(paper)

    said = re.sub(r"\s+", " ", " ".join(pages(body)))
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BIÊN BẢN BÀN GIAO", "BÊN NHẬN"):
        assert words in said
    assert "Cụm Ế Ộ" in said
    assert "$x$" in said
    with pikepdf.open(io.BytesIO(body)) as file:
        box = [round(float(side) / 72 * 25.4) for side in file.pages[0].mediabox]
        fonts = {str(font["/BaseFont"]) for page in file.pages for font in page.Resources.Font.values()}
    assert box == [0, 0, 210, 297]
    assert all("TimesNewRoman" in font or "NotoSerif" in font for font in fonts)


def test_a_long_list_numbers_its_pages_but_the_first(world, monkeypatch):
    shelf_of(monkeypatch, **{f"Cụm {number}": world.other_commune.pk for number in range(300)})
    paper = handover.paper(in_force(world, merge("09043", "09037")))

    found = pages(handover.pdf(paper))

    assert len(found) > 5
    assert not found[0].lstrip().startswith("1")
    assert [page.split()[0] for page in found[1:]] == [str(number) for number in range(2, len(found) + 1)]


def test_units_that_come_along_are_named_with_their_devices(world):
    devices = make_devices(world.hamlet, count=2)

    section = handover.paper(in_force(world, merge("09037", "09043", name="Xã Đồng Cương Mới"))).sections[0]

    lots = {lot.words: [(item.name, item.giver) for item in lot.items] for lot in section.lots}
    former = world.commune.name
    assert ("Thôn Phù Lưu", former) in lots["Đơn vị trực thuộc chuyển theo"]
    assert sorted(lots["Thiết bị tại các đơn vị trực thuộc chuyển theo"]) == sorted(
        (f"{device.name} – Thôn Phù Lưu", former) for device in devices
    )
    assert world.officer_user.full_name in [name for name, _giver in lots["Cán bộ thuộc đơn vị"]]


def test_no_number_of_ours_stands_for_a_name(world):
    paper = handover.paper(in_force(world, merge("09037", "09043")))

    said = [item for section in paper.sections for lot in section.lots for item in lot.items]
    assert said
    assert [item.name for item in said if ":" in item.name] == []
    assert [item.identity for item in said if item.identity.isdecimal() and len(item.identity) < 4] == []


def test_with_nothing_to_hand_over_the_paper_says_so(world):
    paper = handover.paper(in_force(world, merge("09043.01", name="Thôn Mới")))

    assert paper.count == 0
    assert "Không có nội dung phải bàn giao." in " ".join(pages(handover.pdf(paper)))
    assert Document(io.BytesIO(handover.docx(paper)))
