"""Finds what a notice must not lose: when, where, for whom, whom to ask, and what to do."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loa.bulletins.rules import cutting

MOST = 4
"""How many of each are told: a notice with more is read in full."""

_HOUR = r"\d{1,2}\s?(?:giờ|[hg])(?:\s?\d{1,2}(?:\s?phút|p)?(?![\d/]))?(?:\srưỡi)?|\d{1,2}:\d{2}(?!\d)"
_DAY = (
    r"(?:ngày|mùng|mồng)\s\d{1,2}(?:[/.-]\d{1,2}(?:[/.-]\d{4})?(?![\w/-])|\stháng\s\d{1,2}(?:\snăm\s\d{4}|/\d{4})?)?"
    r"|(?<![\d/.,-])\d{1,2}/\d{1,2}(?:/\d{4})?(?![\w/-])|tháng\s\d{1,2}(?:\snăm\s\d{4}|/\d{4})?"
    r"|thứ\s(?:hai|ba|tư|năm|sáu|bảy)(?!\w)|chủ\snhật|hôm\snay|ngày\s(?:mai|mốt|kia)|(?:hằng|hàng)\s(?:ngày|tuần|tháng)"
    r"|(?:tuần|tháng)\s(?:này|sau|tới)"
)
_PART = r"(?:rạng\s)?sáng|trưa|chiều|tối|đêm"
_PART_DAY = rf"(?:{_PART})\s(?:nay|mai|mốt|qua)"
_ATOM = rf"(?:{_HOUR}|{_PART_DAY}|{_DAY})"
_LINK = rf"(?:\s?[,–—-]\s?|\s)(?:(?:đến\shết|đến|tới|và|vào|lúc|từ|các|cùng|trong|hết|{_PART})\s){{0,3}}"
_BEFORE = rf"(?:(?:bắt\sđầu\s)?(?:từ|trước|sau|đến\shết|hết|đến)\s)?(?:(?:các\s)?(?:{_PART})\s)?"
_AFTER = rf"(?:\s(?:{_PART})(?:\s(?:nay|mai|mốt|kia))?(?!\w))?"
_WHEN = re.compile(rf"(?<!\w){_BEFORE}{_ATOM}{_AFTER}(?:{_LINK}{_ATOM}{_AFTER}){{0,6}}", re.IGNORECASE)
_HAS_DAY = re.compile(rf"{_PART_DAY}|{_DAY}", re.IGNORECASE)
_HAS_HOUR = re.compile(_HOUR, re.IGNORECASE)

_LOCAL = (
    r"xã|phường|thị\strấn|thôn|xóm|làng|bản|ấp|khóm|tổ|khu|huyện|quận|thị\sxã|thành\sphố|tỉnh|TP|số|đường|phố|ngõ|cụm|"
    r"nhà|trạm|trường|sân|hội\strường|trụ\ssở|ủy\sban|UBND|chợ|đình|chùa|bến|cầu|cống|đê|bệnh\sviện|trung\stâm"
)
_WHERE = re.compile(
    rf"(?<!\w)(?:địa\sđiểm\s?:\s?|tại\s|trên\sđịa\sbàn\s|(?:ở|đến|tới)\s(?={_LOCAL}))"
    rf"([^\n.,;:!?()]{{2,80}}(?:,\s(?=(?:{_LOCAL}|\d)(?!\w))[^\n.,;:!?()]{{1,40}}){{0,4}})",
    re.IGNORECASE,
)
_ENDS_PLACE = re.compile(
    rf"\s(?:để|và\s(?!xã|phường|thôn|khu|tổ)|từ|vào|lúc|khi|nhằm|theo|do|sẽ|được|phải|cho|gồm|trước|trong|bắt\sđầu|{_ATOM})(?!\w).*$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\(?(?:\+?84|0)\)?(?:[\s.-]?\(?\d\)?){8,10}|1[89]00(?:[\s.-]?\d){4,6})(?![\w/]|[.,]\d)"
    r"|(?<=[Gg]ọi\s)1\d{2}(?!\w)|(?<=số\s)11[1-5](?!\w)",
)
_WHO = re.compile(
    r"(?<!\w)(?:toàn\sthể|tất\scả|các\shộ|mỗi\s(?:hộ|gia\sđình)|hộ\sgia\sđình|bà\scon|người\s(?:dân|cao\stuổi|có\scông)|"
    r"(?<!ban\s)(?<!đồng\s)nhân\sdân|phụ\shuynh|học\ssinh|trẻ\sem|trẻ\stừ|(?<!hội\s)phụ\snữ|cử\stri|hội\sviên|"
    r"đoàn\sviên|(?<!đoàn\s)thanh\sniên|"
    r"chủ\s(?:hộ|phương\stiện|lồng)|công\sdân)[^\n.,;:!?()]{0,60}",
    re.IGNORECASE,
)
_ENDS_WHO = re.compile(
    r"\s(?:đến(?!\s\d)|cần|hãy|phải|không|chủ\sđộng|mang|có\smặt|thực\shiện|chấp\shành|nhốt|tắt|đưa|cử|tham\sgia|chú\sý|"
    r"theo\sdõi|bơm|liên\shệ|đi|nộp|để\sý|tránh|sẽ|được|vào|tại|lúc|từ\s\d{1,2}\s?(?:giờ|h)|biết|hưởng|yên|sơ\stán|phát\sđộng|"
    r"và\scán\sbộ)(?!\w).*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?<!\w)(?:đề\snghị|yêu\scầu|cần|mang\stheo|hãy|không\s(?:được|đốt|đổ|nên|ra|đi)|tránh|lưu\sý|khuyến\scáo|chủ\sđộng|"
    r"kính\smời|xin\smời|mời|tắt|dự\strữ|nhớ|phải|nghiêm\scấm|cấm|sơ\stán|di\schuyển|đóng|nộp|liên\shệ)(?!\w)",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:kính\s(?:thưa|gửi)[^.!?:]{0,80}|xin\s(?:trân\strọng\s)?cảm\sơn[^.!?]{0,60}|trân\strọng[^.!?]{0,60})[.!:,…]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """The words of a notice that answer the questions people ask; each as it stands in the text."""

    when: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def moment(self) -> str:
        """Return the one time people must know: the first with an hour, better still with a day."""
        timed = [one for one in self.when if _HAS_HOUR.search(one)]
        dated = [one for one in timed if _HAS_DAY.search(one)]
        return next(iter([*dated, *timed, *self.when]), "")


def gist(said: Sequence[str]) -> Gist:
    """Return what the sentences of a notice say of when, where, who, whom to ask and what to do."""
    text = "\n".join(said)
    return Gist(
        when=_first(found.group() for found in _WHEN.finditer(text)),
        where=_first(_ENDS_PLACE.sub("", found.group(1)) for found in _WHERE.finditer(text)),
        who=_first(
            _ENDS_WHO.sub("", found.group())
            for sentence in said
            if not is_polite(sentence)
            for found in _WHO.finditer(sentence)
        ),
        phones=_first(found.group() for found in _PHONE.finditer(text)),
        asks=_first(sentence for sentence in said if _ASKS.search(sentence) and not is_polite(sentence)),
    )


def is_polite(sentence: str) -> bool:
    """Tell whether a sentence only greets or thanks: it is heard, and left out where room is short."""
    return _POLITE.match(sentence) is not None


def best(said: Sequence[str], longest: int) -> str:
    """Return the sentences that matter most and fit into `longest` letters, in their order.

    A sentence counts for the times, places, phone numbers and requests in it; the first of all says what it is about.
    When none fits, the one that counts most is cut.
    """
    telling = [sentence for sentence in said if not is_polite(sentence)] or list(said)
    if not telling:
        return ""
    ranked = sorted(range(len(telling)), key=lambda place: (-_weight(telling[place], place), place))
    taken: list[int] = []
    room = longest
    for place in ranked:
        if len(telling[place]) <= room:
            taken.append(place)
            room -= len(telling[place]) + 1
    if not taken:
        return cutting.fit(telling[ranked[0]], longest)
    return " ".join(telling[place] for place in sorted(taken))


def _weight(sentence: str, place: int) -> int:
    """Return how much would be lost with a sentence."""
    weight = 3 if place == 0 else 0
    when = _WHEN.search(sentence)
    if when is not None:
        weight += 7 if _HAS_HOUR.search(when.group()) else 3
    weight += 4 * (_PHONE.search(sentence) is not None)
    weight += 2 * (_WHERE.search(sentence) is not None)
    return weight + 2 * (_ASKS.search(sentence) is not None)


def _first(found: Iterable[str]) -> tuple[str, ...]:
    """Return the first few, each once, without marks at their ends."""
    kept: dict[str, str] = {}
    for one in found:
        plain = one.strip(" .,;:–—-\n")
        if plain:
            kept.setdefault(plain.casefold(), plain)
        if len(kept) == MOST:
            break
    return tuple(kept.values())
