"""Days, months, years and hours as they are read out."""

import re

from loa.media.speakable.numbers import cardinal, roman

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_HOUR = r"(?:[01]?\d|2[0-4])"
_MINUTE = r"[0-5]\d"
_NO_DIGIT_BEFORE = r"(?<![\d.,/\-])"
_NO_DIGIT_AFTER = r"(?![\d/]|[.,\-]\d)"

_NAMED = r"(?P<named>\b(?:[Nn]gày|NGÀY|[Mm]ùng|[Mm]ồng|[Rr]ằm)\s+)?"
_FULL = re.compile(
    rf"{_NAMED}{_NO_DIGIT_BEFORE}(?P<day>{_DAY})\s?(?P<mark>[/.\-])\s?(?P<month>{_MONTH})\s?(?P=mark)\s?(?P<year>{_YEAR}){_NO_DIGIT_AFTER}"
)
_ISO = re.compile(
    rf"{_NAMED}{_NO_DIGIT_BEFORE}(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d){_NO_DIGIT_AFTER}"
)
_SPAN = re.compile(
    rf"{_NAMED}{_NO_DIGIT_BEFORE}(?P<first>{_DAY})\s?(?:-|đến)\s?(?P<day>{_DAY})/(?P<month>{_MONTH})(?:/(?P<year>{_YEAR}))?{_NO_DIGIT_AFTER}"
)
_MONTH_YEAR = re.compile(
    rf"(?P<named>\b[Tt]háng\s+)?{_NO_DIGIT_BEFORE}(?P<month>{_MONTH})\s?[/\-]\s?(?P<year>{_YEAR}){_NO_DIGIT_AFTER}"
)
_QUARTER = re.compile(rf"\b(?P<word>[Qq]uý)\s+(?P<quarter>[1-4]|I{{1,3}}|IV)(?:\s?[/\-]\s?(?P<year>{_YEAR}))?\b")
_SHORT = re.compile(
    rf"{_NAMED}{_NO_DIGIT_BEFORE}(?P<day>{_DAY})(?P<mark>[/\-])(?P<month>{_MONTH}){_NO_DIGIT_AFTER}(?P<after>\s+\w+)?"
)
_BETWEEN = re.compile(
    rf"({_NO_DIGIT_BEFORE}{_DAY}/{_MONTH}(?:/{_YEAR})?)\s?-\s?(?=(?:[Nn]gày\s+)?{_DAY}/{_MONTH}(?:/{_YEAR})?{_NO_DIGIT_AFTER})"
)
_APRIL = re.compile(r"\b([Tt]háng)\s+0?4\b(?!\s?[/,.\-]\s?\d)")
_BEFORE_DAY = re.compile(
    r"(?:sáng|trưa|chiều|tối|đêm|hôm|từ|đến|tới|trước|sau|hết|vào|dịp|lễ|nay|mai|hai|ba|tư|năm|sáu|bảy|[2-7]|chủ nhật"
    r"|kỷ niệm|khánh|khai giảng|quốc tế)\s*[,(]?\s*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s+(?:xã|phường|thôn|hộ|cụm|huyện|tỉnh|tổ|trường|chỉ|tiêu|đại|thành|người|tháng|phiếu|nhà|ca|em|cháu|đồng chí"
    r"|số|giờ|điểm|đơn|cơ|khu|hồ|nhiệm|trẻ|học|lớp|máy|thiết|loa|diện|dân)\b"
)
_HOLIDAYS = {
    (3, 2), (27, 2), (8, 3), (26, 3), (10, 3), (30, 4), (1, 5), (7, 5), (15, 5), (19, 5), (1, 6), (21, 6), (27, 7),
    (19, 8), (2, 9), (10, 10), (13, 10), (20, 10), (9, 11), (18, 11), (20, 11), (22, 12),
}  # fmt: skip
_ALWAYS_OPEN = (24, 7)

