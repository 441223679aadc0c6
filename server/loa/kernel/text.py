"""Vietnamese text: one stored form, one folded form for search, one order for names."""

import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET, start=1000)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Level first, then huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries."""

_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that nobody sees and that make the text after them run backwards: a name could read as another one."""

SortKey = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def stored(text: str) -> str:
    """Return the NFC form in which text is kept, without control characters other than line breaks and tabs."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(letter for letter in composed if letter in "\n\t" or not _is_control(letter))


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


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" or letter in _TURNS_DIRECTION


def _syllable(syllable: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    apart = unicodedata.normalize("NFD", syllable)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
    tones = tuple(_TONES[mark] for mark in apart if mark in _TONES)
    return tuple(_RANK.get(letter, ord(letter)) for letter in letters), tones
