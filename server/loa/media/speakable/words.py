"""Abbreviations, words in capitals and foreign words."""

import functools
import re
from collections.abc import Iterator

from vietnormalizer import VietnameseNormalizer, is_vietnamese_word

from loa.media.speakable.codes import spelled
from loa.media.speakable.lexicon import CAPITAL, DOTTED, FOREIGN, LETTERS, WORDS

_KNOWN = re.compile(
    rf"(?<![\w&])(?:{'|'.join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True))})(?![\w&])"
)
_DOTTED = re.compile(
    rf"(?<!\w)({'|'.join(sorted(DOTTED, key=len, reverse=True))})\.\s?(?=[A-ZĐÁÀẢÃẠĂÂÊÔƠƯÉÍÓÚÝ]\w|\d|[a-zđ]{{3}})"
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-ZĐ]\.){2,6}(?!\w)")
_AND_SO_ON = re.compile(r"(?<!\w)(?:v\.v\.?|vv\.{0,3})(?!\w)")
_UPPER = "".join(letter for letter in map(chr, range(0x41, 0x1EFA)) if letter.isupper())
_CAPITALS = re.compile(rf"(?<!\w)[{_UPPER}]{{2,}}(?!\w)")
HEADING_WORDS = 2
"""A line with so many syllables in capitals is a heading."""
_LONG_ENOUGH = 4
"""A word of capitals this long, with two vowels in it, is a name: the storms YAGI and NORU."""
_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,40}(?:-[^\W\d_]{1,20})?(?!\w)")
_SINGLE = re.compile(r"(?<!\w)([B-DF-HJ-NP-TV-XZĐ])(?!\w)")
_ACCENTED = re.compile(r"[À-ỹ]")


def read_abbreviations(text: str) -> str:
    """Return text with known abbreviations in words."""
    text = _AND_SO_ON.sub("vân vân", text)
    text = _DOTTED.sub(lambda match: f"{DOTTED[match[1]]} ", text)
    text = _INITIALS.sub(lambda match: spelled(match[0].replace(".", "")), text)
    return _KNOWN.sub(lambda match: WORDS[match[0]], text)


def read_capitals(text: str) -> str:
    """Return text in which words in capitals are words, and everything else in capitals is spelled."""
    return "\n".join(_line(line) for line in text.split("\n"))


def read_foreign(text: str) -> str:
    """Return text with foreign words as a Vietnamese reader says them."""
    return _SINGLE.sub(lambda match: LETTERS[match[1]], _WORD.sub(_foreign, text))


def unknown(text: str) -> Iterator[str]:
    """Yield each word of such a text that would be spelled, or is neither Vietnamese nor in any dictionary of ours."""
    for line in text.split("\n"):
        capitals = _CAPITALS.findall(line)
        is_heading = sum(1 for word in capitals if is_vietnamese_word(word.lower())) >= HEADING_WORDS
        for found in _WORD.finditer(line):
            word, lower = found[0], found[0].lower()
            if "-" in word or lower in FOREIGN or lower in _dictionary() or word in CAPITAL:
                continue
            is_spelled = word in capitals and not is_heading and _consonants_only(word)
            if is_spelled or not is_vietnamese_word(lower):
                yield word


def _line(line: str) -> str:
    found = _CAPITALS.findall(line)
    is_heading = sum(1 for word in found if is_vietnamese_word(word.lower())) >= HEADING_WORDS

    def read(match: re.Match[str]) -> str:
        word = match[0]
        if word in CAPITAL and not is_heading:
            return CAPITAL[word]
        if _ACCENTED.search(word.replace("Đ", "").replace("Ư", "").replace("Ơ", "")) and is_vietnamese_word(
            word.lower()
        ):
            return word.lower()
        if is_vietnamese_word(word.lower()) and (is_heading or not _consonants_only(word)):
            return word.lower()
        is_word = word.lower() in _dictionary() or word.lower() in FOREIGN or _is_name(word)
        return word.lower() if is_word else f" {spelled(word)} "

    return _CAPITALS.sub(read, line)


def _is_name(word: str) -> bool:
    return len(word) >= _LONG_ENOUGH and sum(1 for letter in word if letter in "AEIOUY") > 1


def _consonants_only(word: str) -> bool:
    return not set(word) & set("AEIOUYĂÂÊÔƠƯ")


def _foreign(match: re.Match[str]) -> str:
    word = match[0].lower()
    if word in FOREIGN:
        return FOREIGN[word]
    if "-" in word or is_vietnamese_word(word):
        return match[0]
    return _dictionary().get(word, match[0]).replace("-", " ")


@functools.cache
def _dictionary() -> dict[str, str]:
    """Return vietnormalizer's words, without those that are Vietnamese syllables."""
    words: dict[str, str] = VietnameseNormalizer().replacements
    return {word: said for word, said in words.items() if len(word) > 1 and not is_vietnamese_word(word)}
