"""Sets a hand-over list as PDF with Typst; what it says goes in as data, never as markup."""

import json
from dataclasses import asdict
from pathlib import Path

import fontpkg_noto_serif
import typst

from loa.orgs.handover.contents import Paper

_TEMPLATE = Path(__file__).with_name("handover.typ")
_FONTS = Path(fontpkg_noto_serif.ROOT) / "files"


def pdf(paper: Paper) -> bytes:
    """Return the file. Times New Roman is used where the machine has it, else Noto Serif, which comes along."""
    said = json.dumps(asdict(paper), ensure_ascii=False)
    made = typst.compile(str(_TEMPLATE), font_paths=[str(_FONTS)], sys_inputs={"paper": said})
    if not isinstance(made, bytes):
        raise TypeError("a paper is one file")
    return made
