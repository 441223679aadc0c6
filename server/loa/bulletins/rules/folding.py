"""How words are made alike for search: what a person types and what stands in a bulletin meet in one form.

The database does the same in `bulletins_accented` and `bulletins_folded` (migration); a property test compares.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

WORD_LONGEST = 60

_GAPS = (
    "\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u1680\\u180e\\u2000-\\u2bff\\u2e00-\\u2e7f"
    "\\u3000-\\u303f\\ufe00-\\ufe0f\\ufeff\\uff00-\\uff0f"
)
"""Signs that part words: punctuation, blanks and marks nobody sees. Also the text of the migration."""

_GAP = re.compile(f"(?:^|[\x00{_GAPS}])[\x00{_GAPS}\u0300-\u036f]*")
"""An accent on no letter is no word either: it parts words as the blank under it does."""

_WORD = re.compile(f"[^\x00{_GAPS}]+")
_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
"""Sắc, huyền, hỏi, ngã, nặng, numbered as typists do. As a number at the end, hòa and hoà are one."""

_QUALITIES = frozenset("\u0302\u0306\u031b")
"""Circumflex, breve and horn: they make another letter, not another tone."""

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZĐ", "abcdefghijklmnopqrstuvwxyzđ")
_LONE_Y = re.compile("^(|[bcdđghklmnprstvx]|ch|gh|kh|nh|ph|th|tr|qu)y([1-5]*)$")
"""Kỹ and kĩ, quý and quí, y tế and i tế are the same words; thúy and thúi are not."""


def folded(text: str) -> str:
    """Return the words of a text without accents, in lower case, one blank between them: `Hòa Bình` is `hoa binh`."""
    bare = ("".join(sign for sign in word if not _is_mark(sign)).replace("đ", "d") for word in _words(text))
    return " ".join(_LONE_Y.sub(r"\1i\2", word) for word in bare)


def accented(text: str) -> str:
    """Return the words of a text with what their accents say, however they were typed: `Hoà Bình` is `hoa2 binh2`."""
    return " ".join(_LONE_Y.sub(r"\1i\2", _toned(word)) for word in _words(text))


def _words(text: str) -> list[str]:
    lower = unicodedata.normalize("NFD", text).translate(_LOWER)
    return [word[:WORD_LONGEST] for word in _GAP.sub(" ", lower).split(" ") if word]


def _toned(word: str) -> str:
    letters = "".join(sign for sign in word if sign in _QUALITIES or not _is_mark(sign))
    return letters + "".join(number for tone, number in _TONES.items() if tone in word)


def _is_mark(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f"


def places(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield begin, end and folded form of each word where it stands in a text."""
    for found in _WORD.finditer(text):
        yield found.start(), found.end(), _folded_word(found[0])


@functools.lru_cache(maxsize=20_000)
def _folded_word(word: str) -> str:
    return folded(word)
