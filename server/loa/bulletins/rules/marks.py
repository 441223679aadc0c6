"""Passages that a note is about: where sentences begin and end, and what a passage may be. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MARKS_MOST = 20
MARK_NOTE_LONGEST = 500

_SENTENCE = re.compile(r"[^.!?…\n]*[.!?…]+[\"”’)\]]*|[^.!?…\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of the kept text, in code points, half-open, with what is to be changed there."""

    begin: int
    end: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a text for a page: plain, or marked by the notes with these numbers."""

    text: str
    numbers: Sequence[int] = ()


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of a kept text stand, without the blanks around them."""
    found = []
    for match in _SENTENCE.finditer(text):
        words = match.group()
        begin = match.start() + len(words) - len(words.lstrip())
        end = match.end() - (len(words) - len(words.rstrip()))
        if any(letter.isalnum() for letter in text[begin:end]):
            found.append((begin, end))
    return found


def is_within(passage: Passage, text: str) -> bool:
    """Tell whether a passage lies in a text and holds more than blanks."""
    return 0 <= passage.begin < passage.end <= len(text) and bool(text[passage.begin : passage.end].strip())


def parsed(place: str, note: str) -> Passage | None:
    """Return the passage a form names as `12-40`; None when it is no place."""
    begin, _, end = place.strip().partition("-")
    if not all(side.isascii() and side.isdecimal() and len(side) < 7 for side in (begin, end)):
        return None
    return Passage(begin=int(begin), end=int(end), note=note)


def pieces(text: str, passages: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Return a text cut where passages begin and end, each piece with the numbers, from 1, of those it lies in."""
    cuts = sorted({0, len(text), *(at for passage in passages for at in passage)})
    return [
        Stretch(
            text=text[begin:end],
            numbers=[number for number, (first, last) in enumerate(passages, 1) if first <= begin and end <= last],
        )
        for begin, end in pairwise(cuts)
    ]
