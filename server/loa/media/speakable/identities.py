"""Numbers that name somebody or something and are no amounts: accounts, cards, files, norms."""

import re

from loa.media.speakable.codes import spelled
from loa.media.speakable.lexicon import ISSUERS, WORDS
from loa.media.speakable.numbers import by_digits, grouped_digits, written

_NUMBERED = re.compile(
    r"(?P<cue>\b(?:STK|số tài khoản|tài khoản|TK|CCCD|CMND|căn cước công dân|căn cước|định danh|BHXH|bảo hiểm xã hội"
    r"|BHYT|bảo hiểm y tế|MST|mã số thuế|mã số|mã định danh|số thẻ|số seri|số hiệu)(?:\s+số)?\s*:?\s*)"
    r"(?P<number>\d[\d .\-]{6,40}\d)(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_FILED = re.compile(
    r"(?P<cue>\b(?:mã hồ sơ|mã đơn|mã bưu gửi|mã vận đơn|mã tra cứu|mã giao dịch|số hồ sơ)(?:\s+số)?\s*:?\s*)"
    r"(?P<code>(?=[A-Z.\-/]*\d)[A-Z\d][A-Z\d.\-/]{4,60})(?<=[A-Z\d])"
)
_NORM = re.compile(
    r"(?<!\w)(?P<kind>QCVN|TCVN|ISO|TCXDVN|TCCS)\s?(?P<number>\d{1,6})(?:-(?P<part>\d{1,3}))?"
    r"(?:\s?:\s?(?P<year>(?:19|20)\d\d))?(?:/(?P<issuer>[A-ZĐ&]{2,10}))?(?![\w/])"
)
_RUNS = re.compile(r"\d+|[A-Z]+|[^\dA-Z]+")


def read_identities(text: str) -> str:
    """Return text with the numbers of accounts, cards, files and norms told sign by sign."""
    text = _NORM.sub(_norm, text)
    text = _FILED.sub(lambda match: match["cue"] + _signs(match["code"]), text)
    return _NUMBERED.sub(_numbered, text)


def _numbered(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match["number"])
    if sum(map(len, groups)) < 8:
        return match[0]
    return match["cue"] + ", ".join(grouped_digits(group) for group in groups)


def _signs(code: str) -> str:
    told = []
    for run in _RUNS.findall(code):
        if run.isdigit():
            told.append(by_digits(run))
        else:
            told.append(spelled(run) if run.isalpha() else ",")
    return " ".join(told)


def _norm(match: re.Match[str]) -> str:
    words = f"{WORDS.get(match['kind']) or spelled(match['kind'])} {written(match['number'])}"
    for name in ("part", "year"):
        if match[name]:
            words += f", {written(match[name])}"
    if match["issuer"]:
        words += f", {ISSUERS.get(match['issuer']) or WORDS.get(match['issuer']) or spelled(match['issuer'])}"
    return words
