"""The part of a text in which the words stand that somebody looked for."""

from collections.abc import Collection
from dataclasses import dataclass

from loa.bulletins.rules import folding

LONGEST = 220
_BEFORE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a text; `is_hit` when it is a word that was looked for."""

    text: str
    is_hit: bool


def snippet(text: str, words: Collection[str], *, longest: int = LONGEST) -> list[Part]:
    """Return the text around the first of these folded words, or its beginning, with the words marked."""
    hits = [(begin, end) for begin, end, word in folding.places(text) if word in words] if words else []
    first = hits[0][0] if hits else 0
    start = 0 if first <= longest - _BEFORE else first - _BEFORE
    if start:
        start = text.find(" ", start, first) + 1 or start
    stop = (
        len(text)
        if len(text) <= start + longest
        else (text.rfind(" ", start + 1, start + longest) + 1 or start + longest)
    )
    parts = [Part(text="… ", is_hit=False)] if start else []
    at = start
    for begin, end in hits:
        if begin < at or end > stop:
            continue
        parts += [Part(text=text[at:begin], is_hit=False), Part(text=text[begin:end], is_hit=True)]
        at = end
    parts.append(Part(text=text[at:stop].rstrip() if stop < len(text) else text[at:], is_hit=False))
    if stop < len(text):
        parts.append(Part(text=" …", is_hit=False))
    return [part for part in parts if part.text]
