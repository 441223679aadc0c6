"""Writes a hand-over list as a Word file in the measures of Decree 30/2020/NĐ-CP."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any  # Any: python-docx has no types

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from loa.orgs.handover.contents import Lot, Paper, Section

FONT = "Times New Roman"
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 20
BODY_PT, TABLE_PT, NATION_PT, PAGE_PT, SMALL_PT = 14, 12, 13, 13, 11


def docx(paper: Paper) -> bytes:
    """Return the file."""
    document = Document()
    _measures(document)
    _head(document, paper)
    for text, size in ((paper.kind, BODY_PT), (paper.subject, BODY_PT)):
        _line(document, text, size=size, bold=True, align=ALIGN.CENTER)
    for ground in paper.grounds:
        _line(document, ground, italic=True, indent=True)
    if paper.sections:
        _line(document, paper.words["summary"], indent=True)
        _summary(document, paper)
    else:
        _line(document, paper.words["nothing"], indent=True)
    for number, section in enumerate(paper.sections, start=1):
        _section(document, paper, section, number=number)
    _line(document, paper.words["end"], align=ALIGN.RIGHT)
    _signatures(document, paper)
    _receivers(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _measures(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    page.left_margin, page.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    page.header_distance = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = number.add_run()
        run.font.name, run.font.size = FONT, Pt(PAGE_PT)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no page field of its own


def _head(document: Any, paper: Paper) -> None:
    left, right = _bare_table(document, rows=1, widths=(70, 90)).rows[0].cells
    _into(left, paper.superior, size=NATION_PT, align=ALIGN.CENTER)
    _line(left, paper.issuer, size=NATION_PT, bold=True, align=ALIGN.CENTER)
    _line(left, paper.number, size=NATION_PT, align=ALIGN.CENTER)
    _into(right, paper.nation, size=NATION_PT, bold=True, align=ALIGN.CENTER)
    _line(right, paper.motto, size=BODY_PT, bold=True, align=ALIGN.CENTER)
    _line(right, paper.place_and_date, size=BODY_PT, italic=True, align=ALIGN.CENTER)


def _summary(document: Any, paper: Paper) -> None:
    words = paper.words
    rows = [(section.receiver, ", ".join(section.givers), str(section.count)) for section in paper.sections]
    _table(document, (words["receiver"], words["givers"], words["count"]), rows, widths=(55, 80, 25))


def _section(document: Any, paper: Paper, section: Section, *, number: int) -> None:
    words = paper.words
    _line(document, f"{number}. {words['receives'] % {'name': section.receiver}}", bold=True)
    for lot in section.lots:
        _line(document, f"{lot.words}: {len(lot.items)}", italic=True)
        _table(
            document,
            (words["number"], words["name"], words["identity"], words["giver"]),
            _rows(lot),
            widths=(12, 60, 48, 40),
        )


def _rows(lot: Lot) -> list[tuple[str, ...]]:
    return [(str(place), item.name, item.identity, item.giver) for place, item in enumerate(lot.items, start=1)]


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int]) -> None:
    """Add a table; its rows are copies of one, since adding thousands of cells one by one takes minutes."""
    table = document.add_table(rows=2, cols=len(head))
    table.style, table.autofit = "Table Grid", False
    for cells, bold in ((table.rows[0].cells, True), (table.rows[1].cells, False)):
        for cell, text, width in zip(cells, head, widths, strict=True):
            cell.width = Mm(width)
            _into(cell, text, size=TABLE_PT, bold=bold, align=ALIGN.CENTER if bold else None)
    heads = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(heads)  # noqa: SLF001 - the head repeats on every page
    model = table.rows[1]._tr  # noqa: SLF001 - as above
    for row in rows:
        copy = deepcopy(model)
        for place, text in zip(copy.iter(qn("w:t")), row, strict=True):
            place.text = _plain(text)
        model.addprevious(copy)
    model.getparent().remove(model)
    _line(document, "", size=6)


def _signatures(document: Any, paper: Paper) -> None:
    words = paper.words
    cells = _bare_table(document, rows=1, widths=(53, 53, 54)).rows[0].cells
    for cell, key in zip(cells, ("sign_giver", "sign_receiver", "sign_witness"), strict=True):
        _into(cell, words[key], bold=True, size=BODY_PT, align=ALIGN.CENTER)
        _line(cell, words["sign_help"], italic=True, size=BODY_PT, align=ALIGN.CENTER)
        for _space in range(3):
            _line(cell, "", size=BODY_PT)


def _receivers(document: Any, paper: Paper) -> None:
    _line(document, paper.words["to"], bold=True, italic=True, size=12)
    for receiver in (*paper.receivers, paper.words["archive"]):
        _line(document, f"- {receiver}", size=SMALL_PT)


def _bare_table(document: Any, *, rows: int, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _into(cell: Any, text: str, *, size: int, bold: bool = False, align: Any = None) -> None:
    """Write into the empty paragraph with which a cell begins."""
    _write(cell.paragraphs[0], text, size=size, bold=bold, italic=False, align=align)


def _line(
    place: Any, text: str, *, size: int = BODY_PT, bold: bool = False, italic: bool = False, align: Any = None,
    indent: bool = False,
) -> None:  # fmt: skip
    paragraph = place.add_paragraph()
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(10)
    _write(paragraph, text, size=size, bold=bold, italic=italic, align=align)


def _write(paragraph: Any, text: str, *, size: int, bold: bool, italic: bool, align: Any) -> None:
    run = paragraph.add_run(_plain(text))
    run.font.name, run.font.size, run.font.bold, run.font.italic = FONT, Pt(size), bold, italic
    if align is not None:
        paragraph.alignment = align


def _plain(text: str) -> str:
    """Return text without what XML cannot carry."""
    return "".join(letter for letter in text if letter >= " ")
