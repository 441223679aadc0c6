"""Signs that are read piece by piece: document numbers, telephone numbers, addresses on the net, codes."""

import re

from loa.media.speakable.lexicon import ISSUERS, KINDS, LETTERS, WORDS
from loa.media.speakable.numbers import DIGITS, by_digits, cardinal, grouped_digits, roman, written

_UPPER = "A-ZĐĂÂÊÔƠƯ"
_SIGN = rf"[{_UPPER}][{_UPPER}a-zyđ]{{0,9}}(?:&[{_UPPER}]{{1,8}})?"
_DOCUMENT = re.compile(
    rf"(?<![\w/])(?P<number>\d{{1,6}})(?P<suffix>[a-zA-Z]?)(?:\s?/\s?(?P<year>(?:19|20)\d\d))?\s?[/\-]\s?(?P<sign>{_SIGN}\d{{0,2}}(?:\s?[\-/–]\s?{_SIGN}\d{{0,2}}){{0,3}})(?![\w])"
)
_SIGN_PART = re.compile(rf"({_SIGN})(\d{{0,2}})")
_PHONE = re.compile(
    r"(?<![\w.,/\-+])(?P<plus>\+\s?84|\(\+84\)|\(\+?84[\-. ])?\s?"
    r"(?P<body>\(?0?\d{2,4}\)?(?:[ .\-]?[\dxX]{1,4}){2,5})(?![\w]|[.,/\-]\d)"
)
_SERVICE = re.compile(r"(?<![\w.,/])(1[89]00)[ .\-]?(\d{2,4})(?:[ .\-]?(\d{2,4}))?(?![\w]|[.,/]\d)")
_CALLED = re.compile(
    r"(?P<cue>\b(?:gọi|hotline|tổng đài|đường dây nóng|điện thoại|cấp cứu|nhắn tin|đầu số|SĐT|ĐT|liên hệ)"
    r"(?:\s+(?:đến|tới|ngay|số|cho|qua|điện thoại|theo|máy)){0,4}\s*:?\s+)"
    r"(?P<numbers>\d{3,6}(?:(?:\s?[,/]\s?|\s+(?:hoặc|và)\s+)\d{3,6})*)(?![\d.]*\d)(?!\s*(?:đồng|người|hộ|[A-Za-z%]\b))",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"\b((?:cứu hỏa|cứu hoả|chữa cháy|công an|cảnh sát|cứu thương|cứu nạn|trẻ em)\s+)"
    r"(11[1-5])(?![\w/]|[.,]\d|\s+(?:người|hộ|em|cháu|vụ))",
    re.IGNORECASE,
)
_SENT = re.compile(r"\b(gửi(?:\s+(?:đến|tới|về))?\s+)(\d{3,5})(?=\s*(?:[.,;!)\n]|$))", re.IGNORECASE)
_OR_ELSE = re.compile(rf"\b((?:{'|'.join(DIGITS)})(?:\s?,|\s+(?:hoặc|và))\s+)(1\d{{2,3}})(?=\s*(?:[.;!)\n]|$))")
_LONG = re.compile(r"(?<![\w.,])\d{10,}(?![\w]|[.,]\d)")
_NET = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,300}|\b[\w.+\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64}){1,5}|\b(?:[a-z0-9\-]{1,64}\.){1,5}(?:vn|com|org|net|gov|edu|info)\b(?:/[^\s<>\"]{0,200})?"
)
_NET_MARKS = {
    ".": " chấm ",
    "/": " gạch chéo ",
    "@": " a còng ",
    "-": " gạch ngang ",
    "_": " gạch dưới ",
    ":": " hai chấm ",
}
_EMERGENCY = re.compile(r"(?<![\w.,/])11[1-5](?:\s?/\s?11[1-5])+(?![\w/]|[.,]\d)")
_CODE = re.compile(
    rf"(?<![\w])(?=[{_UPPER}a-z]*\d)(?=\d*[{_UPPER}])[{_UPPER}\d]{{2,24}}(?:\.\d{{1,2}})?(?![\w]|[.,]\d)"
)
_PIECE = re.compile(rf"\d+(?:\.\d+)?|[{_UPPER}]+")
_CODE_AMOUNT = 4
"""More digits than these are told one by one within a code."""
_GENERATIONS = re.compile(r"(?<=\dG)/(?=\dG\b)")
_ROMAN_CUE = re.compile(
    r"\b(?P<cue>quý|thế kỷ|khóa|khoá|kỳ|lần thứ|chương|phần|mục|đại hội|vùng|loại|cấp|hạng|nhóm|khu vực|bảng|tập"
    r"|phụ lục|giai đoạn|mức|đợt|hội nghị|bậc|điều|học kỳ|thứ|trung ương|đô thị loại|ca|đại hội đảng|độ|mẫu)"
    r"\s+(?P<roman>[IVX]{1,6})\b",
    re.IGNORECASE,
)
_ROMAN_ALONE = re.compile(r"(?<![\w.\-])(?!XX+X)([IVX]{2,6})(?![\w])")
_ROMAN_HEAD = re.compile(r"(?m)^(\s*)([IVX]{1,6})[./)](?=\s)")


def read_net(text: str) -> str:
    """Return text with web and mail addresses as they are told on the telephone."""
    return _NET.sub(_address, text)


def drop_net(text: str) -> str:
    """Return text without web and mail addresses."""
    return _NET.sub(" ", text)


def read_documents(text: str) -> str:
    """Return text with the numbers of official papers in words: number, year, kind, issuer."""
    return _DOCUMENT.sub(_document, text)


def read_phones(text: str) -> str:
    """Return text with telephone numbers, and numbers too long to be amounts, digit by digit."""
    text = _EMERGENCY.sub(lambda match: ", ".join(by_digits(part) for part in re.findall(r"\d+", match[0])), text)
    text = _SERVICE.sub(lambda match: ", ".join(by_digits(part) for part in match.groups() if part), text)
    text = _CALLED.sub(_called, _PHONE.sub(_phone, text))
    for short in (_HELP, _SENT, _OR_ELSE):
        text = short.sub(lambda match: match[1] + by_digits(match[2]), text)
    return _LONG.sub(lambda match: grouped_digits(match[0]), text)


def read_romans(text: str) -> str:
    """Return text with Roman numerals in words, where they are such."""
    text = _ROMAN_HEAD.sub(lambda match: f"{match[1]}{_roman(match[2])}.", text)
    text = _ROMAN_CUE.sub(_cued, text)
    return _ROMAN_ALONE.sub(lambda match: _roman(match[1]), text)


def read_codes(text: str) -> str:
    """Return text with codes of capital letters and digits spelled: `H5N1`, `QL2A`."""
    text = _GENERATIONS.sub(", ", text)
    return _CODE.sub(lambda match: " ".join(_piece(part) for part in _PIECE.findall(match[0])), text)


def spelled(word: str) -> str:
    """Return the names of a word's letters."""
    return " ".join(LETTERS.get(letter.upper(), letter) for letter in word)


def _address(match: re.Match[str]) -> str:
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0])
    tail = re.search(r"[.,;:!?)/]*$", address)
    end = tail[0] if tail else ""
    body = address[: len(address) - len(end)]
    words = "".join(_NET_MARKS.get(letter, letter if letter.isalnum() else " ") for letter in body)
    words = re.sub(r"\d+", lambda digits: f" {by_digits(digits[0])} ", words)
    return f" {words} {end.replace('/', '')}"


