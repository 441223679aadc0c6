"""The words of a paper, to go on with: paragraphs, lists and tables, without letterhead and signatures."""

import json
from pathlib import Path

from loa.media.rules import Kind
from loa.media.worker import document
from loa.media.worker.refused import Refused
from loa.media.worker.text import administrative, legacy

LETTERS_MOST = 1_000_000


def take(source: Path, result: Path) -> dict[str, object]:
    """Write title, text and notes as JSON to `result`. Raises `Refused` for what is no paper, or has no words."""
    kind = document.kind_of(source)
    if kind is Kind.PDF:
        from loa.media.worker import paper  # noqa: PLC0415 - only what this file needs is loaded
        from loa.media.worker.text import pages  # noqa: PLC0415 - as above

        paper.check(source)
        lines = pages.lines(source)
    elif kind is Kind.DOCX:
        from loa.media.worker import office  # noqa: PLC0415 - as above
        from loa.media.worker.text import word  # noqa: PLC0415 - as above

        if office.check(source) is not Kind.DOCX:
            raise Refused("no_text_kind")
        lines = word.lines(source)
    else:
        raise Refused("no_text_kind")
    if sum(map(len, lines)) > LETTERS_MOST:
        raise Refused("text_too_much")
    lines, notes = legacy.readable(lines)
    if not any(letter.isalpha() for line in lines for letter in line):
        raise Refused("no_words" if kind is Kind.DOCX else "scanned_paper")
    body = administrative.body(lines)
    told = {"title": body.title, "text": "\n".join(body.lines), "notes": [*notes, *body.notes]}
    result.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return {"kind": kind.value}
