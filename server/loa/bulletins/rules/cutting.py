"""Cuts Vietnamese text where a reader would: after sentences, clauses, words; never inside a number or date."""

import re

ELLIPSIS = "…"
LONGEST_WHOLE = 28
"""Letters of what a reader takes in as one; a longer run of figures may be broken."""

_EDGES = " .,;:–—-"

_SHORTENED = re.compile(
    r"(?:^|[\s(])(?:TP|Tp|TX|TT|P|Q|H|X|KP|KCN|ĐT|Đt|SĐT|Tel|ThS|TS|PGS|GS|BS|Bs|DS|KS|CN|Ông|Mr|No|St|v\.v|\w)\.$"
)
_ENUMERATED = re.compile(r"(?:^|\n)\s*(?:\d{1,3}|[a-zđ])[.)]$")
_STOP = re.compile(r"[.!?…]+[\"”')\]]*(?=\s)")
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)")
_DANGLING = re.compile(
    r"(?:[\s,;:–—-]+(?:và|hoặc|từ|đến|tại|ở|của|cho|với|để|do|vì|là|các|những|một|theo|trên|dưới|trong|ngoài|số|ngày|"
    r"lúc|vào|về|khi|nếu|mà|thì|bị|được|không))*[\s,;:–—-]*$",
    re.IGNORECASE,
)
_TIME = r"\d{1,2}\s?(?:giờ|[hg])(?:\s?\d{1,2}(?:\s?phút|p)?|\srưỡi)?|\d{1,2}:\d{2}"
_DATE = (
    r"(?:ngày\s)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?|ngày\s\d{1,2}(?:\stháng\s\d{1,2})?(?:\snăm\s\d{4})?"
    r"|tháng\s\d{1,2}(?:\snăm\s\d{4}|/\d{4})?|(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy)|chủ\snhật)"
)
_NUMBER = r"\(?\+?\d[\d.,()/-]*(?:\s\d[\d.,()/-]*){0,6}(?:\s?[\w%/²³°]{1,8})?"
_WHOLE = re.compile(rf"{_TIME}|{_DATE}|{_NUMBER}", re.IGNORECASE)
"""What is read as one: times, dates, phone numbers, sums with their unit."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each trimmed. A line break ends one; an abbreviation or `1.` does not."""
    return [sentence for line in text.split("\n") for sentence in _of_line(line.strip()) if sentence]


def clauses(sentence: str) -> list[str]:
    """Return the parts of a sentence between commas, semicolons, colons and dashes, without these."""
    whole = _whole(sentence)
    parts, start = [], 0
    for mark in _CLAUSE.finditer(sentence):
        if _is_between(mark.start(), whole):
            parts.append(sentence[start : mark.start()])
            start = mark.end()
    parts.append(sentence[start:])
    return [part for part in (one.strip(_EDGES) for one in parts) if part]


def fit(text: str, longest: int) -> str:
    """Return a text on one line of at most `longest` letters: whole sentences, else clauses, else words and `…`.

    A single word, number or date that is longer than all the room is cut through: nothing else is left to do.
    """
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    kept = ""
    for sentence in sentences(flat[: longest + 2]):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > longest:
            break
        kept = longer
    return kept or _words(flat, longest)


def rows(text: str, width: int) -> list[str]:
    """Return a text in rows of at most `width` letters, broken between words; times, dates and numbers stay whole."""
    out, row = [], ""
    for piece in (part for whole in _pieces(" ".join(text.split())) for part in _within(whole, width)):
        longer = f"{row} {piece}".strip()
        if len(longer) <= width:
            row = longer
            continue
        if row:
            out.append(row)
        *full, row = [piece[place : place + width] for place in range(0, len(piece), width)]
        out += full
    return [*out, row] if row else out


def _within(piece: str, width: int) -> list[str]:
    """Return a piece, or its words when a row cannot hold it."""
    return [piece] if len(piece) <= width else piece.split(" ")


def _of_line(line: str) -> list[str]:
    found, start = [], 0
    for stop in _STOP.finditer(line):
        said = line[start : stop.end()]
        near = said[-24:]
        if (stop.group() == "." and _SHORTENED.search(near)) or _ENUMERATED.search(
            said[-8:] if len(said) > 8 else said
        ):
            continue
        found.append(said.strip())
        start = stop.end()
    found.append(line[start:].strip())
    return found


def _words(flat: str, longest: int) -> str:
    """Return as much as there is room for: to the last clause past the middle, else to the last word."""
    room = longest - len(ELLIPSIS)
    whole = _whole(flat[: longest + LONGEST_WHOLE])
    marks = [mark.start() for mark in _CLAUSE.finditer(flat[: room + 1]) if _is_between(mark.start(), whole)]
    if marks and marks[-1] * 2 >= room:
        return flat[: marks[-1]].rstrip(_EDGES) + ELLIPSIS
    spaces = [place for place in range(room + 1) if flat[place] == " " and _is_between(place, whole)]
    if not spaces:
        return flat[:room].rstrip() + ELLIPSIS
    cut = flat[: spaces[-1]]
    tail = _DANGLING.sub("", cut[-80:])
    return (cut[:-80] + tail if tail else cut).rstrip(_EDGES) + ELLIPSIS


def _whole(text: str) -> list[tuple[int, int]]:
    spans = (found.span() for found in _WHOLE.finditer(text))
    return [(begin, end) for begin, end in spans if end - begin <= LONGEST_WHOLE]


def _is_between(place: int, whole: list[tuple[int, int]]) -> bool:
    return not any(begin < place < end for begin, end in whole)


def _pieces(flat: str) -> list[str]:
    """Return the words of a text, what is read as one being one."""
    inside = {place for begin, end in _whole(flat) for place in range(begin + 1, end)}
    pieces, start = [], 0
    for place, letter in enumerate(flat):
        if letter == " " and place not in inside:
            pieces.append(flat[start:place])
            start = place + 1
    return [piece for piece in [*pieces, flat[start:]] if piece]
