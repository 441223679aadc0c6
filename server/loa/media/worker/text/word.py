"""A Word file as lines: paragraphs in their order, list items with a dash, tables row by row."""

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}footnoteReference", f"{_W}instrText", f"{_W}txbxContent"})
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})


def lines(source: Path) -> list[str]:
    """Return the lines of a file that was looked through before; a paragraph is one, an empty one too."""
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        main = "word/document.xml" if "word/document.xml" in names else _main(archive)
        root = ET.fromstring(archive.read(main))  # noqa: S314 - entities were refused, sizes bounded, in the cage
    body = root.find(f"{_W}body")
    return list(_blocks(body)) if body is not None else []


def _main(archive: zipfile.ZipFile) -> str:
    """Return the part that the file's own list calls the document."""
    for one in ET.fromstring(archive.read("_rels/.rels")):  # noqa: S314 - as above
        if one.get("Type", "").endswith("/officeDocument"):
            return one.get("Target", "").lstrip("/")
    return "word/document.xml"


def _blocks(parent: ET.Element) -> Iterator[str]:
    for block in parent:
        if block.tag == f"{_W}p":
            yield from _paragraph(block)
        elif block.tag == f"{_W}tbl":
            yield from _rows(block)
        elif block.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _blocks(block)


def _rows(table: ET.Element) -> Iterator[str]:
    """Yield a line for each row; a cell of several paragraphs, as letterheads are, keeps its own lines."""
    for row in table.iter(f"{_W}tr"):
        cells = [[line for line in _blocks(cell) if line.strip()] for cell in row.findall(f"{_W}tc")]
        if any(len(cell) > 1 for cell in cells):
            yield from (line for cell in cells for line in cell)
        else:
            yield ", ".join(cell[0] for cell in cells if cell)


def _paragraph(paragraph: ET.Element) -> Iterator[str]:
    text = "".join(_pieces(paragraph))
    listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    for number, line in enumerate(text.split("\n")):
        yield f"- {line}" if listed and number == 0 and line.strip() else line


def _pieces(parent: ET.Element) -> Iterator[str]:
    for one in parent:
        if one.tag in _LEFT_OUT or _is_hidden(one):
            continue
        if one.tag == f"{_W}t":
            yield one.text or ""
        elif one.tag in _BREAKS:
            yield "\n"
        elif one.tag == f"{_W}tab":
            yield " "
        elif one.tag == _CHOICE:
            yield from _pieces(one[0]) if len(one) else ()
        else:
            yield from _pieces(one)


def _is_hidden(run: ET.Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val", "1") not in {"0", "false"}
