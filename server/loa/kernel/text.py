"""Vietnamese text: one stored form, one folded form for search, one order for names."""

import re
import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET, start=1000)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Level first, then huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries."""

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What nobody sees (Unicode's default ignorable letters): some turn what follows, all let two words look alike."""

_PICTURES = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_LOOKS = re.compile(f"(?<![#*0-9\u00a9\u00ae{_PICTURES}])[\ufe0e\ufe0f]")
_JOINERS = re.compile(f"(?<![\ufe0e\ufe0f{_PICTURES}])\u200d|\u200d(?![{_PICTURES}])")
"""They are seen where they make one picture of two, nowhere else."""

_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAP = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
"""No letter of any language carries more than three marks; a heap of them covers the lines around it."""

_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")

SortKey = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def stored(text: str) -> str:
    """Return the NFC form in which text is kept: nothing in it that nobody sees, line breaks and tabs aside."""
    seen = _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text).replace("\u2800", " "))
    seen = "".join(letter for letter in seen if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    composed = unicodedata.normalize("NFC", _JOINERS.sub("", _LOOKS.sub("", seen)))
    return _HEAP.sub(r"\1", composed)


def line(text: str) -> str:
    """Return the form in which text of one line is kept: as `stored`, with single spaces and none at its ends."""
    return " ".join(stored(text).split())


def folded(text: str) -> str:
    """Return lower-case text without accents; `Đ` becomes `d`."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")


def sort_key(name: str) -> SortKey:
    """Return a key that orders names the Vietnamese way: syllable by syllable, letters before tones."""
    return tuple(_syllable(syllable) for syllable in name.casefold().split())


def person_sort_key(name: str) -> SortKey:
    """Return a key that orders people the Vietnamese way: by given name, which stands last, then by the whole name."""
    whole = sort_key(name)
    return (*whole[-1:], *whole)


def _syllable(syllable: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    apart = unicodedata.normalize("NFD", syllable)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
    tones = tuple(_TONES[mark] for mark in apart if mark in _TONES)
    return tuple(_RANK.get(letter, ord(letter)) for letter in letters), tones
