"""Amounts as they are read out: money, percent, units of measure, ranges, fractions, and what numbers are left."""

import re

from loa.media.speakable.lexicon import UNITS
from loa.media.speakable.numbers import cardinal, ordinal, written

NUMBER = (
    r"\d{1,3}(?:\.\d{3})+(?![\d]|\.\d)(?:,\d+)?|\d+\.\d{1,2}(?![\d]|\.\d)|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?"
    r"|[1-9]\d{0,2}(?: \d{3}){2,}(?!\d)|\d+(?:,\d+)?"
)

_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_PER = (
    "người|hộ|tháng|ngày|năm|tuần|giờ|phút|lần|buổi|suất|con|cây|sào|ha|m2|m²|m3|kg|tấn|tạ|km|lít|kWh|khẩu|học sinh"
    "|bao|túi|lượt|chiếc|vụ|quý|lứa|đợt|thửa|em|cháu|lớp|xã|thôn|bản|đội|ca|kỳ|chuyến|xe|bình|viên|gói|hộp|chai|thùng"
)

_WITH_UNIT = re.compile(rf"(?<![\w.,])({NUMBER})(\s?)({_UNIT})(?![\w²³])")
_SIGN_FIRST = re.compile(rf"(?<!\w)([$€]|USD|EUR|VND|VNĐ)\s?({NUMBER})(?!\s?(?:[$€]|USD|EUR|VND|VNĐ)(?!\w))")
_COMMON_MONEY = re.compile(r"(?<![\w.,])(\d{1,4})\s?(?:tr|triệu)\s?([1-9])(?![\w.,]|\s?\d)", re.IGNORECASE)
_PRESSURE = re.compile(r"(?<![\w.,/])(\d{2,3})\s?/\s?(\d{2,3})(?=\s?mmHg)")
_PART_OF_UNIT = re.compile(rf"(?<![\w.,/])([1-9]\d?)\s?/\s?([1-9]\d?)(?=\s?(?:{_UNIT})(?![\w²³/]))")
_SUM = re.compile(rf"(?<![\w.,])(?:{NUMBER})(?:\s?[+\-x×:÷]\s?(?:{NUMBER})){{1,4}}(?=\s?=)")
_SIGNS = {"+": " cộng ", "-": " trừ ", "x": " nhân ", "×": " nhân ", ":": " chia ", "÷": " chia "}
_ALL_SURE = re.compile(
    r"\b(chắc chắn|chắc|tin|yên tâm|nhất trí|hài lòng|đồng ý)\s+10/10(?![\w/]|[.,]\d)", re.IGNORECASE
)
_RATE = re.compile(rf"(?<=[\w%])\s?/\s?({_PER})(?![\w²³])")
_RANGE = re.compile(
    rf"(?<![\w.,/\-])({NUMBER})(?P<unit>\s?(?:{_UNIT})(?![\w²³]))?\s?-\s?(?={NUMBER})(?!\d+-)", re.IGNORECASE
)
_TAGGED = re.compile(r"(?<=[^\W\d_])-(?=\d)")
_SCHOOL_YEAR = re.compile(r"\b(năm học)\s+(\d{4})\s?-\s?(\d{4})\b", re.IGNORECASE)
_SCORE = re.compile(r"\b(tỷ số|tỉ số)\s+(\d{1,4})\s?-\s?(\d{1,4})\b", re.IGNORECASE)
_GAME = re.compile(
    r"(?<![\w.,/\-])(\d{1,2})\s?-\s?(\d{1,2})"
    r"(?=$|[.,;!?)\n](?!\d)|\s+(?:trước|sau|trong|ở|tại|và|cho|nghiêng|trên sân)\b)"
)
_GAME_CUE = re.compile(
    r"\b(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn|hiệp \d|hiệp|trận|đội|chung cuộc|lượt đi|lượt về)\b[^.!?;\n]{0,40}$",
    re.IGNORECASE,
)
_SCALE = re.compile(r"(?<![\d.,:])(\d{1,3})(?:\s:\s|:)(\d{1,3}(?:\.\d{3})+|\d+)(?![\d:])")
_FRACTION = re.compile(r"(?<![\w.,/])(\d{1,6}(?:\.\d{3})*)\s?/\s?(\d{1,6}(?:\.\d{3})*)(?![\w/]|[.,]\d)")
_TIMES = re.compile(r"(?:(?<=\d)|(?<=\dm)|(?<=\d m)|(?<=\dcm)|(?<=\d cm)|(?<=\dmm)|(?<=\d mm))\s?[x×]\s?(?=\d)")
_BARE_UNIT = re.compile(
    r"(?<![\w/])(?:km²|km2|km/h|km|kg|cm²|cm|mm|m3/s|m³/s|m2|m²|m3|m³|m/s|mg/l|kWh|kW|°C)(?![\w/²³])"
)
_OF_ALL = re.compile(
    r"\s+(?:tiêu chí|chỉ tiêu|xã|phường|thôn|cụm|tổ|trường|khu|đại biểu|phiếu|thành viên|điểm|huyện|tỉnh"
    r"|nội dung|nhiệm vụ|môn|câu|hạng mục|công trình|dự án|mục tiêu|việc|chi bộ|bản|buôn|ấp|xóm)\b"
)
_JUDGED = re.compile(r"\b(?:điểm(?: thi)?|đạt|được|chấm)\s*$", re.IGNORECASE)
_SHARES = re.compile(r"\b((?:tỷ|tỉ) lệ)\s+(\d{1,2})\s?-\s?(\d{1,2})(?!\s?[\d%.,]\d?%?)\b", re.IGNORECASE)
_NEGATIVE = re.compile(rf"(?:(?<=^)|(?<=[\s(:]))[-−]({NUMBER})", re.MULTILINE)
_WEEKDAY = re.compile(r"\b(thứ)\s+(\d{1,3})\b(?![./,]\d)", re.IGNORECASE)
_LEFT = re.compile(rf"\d{{1,3}}(?:\.\d{{3}})+(?![\d]|\.\d)(?:,\d+)?|\d+(?:\.\d+){{2,}}|{NUMBER}|\d+(?:\.\d+)+|\d+")


