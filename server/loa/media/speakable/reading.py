"""The order in which written Vietnamese is made speakable: particular signs first, plain numbers and words last."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from loa.kernel.text import stored
from loa.media.speakable import codes, dates, identities, places, quantities, words
from loa.media.speakable.dictionary import NO_WORDS, Lexicon, Word, unmarked
from loa.media.speakable.lexicon import SYMBOLS

_DASHES = re.compile(r"[‐‑‒–—―−]")
_APOSTROPHES = re.compile(r"[’ʼ′]")
_QUOTES = re.compile(r"[\"“”„«»‘`´*_#|\\^~<>{}\[\]]")
_BULLET = re.compile(r"(?m)^[^\S\n]*(?:[-+]+[^\S\n]+|[•·●▪►*–]+[^\S\n]*)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_COMPARE = {"~": "khoảng ", "≈": "khoảng ", "<": "dưới ", ">": "trên "}
_BETWEEN_NUMBERS = {"<": " nhỏ hơn ", ">": " lớn hơn "}
_BRACKETS = re.compile(r"\s*[()]\s*")
_DASH_PAUSE = re.compile(r"\s+-+\s*|\s*-+\s+|^-+|-+$", re.MULTILINE)
_ALLOWED = re.compile(r"[^\w\s.,;:!?\U000F0000-\U000FFFFD]|_")
_SPACE = re.compile(r"[^\S\n]+")


STEPS: Sequence[Callable[[str], str]] = (
    codes.read_net,
    identities.read_identities,
    codes.read_documents,
    places.read_places,
    codes.read_phones,
    dates.read_dates,
    dates.read_times,
    codes.read_romans,
    quantities.read_ranges,
    quantities.read_amounts,
    words.read_abbreviations,
    codes.read_codes,
    quantities.read_numbers,
    words.read_capitals,
    words.read_foreign,
)


def spoken(text: str, *, lexicon: Lexicon = NO_WORDS) -> str:
    """Return text as it will be read out: words and the marks that make a reader pause. Lines stay lines.

    What `lexicon` says of a word goes before every rule.
    """
    text, said = lexicon.marked(evened(text))
    text = undecorated(text)
    for read in STEPS:
        text = read(text)
    return _tidy(text, said)


def evened(text: str) -> str:
    """Return text in one form: composed letters, plain digits, plain spaces, one kind of dash and of apostrophe."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", stored(text)))
    text = "".join(_plain(letter) for letter in text)
    return _SPACE.sub(" ", _APOSTROPHES.sub("'", _DASHES.sub("-", unicodedata.normalize("NFC", text))))


def word(written: str, spoken: str, *, is_exact_case: bool = False) -> Word:
    """Return an entry of a dictionary from what somebody typed, in the form in which texts are searched."""
    return Word(
        written=" ".join(evened(written).split()), spoken=" ".join(evened(spoken).split()), is_exact_case=is_exact_case
    )


def cleaned(text: str) -> str:
    """Return text as the steps take it: in one form, without decoration."""
    return undecorated(evened(text))


def undecorated(text: str) -> str:
    """Return even text without bullets, quotation marks and the like, signs between numbers in words."""
    text = _BULLET.sub("", text)
    text = re.sub(r"(?<=\d)\s?([<>])\s?(?=\d)", lambda match: _BETWEEN_NUMBERS[match[1]], text)
    text = re.sub(r"([<>~≈])\s?(?=\d)", lambda match: _COMPARE[match[1]], text)
    text = places.read_apostrophes(places.read_coordinates(text))
    text = _SPACE.sub(" ", _QUOTES.sub(" ", text))
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _plain(letter: str) -> str:
    if letter == "\n" or letter.isascii():
        return letter
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind.startswith("Z"):
        return "\n" if kind in {"Zl", "Zp"} else " "
    if kind in {"Cn", "Co", "Cs", "Cf"} or (kind == "So" and letter not in "°№℃"):
        return " "
    return letter


def _tidy(text: str, said: list[str]) -> str:
    """Return text with only words and pauses in it, each pause once."""
    for symbol, name in SYMBOLS.items():
        text = text.replace(symbol, f" {name} ")
    text = _BRACKETS.sub(", ", text)
    text = _DASH_PAUSE.sub(", ", text)
    text = unmarked(_ALLOWED.sub(" ", text), said)
    text = _SPACE.sub(" ", text)
    text = re.sub(r" *([.,;:!?])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[.!?])|(?<=[.!?])[.,;:]+|(?<=[,;:])[,;:]+", "", text)
    text = re.sub(r"(?<=[,;:!?])(?=\w)", " ", text)
    lines = (re.sub(r"^[\s,;:.!?]+|[\s,;:]+$", "", line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
