"""Numbers as Vietnamese words, the northern way (nghìn, linh, tư)."""

import re

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_LONGEST = 18
_BILLION = 1_000_000_000
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_PADDED = re.compile(r"0[1-9]", re.ASCII)
"""Offices write 05 for five."""
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?: \d{3}){2,}", re.ASCII)


def cardinal(number: int) -> str:
    """Return a whole number in words; below zero with “âm”; past eighteen digits digit by digit."""
    if number < 0:
        return f"âm {cardinal(-number)}"
    if len(str(number)) > _LONGEST:
        return by_digits(str(number))
    if number >= _BILLION:
        above, rest = divmod(number, _BILLION)
        return _joined(f"{cardinal(above)} tỷ", _below_billion(rest, follows=True) if rest else "")
    return _below_billion(number, follows=False)


def by_digits(text: str) -> str:
    """Return each digit of a text by its name."""
    return " ".join(DIGITS[int(letter)] for letter in text if letter in "0123456789")


def written(text: str) -> str:
    """Return a number as Vietnamese writes it, `1.234.567,8`, in words; a leading zero is read out."""
    if text[:1] in {"-", "−"}:
        return f"âm {written(text[1:])}"
    if _GROUPED.fullmatch(text):
        if "," in text and text.count(",") > 1:
            text = text.replace(",", "").replace(".", ",")
        text = text.replace(".", "").replace(" ", "")
    for mark, name in ((",", "phẩy"), (".", "chấm")):
        if mark in text:
            whole, *rest = text.split(mark)
            return f" {name} ".join([_plain(whole), *(_fraction(part) for part in rest)])
    return _plain(text)


def grouped_digits(digits: str) -> str:
    """Tell digits in threes, what is over in front, as people tell a telephone number."""
    lead = len(digits) % 3 + (3 if len(digits) % 3 == 1 else 0) or 3
    groups = [digits[:lead], *(digits[at : at + 3] for at in range(lead, len(digits), 3))]
    return ", ".join(by_digits(group) for group in groups)


def ordinal(number: int) -> str:
    """Return what follows “thứ”: nhất, hai, ba, tư."""
    return {1: "nhất", 4: "tư"}.get(number) or cardinal(number)


def roman(text: str) -> int | None:
    """Return the value of a Roman numeral up to 39, None when it is none."""
    if not text or _ROMAN.fullmatch(text) is None:
        return None
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _plain(text: str) -> str:
    if len(text) > 1 and text.startswith("0") and not _PADDED.fullmatch(text):
        return by_digits(text)
    return cardinal(int(text)) if len(text) <= _LONGEST else by_digits(text)


def _fraction(text: str) -> str:
    return by_digits(text) if text.startswith("0") or len(text) > 3 else cardinal(int(text))


def _below_billion(number: int, *, follows: bool) -> str:
    """Return a number below a milliard; `follows` when something stood before it, so that hundreds are named."""
    words = ""
    for unit, name in ((1_000_000, " triệu"), (1_000, " nghìn"), (1, "")):
        group = number // unit % 1_000
        if group or (unit == 1 and not words and not follows):
            words = _joined(words, _below_thousand(group, follows=follows or bool(words)) + name)
    return words


def _below_thousand(number: int, *, follows: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not follows:
        return _below_hundred(rest)
    words = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return words
    return f"{words} linh {DIGITS[rest]}" if rest < 10 else f"{words} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    tens, units = divmod(number, 10)
    if not tens:
        return DIGITS[units]
    words = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if not units:
        return words
    if tens > 1 and units in {1, 4}:
        return f"{words} {'mốt' if units == 1 else 'tư'}"
    return f"{words} {'lăm' if units == 5 else DIGITS[units]}"


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()
