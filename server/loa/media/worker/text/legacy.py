"""Text typed with fonts from before Unicode, whose letters are other signs: known by its words, and turned round.

TCVN 5712:1993 (VN3, fonts named .Vn…) has one sign a letter, VNI writes the mark behind the letter.
"""

import re
import unicodedata
from collections.abc import Sequence

from loa.media.worker.refused import Refused

_TCVN = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
)
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _HAT, _BREVE = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323", "\u0302", "\u0306"
_VNI_MARKS = {
    "ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT, "â": _HAT, "ê": _BREVE,
    "à": _HAT + _GRAVE, "á": _HAT + _ACUTE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}
_VNI_PAIR = re.compile(r"([aeouyôöAEOUYÔÖ])([øùûõïâêàáåãäèéúüëØÙÛÕÏÂÊÀÁÅÃÄÈÉÚÜË])")
_VNI_SIGN = re.compile(r"[ñìíæóòôöîÑÌÍÆÓÒÔÖÎ]")

_WORD = re.compile(r"[^\W\d_]+")
_USUAL = frozenset({
    "và", "của", "các", "là", "có", "được", "trong", "cho", "với", "không", "ngày", "tháng", "năm", "xã", "thông",
    "báo", "về", "việc", "người", "dân", "ủy", "ban", "nhân", "này", "những", "một", "từ", "đến", "tại", "theo",
    "phải", "đã", "số", "thôn", "ông", "bà", "đề", "nghị", "thực", "hiện", "kế", "hoạch", "công", "tác", "đảng",
    "nhà", "nước", "phòng",
})  # fmt: skip
_TOLD_FROM = 0.08
"""The share of such usual words from which a text is taken for Vietnamese; in real ones it is above a quarter."""

_STRANGE = re.compile(r"[µ¶·¸¹¨»¼½¾©®ª«¬\u00ad§¦¥¤£¢¡øßþ÷]")
_STRANGE_FROM = 0.03


def readable(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines in Unicode, NFC, and notes. Raises `Refused("legacy_font")` when no reading makes sense."""
    plain = [unicodedata.normalize("NFC", line) for line in lines]
    text = "\n".join(plain)
    strange = len(_STRANGE.findall(text)) / max(1, len(text))
    as_it_is = _usual_share(text)
    readings: list[tuple[float, str, list[str]]] = []
    for name, read in (("tcvn", tcvn), ("vni", vni)):
        turned = [unicodedata.normalize("NFC", read(line)) for line in lines]
        readings.append((_usual_share("\n".join(turned)), name, turned))
    share, name, turned = max(readings)
    if share >= max(_TOLD_FROM, 2 * as_it_is):
        return turned, [f"legacy_{name}"]
    if strange > _STRANGE_FROM and as_it_is < _TOLD_FROM:
        raise Refused("legacy_font")
    return plain, []


def tcvn(line: str) -> str:
    """Return a line of TCVN 5712 in Unicode. Its capital fonts show small codes: a word begun in capitals stays so."""
    turned = line.translate(_TCVN)
    return _WORD.sub(lambda found: _as_shown(found.group()), turned)


def vni(line: str) -> str:
    """Return a line of VNI in Unicode."""
    paired = _VNI_PAIR.sub(lambda found: _vni_alone(found[1]) + _cased(_VNI_MARKS, found[2]), line)
    return _VNI_SIGN.sub(lambda found: _vni_alone(found.group()), paired)


def _vni_alone(sign: str) -> str:
    if sign.lower() in _VNI_ALONE:
        found = _VNI_ALONE[sign.lower()]
        return found if sign.islower() else found.upper()
    return sign


def _cased(table: dict[str, str], sign: str) -> str:
    return table[sign.lower()]


def _as_shown(word: str) -> str:
    """Return a word of capitals whole: its letters with marks have no capitals of their own there."""
    plain = [letter for letter in word if letter.isascii()]
    return word.upper() if len(plain) > 1 and all(letter.isupper() for letter in plain) else word


def _usual_share(text: str) -> float:
    words = _WORD.findall(text.lower())
    return sum(word in _USUAL for word in words) / len(words) if words else 0.0