def _document(match: re.Match[str]) -> str:
    parts = _SIGN_PART.findall(match["sign"])
    if not any(name in KINDS or name in ISSUERS or name in WORDS for name, _ in parts):
        return match[0]
    words = [written(match["number"].lstrip("0") or "0"), spelled(match["suffix"])]
    if match["year"]:
        words += ["năm", cardinal(int(match["year"]))]
    for place, (name, term) in enumerate(parts):
        first, second = (KINDS, ISSUERS) if place == 0 else (ISSUERS, KINDS)
        words.append(first.get(name) or WORDS.get(name) or second.get(name) or spelled(name.replace("&", "")))
        if term:
            words.append(("khóa " if name in {"QH", "UBTVQH", "TW", "TU"} else "") + cardinal(int(term)))
    return " ".join(word for word in words if word)


def _phone(match: re.Match[str]) -> str:
    body = match["body"]
    digits = re.sub(r"[^\dxX]", "", body)
    is_foreign = match["plus"] is not None
    if not (is_foreign and 8 <= len(digits) <= 11) and not (digits.startswith("0") and 9 <= len(digits) <= 12):
        return match[0]
    if re.search(r"[xX]\d", digits) or not digits[:4].isdigit():
        return match[0]
    groups = re.sub(r"(?<=[ .\-()])([\dxX])[ .\-]+(?=[\dxX]{2})", r"\1", body)
    parts = [group for group in re.split(r"[ .\-()]+", groups) if group]
    told = ", ".join(_told(group) for group in parts) if len(parts) > 1 else _whole_phone(digits)
    lead = " " if match[0][:1] == " " else ""
    return lead + ("cộng tám bốn, " if is_foreign else "") + told


def _told(group: str) -> str:
    return " ".join(by_digits(letter) if letter.isdigit() else "ích" for letter in group)


def _whole_phone(digits: str) -> str:
    """Tell a number written in one piece; one of a fixed line begins with the code of its province."""
    if digits.startswith("02") and len(digits) == 11:
        code = 3 if digits[:3] in {"024", "028"} else 4
        return f"{by_digits(digits[:code])}, {grouped_digits(digits[code:])}"
    return grouped_digits(digits)


def _called(match: re.Match[str]) -> str:
    return match["cue"] + re.sub(r"\s?/\s?", ", ", re.sub(r"\d+", lambda found: by_digits(found[0]), match["numbers"]))


def _cued(match: re.Match[str]) -> str:
    value = roman(match["roman"])
    if value is None:
        return match[0]
    if match["cue"].lower().endswith("thứ"):
        return f"{match['cue']} { {1: 'nhất', 4: 'tư'}.get(value) or cardinal(value) }"
    return f"{match['cue']} {cardinal(value)}"


def _roman(text: str) -> str:
    value = roman(text)
    return text if value is None else cardinal(value)


def _piece(part: str) -> str:
    if part.isdigit() and len(part) > _CODE_AMOUNT:
        return grouped_digits(part)
    if part[0].isdigit():
        return by_digits(part) if part.startswith("0") and part.isdigit() else written(part)
    return WORDS.get(part) or spelled(part)
