"""Sets a paper with Typst; what it says goes in as data, never as markup."""

import json
from dataclasses import asdict
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

from loa.bulletins.papers.contents import Paper

_TEMPLATE = Path(__file__).with_name("paper.typ")
_FONTS = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
PICTURE_PPI = 60.0
"""About 350 × 500 points for a leaflet: what a page shows as a thumbnail."""


def pdf(paper: Paper, *, when_printed: int = 0) -> bytes:
    """Return the file; the same paper gives the same file."""
    made = typst.compile(str(_TEMPLATE), font_paths=[str(_FONTS)], sys_inputs=_said(paper), timestamp=when_printed)
    if not isinstance(made, bytes):
        raise TypeError("a paper is one file")
    return made


def picture(paper: Paper) -> bytes:
    """Return the first page as PNG."""
    made = typst.compile(
        str(_TEMPLATE), font_paths=[str(_FONTS)], format="png", ppi=PICTURE_PPI, sys_inputs=_said(paper)
    )
    first = made[0] if isinstance(made, list) else made
    if not isinstance(first, bytes):
        raise TypeError("a page is one picture")
    return first


def _said(paper: Paper) -> dict[str, str]:
    return {"paper": json.dumps(asdict(paper), ensure_ascii=False)}
