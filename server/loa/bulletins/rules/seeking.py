"""What a person asks the archive: words, phrases in quotes, words that must not occur, and abbreviations in full."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loa.bulletins.rules import folding

ASKED_LONGEST = 200
WORDS_MOST = 12
PREFIX_SHORTEST = 3
"""Letters from which on an unfinished word is completed: shorter ones begin too many."""

ABBREVIATIONS: Mapping[str, str] = {
    "ATTP": "an toàn thực phẩm",
    "ATGT": "an toàn giao thông",
    "ANTT": "an ninh trật tự",
    "BCH": "ban chỉ huy",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "CCCD": "căn cước công dân",
    "CCHC": "cải cách hành chính",
    "HĐND": "hội đồng nhân dân",
    "HTX": "hợp tác xã",
    "KHHGĐ": "kế hoạch hóa gia đình",
    "MTTQ": "mặt trận tổ quốc",
    "NTM": "nông thôn mới",
    "PCCC": "phòng cháy chữa cháy",
    "PCTT": "phòng chống thiên tai",
    "QSDĐ": "quyền sử dụng đất",
    "TDTT": "thể dục thể thao",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TTHC": "thủ tục hành chính",
    "TTYT": "trung tâm y tế",
    "UBND": "ủy ban nhân dân",
    "VSMT": "vệ sinh môi trường",
}
_FULL = {folding.folded(short): folding.folded(full).split() for short, full in ABBREVIATIONS.items()}
_PIECE = re.compile(r'(-?)"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Words that stand side by side, folded and with accents, both of one length."""

    folded: Sequence[str]
    accented: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What must occur, what must not, and whether anything was typed with accents."""

    wanted: Sequence[Wanted]
    unwanted: Sequence[Wanted]

    @property
    def has_accents(self) -> bool:
        """Tell whether a form with accents would narrow anything."""
        return any(list(one.folded) != list(one.accented) for one in self.wanted)

    @property
    def certain_words(self) -> set[str]:
        """Return the folded words without which nothing is found: those no abbreviation stands for, nor they for one.

        The last one may be unfinished.
        """
        either = {word for short, full in _FULL.items() for word in (short, *full)}
        return {word for one in self.wanted for word in one.folded} - either

    @property
    def single_words(self) -> list[str]:
        """Return the folded words that stand alone: those in which a slip of the fingers may be mended."""
        return [one.folded[0] for one in self.wanted if len(one.folded) == 1]


def read(text: str) -> Asked:
    """Return what somebody asks. Anything at all may be typed; what has no letters asks for nothing."""
    wanted: list[Wanted] = []
    unwanted: list[Wanted] = []
    for minus, phrase, word in _PIECE.findall(text.replace("“", '"').replace("”", '"')[:ASKED_LONGEST]):
        is_unwanted = bool(minus) or (word.startswith("-") and len(word) > 1)
        found = _wanted(phrase or word)
        parts = [found] if phrase or is_unwanted else _apart(found)
        (unwanted if is_unwanted else wanted).extend(part for part in parts if part.folded)
    return Asked(wanted=_spelled(wanted)[:WORDS_MOST], unwanted=unwanted[:WORDS_MOST])


def query(asked: Asked, *, with_accents: bool = False, side_by_side: bool = False, is_unfinished: bool = False) -> str:
    """Return a text-search query of the database; empty when nothing is asked.

    `side_by_side` asks for the words in the order in which they were typed, `is_unfinished` completes the last one.
    Pairs of neighbors are words of the index (`hoa_binh`), so that nothing is looked up twice.
    """
    if not asked.wanted:
        return ""
    parts = [_either(one, with_accents=with_accents) for one in asked.wanted]
    if side_by_side:
        parts += _pairs([word for one in asked.wanted for word in one.folded])
    if is_unfinished and is_completable(asked):
        parts[-1] = f"'{asked.wanted[-1].folded[0]}':*"
    return " & ".join([*parts, *(f"!({_all(one.folded)})" for one in asked.unwanted)])


def is_completable(asked: Asked) -> bool:
    """Tell whether the last word may be the beginning of a longer one."""
    return bool(asked.wanted) and len(last := asked.wanted[-1].folded) == 1 and len(last[0]) >= PREFIX_SHORTEST


def marked_words(asked: Asked) -> frozenset[str]:
    """Return the folded words that stand out where they occur: those asked for, and abbreviations of them."""
    words = {word for one in asked.wanted for word in one.folded}
    full = {part for word in words for part in _FULL.get(word, ())}
    short = {short for short, parts in _FULL.items() if any(list(one.folded) == parts for one in asked.wanted)}
    return frozenset(words | full | short)


def mended(asked: Asked, instead: Mapping[str, str]) -> Asked:
    """Return the same with other words in the place of misspelled ones."""
    wanted = [
        Wanted(folded=[instead[one.folded[0]]], accented=[instead[one.folded[0]]])
        if len(one.folded) == 1 and one.folded[0] in instead
        else one
        for one in asked.wanted
    ]
    return Asked(wanted=wanted, unwanted=asked.unwanted)


def _wanted(text: str) -> Wanted:
    return Wanted(folded=folding.folded(text).split(), accented=folding.accented(text).split())


def _apart(one: Wanted) -> list[Wanted]:
    """Return each word on its own: what was typed without quotes may stand anywhere."""
    return [Wanted(folded=[plain], accented=[toned]) for plain, toned in zip(one.folded, one.accented, strict=True)]


def _spelled(wanted: list[Wanted]) -> list[Wanted]:
    """Put words that an abbreviation stands for side by side, so that either is found by the other."""
    words = [one.folded[0] if len(one.folded) == 1 else "" for one in wanted]
    found: list[Wanted] = []
    at = 0
    while at < len(wanted):
        length = next((len(full) for full in _FULL.values() if words[at : at + len(full)] == full), 1)
        part = wanted[at : at + length]
        found.append(
            Wanted(
                folded=[word for one in part for word in one.folded],
                accented=[word for one in part for word in one.accented],
            )
        )
        at += length
    return found


def _either(one: Wanted, *, with_accents: bool) -> str:
    """Return the words, or the abbreviation of a phrase, or the phrase of an abbreviation."""
    part = _all(one.folded, one.accented if with_accents else ())
    short = next((short for short, full in _FULL.items() if full == list(one.folded)), "")
    if short:
        return f"(({part}) | '{short}')"
    full = _FULL.get(one.folded[0]) if len(one.folded) == 1 else None
    return part if full is None else f"({part} | ({_all(full)}))"


def _all(words: Sequence[str], accented: Sequence[str] = ()) -> str:
    """Return the condition that words stand side by side, also with their accents where these are given."""
    toned = [f"'{word}'" for word in accented if word not in words]
    if len(words) == 1:
        return toned[0] if toned else f"'{words[0]}'"
    return " & ".join([*_pairs(words), *toned])


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"'{first}_{second}'" for first, second in itertools.pairwise(words)]
