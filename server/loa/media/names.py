"""What a file may be called: judged by its letters alone, kept in NFC, never used as a path."""

import unicodedata

from loa.media import refusals
from loa.media.rules import ENDINGS, NAME_LONGEST, Kind

_SEPARATORS = frozenset('/\\:*?"<>|')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})
"""Names that are devices for Windows, with any ending."""

_PROGRAMS = frozenset(
    {"asp", "aspx", "bat", "cmd", "com", "cpl", "dll", "docm", "dotm", "exe", "hta", "htm", "html", "img", "iso", "jar"}
    | {"js", "jse", "jsp", "lnk", "msi", "php", "pif", "pptm", "ps1", "py", "reg", "scr", "sh", "svg", "vbe", "vbs"}
    | {"wsf", "xlam", "xlsm", "xltm", "zip", "rar", "7z"}
)
"""Endings that no earlier part of a name may have: `report.exe.pdf` shows as `report.exe` where endings are hidden."""

KIND_WORDS = {
    Kind.PDF: "PDF",
    Kind.DOCX: "Word (DOCX)",
    Kind.XLSX: "Excel (XLSX)",
    Kind.JPEG: "JPEG",
    Kind.PNG: "PNG",
    Kind.WEBP: "WebP",
}


def shown(name: str) -> str:
    """Return the name in the form in which it is kept and shown. Raises `WrongName`.

    A name that could be taken for a path, turns the direction of writing, hides signs, means a device or ends in
    nothing is refused, not mended: mending would hide what somebody tried. Only length is mended.
    """
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} or sign in _SEPARATORS for sign in name):
        raise refusals.WrongName
    composed = " ".join(unicodedata.normalize("NFC", name).split())
    stem, dot, ending = composed.rpartition(".")
    parts = [part.strip().casefold() for part in composed.split(".")]
    if not dot or not stem.strip(" .") or not ending or composed.startswith((".", "~")):
        raise refusals.WrongName
    if parts[0] in _RESERVED or any(part in _PROGRAMS for part in parts[1:-1]):
        raise refusals.WrongName
    room = NAME_LONGEST - len(ending) - 1
    if room < 1:
        raise refusals.WrongName
    return f"{stem[:room].rstrip(' .')}.{ending}"


def check_fits(name: str, kind: Kind) -> None:
    """Raise `WrongEnding` when the name promises another kind than the content is."""
    ending = name.rpartition(".")[2].casefold()
    if ENDINGS.get(ending) is not kind:
        raise refusals.WrongEnding(ending=f".{ending[:10]}", kind=KIND_WORDS[kind])