def read_ranges(text: str) -> str:
    """Return text in which a dash between two numbers has become a word."""
    text = _TAGGED.sub(" ", text)
    text = _SUM.sub(lambda match: re.sub(r"\s?([+\-x×:÷])\s?", lambda sign: _SIGNS[sign[1]], match[0]), text)
    text = _SCORE.sub(r"\1 \2 \3", _SCHOOL_YEAR.sub(r"\1 \2, \3", text))
    text = _SHARES.sub(lambda match: f"{match[1]} {match[2]} {match[3]}", _GAME.sub(_game, text))
    return _RANGE.sub(lambda match: f"{match[1]}{match['unit'] or ''} đến ", text)


def read_amounts(text: str) -> str:
    """Return text with money, measures, percent and rates in words."""
    text = _TIMES.sub(" nhân ", text)
    text = _NEGATIVE.sub(r"âm \1", text)
    text = _SIGN_FIRST.sub(r"\2 \1", text)
    text = _COMMON_MONEY.sub(lambda match: f"{written(match[1])} triệu {written(match[2])} trăm nghìn", text)
    text = _PRESSURE.sub(r"\1 trên \2", text)
    text = _PART_OF_UNIT.sub(_fraction, text)
    text = _WITH_UNIT.sub(lambda match: f"{written(match[1])} {UNITS[match[3]]}", text)
    text = re.sub(r"\b(?<=triệu |nghìn )(?:đ|VNĐ|VND)\b|(?<=tỷ )(?:đ|VNĐ|VND)\b", "đồng", text)
    text = _RATE.sub(lambda match: f" một {UNITS.get(match[1], match[1])}", text)
    return _BARE_UNIT.sub(lambda match: UNITS[match[0]], text)


def read_numbers(text: str) -> str:
    """Return text with fractions, scales, ordinals and all remaining numbers in words."""
    text = _WEEKDAY.sub(lambda match: f"{match[1]} {ordinal(int(match[2]))}", text)
    text = _ALL_SURE.sub(r"\1 mười phần mười", text)
    text = _FRACTION.sub(_fraction, text)
    text = _SCALE.sub(lambda match: f"{written(match[1])} trên {written(match[2])}", text)
    return _LEFT.sub(lambda match: f" {written(match[0])} ", text)


def _game(match: re.Match[str]) -> str:
    """Read `2-1` as a result where somebody wins, loses or plays in the same sentence."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    return f"{match[1]} {match[2]}" if _GAME_CUE.search(before) else match[0]


def _fraction(match: re.Match[str]) -> str:
    above, below = match[1].replace(".", ""), match[2].replace(".", "")
    before = match.string[max(0, match.start() - 12) : match.start()]
    is_told = _OF_ALL.match(match.string, match.end()) is not None or _JUDGED.search(before) is not None
    is_share = int(above) < int(below) <= 10 and not is_told
    if len(above) == len(below) == 4 and int(above) + 1 == int(below):
        return f"{written(above)}, {written(below)}"
    if is_share:
        return f"{cardinal(int(above))} phần {ordinal(int(below))}"
    return f"{written(above)} trên {written(below)}"
