"""What of an administrative paper is to be said: without letterhead, recipients and signatures.

Where those parts stand in a paper: Decree 30/2020/NĐ-CP, annex I.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NATION = re.compile(r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN VIỆT NAM", re.IGNORECASE)
_PLACE_DATE = re.compile(r"ngày\s*[\d.… ]{0,4}\s*tháng\s*[\d.… ]{0,4}\s*năm\s*[\d.…]{2,4}\s*$", re.IGNORECASE)
_KINDS = (
    "THÔNG BÁO|KẾ HOẠCH|QUYẾT ĐỊNH|NGHỊ QUYẾT|CHỈ THỊ|CÔNG ĐIỆN|CÔNG VĂN|HƯỚNG DẪN|CHƯƠNG TRÌNH|BÁO CÁO|TỜ TRÌNH|"
    "GIẤY MỜI|THƯ NGỎ|LỜI KÊU GỌI|QUY CHẾ|QUY ĐỊNH|ĐỀ ÁN|PHƯƠNG ÁN|THỂ LỆ|LỊCH[ \\w]*|BẢN TIN"
)
_KIND = re.compile(rf"\s*({_KINDS})\s*(.*)")
_ABOUT = re.compile(r"\s*(?:V\s*/\s*v|Về việc|Về)\s*:?\s+(.+)", re.IGNORECASE)
_RECIPIENTS = re.compile(r"\s*nơi nhận\s*(?::.*)?$", re.IGNORECASE)
_SIGNED = re.compile(
    r"\s*(?:TM|KT|TL|TUQ|Q)\s*\.\s*[A-ZĐÀ-Ỹ ,.-]{4,}$|\s*(?:CHỦ TỊCH|PHÓ CHỦ TỊCH|GIÁM ĐỐC|BÍ THƯ)\s*$"
)
_RULED = re.compile(r"[\s_\-–—=*.]{3,}|[\s]*")
_HEAD_LINES = 16
_TAIL_SHARE = 0.5
_KIND_LONGEST = 60
_TITLE_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is left, and what was left out: `letterhead`, `recipients`, `signature`."""

    title: str
    lines: Sequence[str]
    notes: Sequence[str]


def body(lines: Sequence[str]) -> Body:
    """Return the words that are meant for people, and a title where the paper names its subject."""
    kept = [" ".join(line.split()) for line in lines]
    notes = []
    about = _subject(kept[:_HEAD_LINES])
    start = _after_letterhead(kept)
    if start:
        notes.append("letterhead")
    stop, tail_notes = _before_signature(kept, start)
    rest: Sequence[str] = kept[start:stop]
    kind, rest = _take_kind(rest)
    return Body(title=_title(kind, about), lines=_tidy(rest), notes=[*notes, *tail_notes])


def _after_letterhead(kept: Sequence[str]) -> int:
    """Return where the paper begins to speak: behind place and date, which stand last in a letterhead."""
    head = kept[:_HEAD_LINES]
    if not any(_NATION.search(line) for line in head):
        return 0
    dated = [number for number, line in enumerate(head) if _PLACE_DATE.search(line)]
    nation = max(number for number, line in enumerate(head) if _NATION.search(line))
    return max(dated, default=nation) + 1


def _before_signature(kept: Sequence[str], start: int) -> tuple[int, list[str]]:
    """Return where recipients and signatures begin, and which were found. A name alone signs only near the end."""
    from_line = start + int((len(kept) - start) * _TAIL_SHARE)
    for number in range(start + 1, len(kept)):
        if _RECIPIENTS.match(kept[number]):
            return number, ["recipients", "signature"]
        if number >= from_line and _SIGNED.match(kept[number]):
            return number, ["signature"]
    return len(kept), []


def _take_kind(rest: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the kind of paper and what follows its heading, the subject below it included."""
    found = [number for number, line in enumerate(rest[:4]) if line]
    for number in found:
        match = _KIND.match(rest[number])
        if match is None or len(rest[number]) > _KIND_LONGEST or rest[number] != rest[number].upper():
            continue
        after = number + 1
        while after < len(rest) and (not rest[after] or _ABOUT.match(rest[after]) or _RULED.fullmatch(rest[after])):
            after += 1
            if _ABOUT.match(rest[after - 1]):
                break
        return match[1].strip(), rest[after:]
    return "", rest


def _subject(head: Sequence[str]) -> str:
    return next((match[1].strip() for line in head if (match := _ABOUT.match(line)) is not None), "")


def _title(kind: str, about: str) -> str:
    if kind and about:
        title = f"{kind.capitalize()} về việc {about[:1].lower()}{about[1:]}"
    else:
        title = kind.capitalize() or f"{about[:1].upper()}{about[1:]}"
    return title[:_TITLE_LONGEST].rstrip(" .,;:/")


def _tidy(rest: Sequence[str]) -> list[str]:
    """Return the lines without rules, the closing sign of papers, and more than one empty line in a row."""
    tidy: list[str] = []
    for line in rest:
        words = "" if _RULED.fullmatch(line) else re.sub(r"\s*\./\.\s*$", ".", line)
        if words or (tidy and tidy[-1]):
            tidy.append(words)
    while tidy and not tidy[-1]:
        tidy.pop()
    return tidy
