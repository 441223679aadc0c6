"""Where the reader takes breath."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PAUSES_MS = {"\n": 700, ".": 500, "!": 500, "?": 500, ":": 350, ";": 350, ",": 200, " ": 150}
"""How long the reader rests at a mark; a space is a breath taken in a long sentence."""
LAST_MS = 300
BREATH_WORDS = 25
"""More words than these are not read in one breath."""
_LEAST = 6
"""No breath before so many words: a phrase of two words sounds like stumbling."""
_END = re.compile(r"([.!?:;\n]+)")
_WORD = re.compile(r"\w")
_CONJUNCTIONS = frozenset(["và", "hoặc", "nhưng", "mà", "để", "vì", "do", "nếu", "khi", "nên", "rồi", "thì", "nhằm"])
_PREPOSITIONS = frozenset(
    ["tại", "từ", "đến", "theo", "trong", "với", "cho", "bằng", "như", "gồm", "trước", "sau", "về"]
)
"""Words before which a sentence may be cut; conjunctions sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words read in one breath, and the pause after them."""

    text: str
    pause_ms: int


def phrases(spoken: str) -> list[Phrase]:
    """Split speakable text into phrases no longer than a breath; a paragraph rests longest, the last phrase shortest.

    A long sentence is cut at a comma, else before a conjunction, else where the breath ends.
    """
    pieces = _END.split(spoken)
    found: list[Phrase] = []
    for words, end in zip(pieces[::2], [*pieces[1::2], "."], strict=True):
        if not _WORD.search(words):
            continue
        tone = "?" if "?" in end else "."
        *first, last = _breaths(words.split())
        found += [Phrase(text=f"{text.rstrip(',')},", pause_ms=PAUSES_MS[mark]) for text, mark in first]
        found.append(Phrase(text=last[0].rstrip(",") + tone, pause_ms=max(PAUSES_MS[mark] for mark in end)))
    if found:
        found[-1] = Phrase(text=found[-1].text, pause_ms=LAST_MS)
    return found


def _breaths(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a sentence, each with the mark it ends at."""
    start = 0
    while len(words) - start > BREATH_WORDS:
        cut = _cut(words, start)
        part = " ".join(words[start:cut])
        yield part, "," if part.endswith(",") else " "
        start = cut
    yield " ".join(words[start:]), "."


def _cut(words: list[str], start: int) -> int:
    """Return where the next part begins: as late as one breath allows."""
    latest = start + BREATH_WORDS
    places = range(latest, start + _LEAST - 1, -1)
    after_comma = next((at for at in places if words[at - 1].endswith(",")), None)
    if after_comma is not None:
        return after_comma
    for joining in (_CONJUNCTIONS, _PREPOSITIONS):
        before = next((at for at in places if words[at].lower() in joining), None)
        if before is not None:
            return before
    return latest
