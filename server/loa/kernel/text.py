"""Vietnamese text: one stored form, one folded form for search, one order for names."""

import unicodedata

_ALPHABET = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET, start=1000)}


def stored(text: str) -> str:
    """Return the NFC form in which text is kept, without control characters other than line breaks and tabs."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(letter for letter in composed if letter in "\n\t" or unicodedata.category(letter) != "Cc")


def folded(text: str) -> str:
    """Return lower-case text without accents; `Đ` becomes `d`."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")


def sort_key(name: str) -> list[int]:
    """Return a key that orders names the Vietnamese way."""
    return [_RANK.get(letter, ord(letter)) for letter in unicodedata.normalize("NFC", name).casefold()]
