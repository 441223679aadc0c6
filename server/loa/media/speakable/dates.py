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
_MONTHS = re.compile(
    rf"\b(?P<named>[Tt]háng\s+){_NO_DIGIT_BEFORE}(?P<first>{_MONTH})\s?-\s?(?P<month>{_MONTH})(?:\s?/\s?(?P<year>{_YEAR}))?{_NO_DIGIT_AFTER}"
)
_QUARTER = re.compile(rf"\b(?P<word>[Qq]uý)\s+(?P<quarter>[1-4]|I{{1,3}}|IV)(?:\s?[/\-]\s?(?P<year>{_YEAR}))?\b")
_SHORT = re.compile(
    rf"{_NAMED}{_NO_DIGIT_BEFORE}(?P<day>{_DAY})(?P<mark>[/\-])(?P<month>{_MONTH}){_NO_DIGIT_AFTER}(?P<after>\s+\w+)?"
)
_DOTTED = re.compile(
    rf"(?P<named>\b(?:[Nn]gày|NGÀY)\s+)(?P<day>{_DAY})\.(?P<month>{_MONTH})(?![\d%]|[.,]\d|\s?(?:triệu|tỷ|nghìn|đồng))"
)
_LIST = re.compile(
    rf"(?P<named>\b(?:[Nn]gày|NGÀY)\s+)(?P<first>{_DAY}(?:,\s?{_DAY}){{0,6}})(?P<join>,\s?|\s+(?:và|hoặc|đến)\s+)"
    rf"(?P<day>{_DAY})[/\-](?P<month>{_MONTH})(?:[/\-](?P<year>{_YEAR}))?{_NO_DIGIT_AFTER}"
)
_WEEK = re.compile(r"(?<!\w)(?P<first>T[2-7]|CN)(?P<join>\s?(?:-|,|và|đến)\s?)(?=(?:T[2-7]|CN)(?!\w))")
_WEEK_DAY = re.compile(
    rf"(?<!\w)(?P<day>T[2-7]|CN)(?!\w)(?=\s*[,(]?\s*(?:[Nn]gày\s+)?{_DAY}/{_MONTH})|(?<=đến )(?P<last>T[2-7]|CN)(?!\w)"
    r"|(?<=[,à] )(?P<next>T[2-7]|CN)(?!\w)"
)
_WEEK_SPAN = re.compile(
    r"\b([Tt]hứ\s+(?:[2-7]|[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy))\s*-\s*(?=(?:thứ|Thứ|chủ|Chủ)\s)"
)
_WEEK_NAMES = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}
_FEAST = re.compile(
    r"(?:khánh|kỷ niệm|lễ|dịp|mừng|sáng|trưa|chiều|tối|đêm|hôm nay|hôm qua|ngày mai)\s*$", re.IGNORECASE
)
_TOLD = re.compile(
    r"(?:đạt|được|điểm|chấm|hoàn thành|số|tỷ lệ|tỉ lệ|chắc chắn|chắc|tin|yên tâm|nhất trí|hài lòng)\s*$", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"({_NO_DIGIT_BEFORE}{_DAY}/{_MONTH}(?:/{_YEAR})?)\s?-\s?(?=(?:[Nn]gày\s+)?{_DAY}/{_MONTH}(?:/{_YEAR})?{_NO_DIGIT_AFTER})"
)
_OCLOCK = re.compile(
    rf"(?P<cue>\b(?:lúc|hồi|vào|trước|sau|khoảng)\s+){_NO_DIGIT_BEFORE}(?P<hour>{_HOUR})\s?g(?!\w)|"
    rf"\b(?P<from>từ\s+){_NO_DIGIT_BEFORE}(?P<first>{_HOUR})\s?g(?P<to>\s?(?:đến|-)\s?)(?P<last>{_HOUR})\s?g(?!\w)"
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
    text = _WEEK_SPAN.sub(r"\1 đến ", _weekdays(text))
    text = _DOTTED.sub(_day, _LIST.sub(_listed, _BETWEEN.sub(r"\1 đến ", text)))
    text = _SPAN.sub(_span, text)
    text = _ISO.sub(_day, _FULL.sub(_day, text))
    text = _MONTHS.sub(_months, text)
    text = _QUARTER.sub(_quarter, text)
    text = _MONTH_YEAR.sub(
        lambda match: f"{match['named'] or 'tháng '}{_month(match['month'])} {_year(match['year'])}", text
    )
    return _APRIL.sub(r"\1 tư", _SHORT.sub(_short, text))


def read_times(text: str) -> str:
    """Return text with every hour in words."""
    text = _OCLOCK.sub(_oclock, _TIME_SPAN.sub(r"\1 đến ", text))
    return _HOURS.sub(_time, _CLOCK.sub(_time, text))


def _day(match: re.Match[str]) -> str:
    facts = match.groupdict()
    if not 1 <= int(facts["day"]) <= 31:
        return match[0]
    words = f"{facts['named'] or 'ngày '}{cardinal(int(facts['day']))} tháng {_month(facts['month'])}"
    return f"{words} {_year(facts['year'])}" if facts.get("year") else words


def _listed(match: re.Match[str]) -> str:
    first = re.sub(r"\d+", lambda day: cardinal(int(day[0])), match["first"])
    words = f"{match['named']}{first}{match['join']}{cardinal(int(match['day']))} tháng {_month(match['month'])}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _weekdays(text: str) -> str:
    """Return text with `T2`, `CN` as days where they stand in a row or before a date."""
    text = _WEEK.sub(
        lambda match: f"{_weekday(match['first'])}{' đến ' if '-' in match['join'] else match['join']}", text
    )
    return _WEEK_DAY.sub(lambda match: _weekday(match["day"] or match["last"] or match["next"]), text)


def _weekday(sign: str) -> str:
    return "chủ nhật" if sign == "CN" else f"thứ {_WEEK_NAMES[sign[1]]}"


def _oclock(match: re.Match[str]) -> str:
    if match["cue"]:
        return f"{match['cue']}{cardinal(int(match['hour']))} giờ"
    to = match["to"].replace("-", " đến ")
    return f"{match['from']}{cardinal(int(match['first']))} giờ{to}{cardinal(int(match['last']))} giờ"


def _span(match: re.Match[str]) -> str:
    if int(match["first"]) >= int(match["day"]):
        return match[0]
    first = f"{match['named'] or 'ngày '}{cardinal(int(match['first']))}"
    words = f"{first} đến {cardinal(int(match['day']))} tháng {_month(match['month'])}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _months(match: re.Match[str]) -> str:
    words = f"{match['named']}{_month(match['first'])} đến tháng {_month(match['month'])}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _quarter(match: re.Match[str]) -> str:
    number = roman(match["quarter"]) or int(match["quarter"])
    words = f"{match['word']} {_month(str(number))}"
    return f"{words} {_year(match['year'])}" if match["year"] else words


def _short(match: re.Match[str]) -> str:
    """Read `5/9` as a day when it is one: named so, after a word of time, a holiday, or no proper fraction."""
    day, month, after = int(match["day"]), int(match["month"]), match["after"] or ""
    before = match.string[max(0, match.start() - 24) : match.start()]
    led = _BEFORE_DAY.search(before) is not None
    is_padded = match["day"].startswith("0") or match["month"].startswith("0")
    certain = match["named"] is not None or led or is_padded
    is_feast = (day, month) in _HOLIDAYS and _FEAST.search(before) is not None
    if match["mark"] == "-" and not (match["named"] or is_feast or (led and (is_padded or day > month))):
        return match[0]
    if not certain and (
        (day, month) == _ALWAYS_OPEN
        or _TOLD.search(before)
        or _COUNTED.match(after)
        or not ((day, month) in _HOLIDAYS or day > month)
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
