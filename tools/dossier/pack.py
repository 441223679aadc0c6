"""Writing the pack: HTML and Word from the same chapters, the list of parts, the picture, the pages beside them."""

import hashlib
import html
import shutil
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Pt

from tools.dossier import chapters, data, diagram, sbom
from tools.dossier.chapters import Chapter

TITLE = "Loa: tài liệu kỹ thuật cho hồ sơ đề xuất cấp độ"
_BESIDE = ("THREAT_MODEL.md", "docs/reference/settings.md", "docs/reference/doctor.md", "docs/how-to/deploy.md")
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%;margin:1em 0;font-size:13px}td,th{border:1px solid #bbb;padding:4px 6px;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}th{background:#f3ede4}th{overflow-wrap:normal}td{min-width:3em}h1,h2{color:#7a2412}"
    "@media print{h2{break-before:page}tr{break-inside:avoid}}"
)


class Untrue(Exception):
    """The data names something that does not exist: no dossier is made of it."""


def write(folder: Path) -> list[str]:
    """Write the pack into a folder and return the names of its files. Raises `Untrue`."""
    security = data.load()
    if found := list(data.faults(security)):
        raise Untrue("\n".join(found))
    folder.mkdir(parents=True, exist_ok=True)
    all_chapters = list(chapters.chapters(security))
    picture = diagram.svg(security.flows)
    (folder / "luong-du-lieu.svg").write_text(picture, "utf-8")
    (folder / "ho-so.html").write_text(_html(all_chapters, picture), "utf-8")
    _word(all_chapters, folder / "ho-so.docx")
    (folder / "sbom.cdx.json").write_text(sbom.as_json() + "\n", "utf-8")
    for name in _BESIDE:
        shutil.copyfile(data.ROOT / name, folder / Path(name).name)
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    digests = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    (folder / "SHA256SUMS").write_text("\n".join(digests) + "\n", "utf-8")
    return [file.name for file in files]


def _html(all_chapters: Sequence[Chapter], picture: str) -> str:
    parts = []
    for chapter in all_chapters:
        parts.append(f"<h2>{html.escape(chapter.title)}</h2>")
        parts += [f"<p>{html.escape(words)}</p>" for words in chapter.text]
        if chapter.picture:
            parts.append(picture)
        for table in chapter.tables:
            head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in table.head)
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(word)}</td>" for word in row) + "</tr>" for row in table.rows
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{html.escape(TITLE)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(TITLE)}</h1>{''.join(parts)}</body></html>\n"
    )


def _word(all_chapters: Sequence[Chapter], file: Path) -> None:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(11)
    document.core_properties.title = TITLE
    document.core_properties.author = "Loa"
    document.add_heading(TITLE, 0)
    for chapter in all_chapters:
        document.add_heading(chapter.title, 1)
        for words in chapter.text:
            document.add_paragraph(words)
        if chapter.picture:
            document.add_paragraph("Sơ đồ: tệp luong-du-lieu.svg kèm theo.")
        for table in chapter.tables:
            made = document.add_table(rows=1, cols=len(table.head), style="Table Grid")
            for cell, word in zip(made.rows[0].cells, table.head, strict=True):
                cell.text = word
            for row in table.rows:
                for cell, word in zip(made.add_row().cells, row, strict=True):
                    cell.text = word
            document.add_paragraph()
    document.save(str(file))