_CLOCK = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?P<hour>{_HOUR})(?::(?P<minute>{_MINUTE})(?::(?P<second>{_MINUTE}))?)(?!\d|[.,:]\d)"
    r"(?:\s?(?:h|giờ|phút)\b)?"
)
_HOURS = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?P<hour>{_HOUR})\s?(?:[hH]|[gG](?=\s?{_MINUTE}(?!\d)|\s+(?:sáng|trưa|chiều|tối|đêm|ngày)))(?:\s?(?P<minute>{_MINUTE})(?!\d)(?:\s?(?:'|’|ph?\b|phút\b))?)?(?![\w])"
)
_TIME_SPAN = re.compile(
    rf"({_NO_DIGIT_BEFORE}{_HOUR}(?:\s?[hHgG]\s?(?:{_MINUTE})?|:{_MINUTE}|\s?giờ(?:\s?{_MINUTE})?))\s*-\s*(?={_HOUR}(?:\s?[hHgG]|:\d\d|\s?giờ))"
)


def read_dates(text: str) -> str:
    """Return text with every day, month and quarter in words."""
    text = _BETWEEN.sub(r"\1 đến ", text)
    text = _SPAN.sub(_span, text)
    text = _ISO.sub(_day, _FULL.sub(_day, text))
    text = _QUARTER.sub(_quarter, text)
    text = _MONTH_YEAR.sub(
        lambda match: f"{match['named'] or 'tháng '}{_month(match['month'])} {_year(match['year'])}", text
    )
    return _APRIL.sub(r"\1 tư", _SHORT.sub(_short, text))


def read_times(text: str) -> str:
    """Return text with every hour in words."""
    text = _TIME_SPAN.sub(r"\1 đến ", text)
    return _HOURS.sub(_time, _CLOCK.sub(_time, text))


def _day(match: re.Match[str]) -> str:
    facts = match.groupdict()
    if not 1 <= int(facts["day"]) <= 31:
        return match[0]
    words = f"{facts['named'] or 'ngày '}{cardinal(int(facts['day']))} tháng {_month(facts['month'])}"
    return f"{words} {_year(facts['year'])}" if facts.get("year") else words


def _span(match: re.Match[str]) -> str:
    if int(match["first"]) >= int(match["day"]):
        return match[0]
    first = f"{match['named'] or 'ngày '}{cardinal(int(match['first']))}"
    words = f"{first} đến {cardinal(int(match['day']))} tháng {_month(match['month'])}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _quarter(match: re.Match[str]) -> str:
    number = roman(match["quarter"]) or int(match["quarter"])
    words = f"{match['word']} {_month(str(number))}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _short(match: re.Match[str]) -> str:
    """Read `5/9` as a day when it is one: named so, after a word of time, a holiday, or no proper fraction."""
    day, month, after = int(match["day"]), int(match["month"]), match["after"] or ""
    led = _BEFORE_DAY.search(match.string[max(0, match.start() - 24) : match.start()]) is not None
    is_padded = match["day"].startswith("0") or match["month"].startswith("0")
    certain = match["named"] is not None or led or is_padded
    if match["mark"] == "-" and not (match["named"] or (led and (is_padded or day > month))):
        return match[0]
    if not certain and (
        (day, month) == _ALWAYS_OPEN or _COUNTED.match(after) or not ((day, month) in _HOLIDAYS or day > month)
    ):
        return match[0]
    return f"{match['named'] or 'ngày '}{cardinal(day)} tháng {_month(match['month'])}{after}"


def _month(text: str) -> str:
    return "tư" if int(text) == 4 else cardinal(int(text))


def _year(text: str) -> str:
    return f"năm {cardinal(int(text))}"


def _time(match: re.Match[str]) -> str:
    facts = match.groupdict()
    words = f"{cardinal(int(facts['hour']))} giờ"
    if facts.get("minute") and (int(facts["minute"]) or facts.get("second")):
        words += f" {cardinal(int(facts['minute']))} phút"
    if facts.get("second"):
        words += f" {cardinal(int(facts['second']))} giây"
    return words
