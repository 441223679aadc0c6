"""What will be read, with the places marked where it differs from what is written."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+|\n|[^\w\s]+")
_READ_AHEAD, _WRITTEN_AHEAD = 90, 14
"""How far apart what is read and what is written may drift before they meet again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that are read as they stand, or, with `instead_of`, in the place of something else."""

    text: str
    instead_of: str = ""


def compared(written: str, spoken: str) -> list[Piece]:
    """Return what is read, in pieces. Takes time in proportion to the text."""
    there = [found[0] for found in _TOKEN.finditer(written)]
    read = list(_TOKEN.finditer(spoken))
    pieces: list[Piece] = []
    at = seen = begun = 0
    while at < len(read):
        if seen < len(there) and _alike(there[seen], read[at][0]):
            at, seen = at + 1, seen + 1
            continue
        if not re.match(r"\w", read[at][0]):
            at += 1
            continue
        if seen < len(there) and not re.match(r"\w", there[seen]) and _meets(there[seen + 1 :], read, at):
            seen += 1
            continue
        read_on, written_on = _meeting(there[seen : seen + _WRITTEN_AHEAD + 1], read[at : at + _READ_AHEAD + 2])
        before, after = read[at].start(), read[at + read_on - 1].end() if read_on else read[at].start()
        if read_on:
            pieces += [Piece(text=spoken[begun:before])] if before > begun else []
            instead = " ".join(there[seen : seen + written_on])
            pieces.append(Piece(text=spoken[before:after], instead_of=instead or "–"))
            begun = after
        at, seen = at + read_on, seen + written_on
    return [*pieces, Piece(text=spoken[begun:])] if begun < len(spoken) else pieces


def _alike(first: str, second: str) -> bool:
    return first == second or first.casefold() == second.casefold()


def _meets(there: list[str], read: list[re.Match[str]], at: int) -> bool:
    return bool(there) and _alike(there[0], read[at][0])


def _meeting(there: list[str], read: list[re.Match[str]]) -> tuple[int, int]:
    """Return how many tokens of each side pass until both say the same word: the nearest such place."""
    words = [match[0] for match in read]
    for written_on in range(len(there)):
        if not re.match(r"[^\W\d]", there[written_on]):
            continue
        for read_on in range(1, len(words)):
            follows = written_on + 1 >= len(there) or read_on + 1 >= len(words)
            is_met = _alike(there[written_on], words[read_on])
            if is_met and (follows or _alike(there[written_on + 1], words[read_on + 1]) or written_on < 3):
                return read_on, written_on
    return max(1, len(words) - 1), len(there)
