"""Where the reader takes breath."""

import re
from dataclasses import dataclass

PAUSES_MS = {"\n": 700, ".": 500, "!": 500, "?": 500, ":": 350, ";": 350}
LAST_MS = 300
_END = re.compile(r"([.!?:;\n]+)")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words read in one breath, and the pause after them."""

    text: str
    pause_ms: int


def phrases(spoken: str) -> list[Phrase]:
    """Split speakable text into phrases; a paragraph rests longest, the last phrase shortest."""
    pieces = _END.split(spoken)
    found: list[Phrase] = []
    for words, end in zip(pieces[::2], [*pieces[1::2], "."], strict=True):
        if _WORD.search(words):
            tone = "?" if "?" in end else "."
            pause_ms = max(PAUSES_MS[mark] for mark in end)
            found.append(Phrase(text=words.strip() + tone, pause_ms=pause_ms))
    if found:
        found[-1] = Phrase(text=found[-1].text, pause_ms=LAST_MS)
    return found
