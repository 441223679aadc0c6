"""How two texts differ, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

PARTS_COMPARED = 4_000
"""Beyond this many words texts are compared by lines, and beyond as many lines as wholes: it would take seconds."""

_WORD = re.compile(r"\s+|[^\s]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Change(StrEnum):
    """What became of a piece."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text, and whether both have it."""

    change: Change
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return the pieces that turn one text into another, in reading order."""
    old, new = _parts(before, after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(change=Change.SAME, text="".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece(change=Change.GONE, text="".join(old[a:b])))
        if c < d:
            pieces.append(Piece(change=Change.NEW, text="".join(new[c:d])))
    return pieces


def both(before: str, after: str) -> str:
    """Return a text that keeps what either has: a place to begin from when two people wrote at once."""
    whole = ""
    for piece in differences(before, after):
        is_glued = piece.change == Change.NEW and whole and not whole[-1].isspace() and not piece.text[0].isspace()
        whole += f" {piece.text}" if is_glued else piece.text
    return whole


def _parts(before: str, after: str) -> tuple[Sequence[str], Sequence[str]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > PARTS_COMPARED:
        old, new = _LINE.findall(before), _LINE.findall(after)
    if len(old) + len(new) > PARTS_COMPARED:
        return [before] if before else [], [after] if after else []
    return old, new
