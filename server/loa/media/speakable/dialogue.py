"""Who says which line of a text that two voices read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PAIRS = (("hỏi", "đáp"), ("a", "b"), ("nam", "nữ"))
"""Marks at the beginning of a line, with a colon: the first and the second voice."""

_MARK = re.compile(rf"^\s*[-–—•*]?\s*({'|'.join(mark for pair in PAIRS for mark in pair)})\s*[:：]\s*", re.IGNORECASE)
_SPEAKER = {mark: number for pair in PAIRS for number, mark in enumerate(pair)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Lines of one speaker, one after another: 0 is the first voice, 1 the second."""

    speaker: int
    text: str


def turns(text: str) -> Sequence[Turn]:
    """Return who says what. Lines without a mark go on with the speaker before; the first voice begins."""
    found: list[tuple[int, list[str]]] = []
    speaker = 0
    for line in text.splitlines():
        mark = _MARK.match(line)
        if mark is not None:
            speaker = _SPEAKER[mark[1].lower()]
        said = line[mark.end() :] if mark is not None else line
        if not found or found[-1][0] != speaker:
            found.append((speaker, []))
        found[-1][1].append(said)
    joined = (Turn(speaker=who, text="\n".join(lines)) for who, lines in found)
    return [turn for turn in joined if turn.text.strip()]
