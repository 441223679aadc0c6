"""Counts a short message as operators do, and brings it to their cheap alphabet."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038, 6.2.1: the default alphabet, without the escape itself
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 6.2.1.1: each of these is sent as an escape and a letter, so it counts two
EXTENSION = "\f^{}\\[~]|€"
GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67
"""Units in a message that stands alone, and in one that is joined to others: the join costs six octets."""

_BASIC, _EXTENSION = frozenset(BASIC), frozenset(EXTENSION)
_PLAIN = {
    "đ": "d", "Đ": "D", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
    "−": "-", "…": "...", "•": "-", "·": "-", "×": "x", "₫": "d", "°": " do", "\t": " ",
}  # fmt: skip


class Alphabet(StrEnum):
    """How an operator sends a message."""

    GSM = "gsm"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a message costs: its parts as they travel, units used and left in the last, and what made it UCS-2."""

    alphabet: Alphabet
    units: int
    left: int
    parts: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return how many messages are paid for."""
        return len(self.parts)


def measure(text: str) -> Size:
    """Return how a text travels. An empty text is one empty message.

    A letter of two units never stands across a border, so three parts may hold less than 3 × 153.
    """
    foreign = tuple(dict.fromkeys(letter for letter in text if letter not in _BASIC and letter not in _EXTENSION))
    weigh = _ucs2_units if foreign else _gsm_units
    alone, joined = (UCS2_ALONE, UCS2_JOINED) if foreign else (GSM_ALONE, GSM_JOINED)
    units = sum(map(weigh, text))
    parts = (text,) if units <= alone else _parts(text, weigh=weigh, joined=joined)
    room = alone if len(parts) == 1 else joined
    return Size(
        alphabet=Alphabet.UCS2 if foreign else Alphabet.GSM,
        units=units,
        left=room - sum(map(weigh, parts[-1])),
        parts=parts,
        foreign=foreign,
    )


def without_accents(text: str) -> str:
    """Return a text in the default alphabet: accents off, đ as d, quotation marks and dashes as typewriters have them.

    What has no plain form, such as a picture letter, is left out.
    """
    plain = "".join(_PLAIN.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    bare = (letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    kept = "".join(letter if letter in _BASIC or letter in _EXTENSION else _gap(letter) for letter in bare)
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def _gap(letter: str) -> str:
    return " " if letter.isspace() else ""


def _gsm_units(letter: str) -> int:
    return 2 if letter in _EXTENSION else 1


def _ucs2_units(letter: str) -> int:
    """Return the UTF-16 code units of a letter: two beyond the basic plane, as of a picture letter."""
    return 2 if ord(letter) > 0xFFFF else 1


def _parts(text: str, *, weigh: Callable[[str], int], joined: int) -> tuple[str, ...]:
    parts, start, used = [], 0, 0
    for place, letter in enumerate(text):
        weight = weigh(letter)
        if used + weight > joined:
            parts.append(text[start:place])
            start, used = place, 0
        used += weight
    parts.append(text[start:])
    return tuple(parts)
