"""Where something is: house numbers, roads, kilometre posts, coordinates, names with an apostrophe, vehicles."""

import re

from loa.media.speakable.codes import spelled
from loa.media.speakable.numbers import by_digits, cardinal, written

_WINDS = {"B": "Bắc", "N": "Bắc", "S": "Nam", "Đ": "Đông", "E": "Đông", "T": "Tây", "W": "Tây"}
_COORDINATE = re.compile(
    r"(?<![\w.,])(?P<degrees>\d{1,3}(?:[.,]\d{1,6})?)\s?°\s?(?:(?P<minutes>[0-5]?\d(?:[.,]\d{1,4})?)\s?['’′]\s?"
    r"(?:(?P<seconds>[0-5]?\d(?:[.,]\d{1,4})?)\s?[\"”″]\s?)?)?(?P<wind>[BNSĐETW])(?!\w)"
)
_HOUSE = re.compile(
    r"\b(?P<cue>(?:số nhà|nhà số|số|ngõ|ngách|hẻm|kiệt|lô|địa chỉ|đ/c)\s*:?\s+)"
    r"(?P<number>\d{1,4}[A-Za-zĐđ]?(?:/\d{1,4}[A-Za-zĐđ]?){1,3})(?![\w/]|-[A-ZĐ]|[.,]\d)",
    re.IGNORECASE,
)
_POST = re.compile(
    r"\b[Kk][Mm]\s?(?P<km>\d{1,4})\s?\+\s?(?P<metres>\d{1,3})(?![\d.,]*\d)(?P<to>\s*-\s*(?=[Kk][Mm]\s?\d))?"
)
_ROAD = re.compile(
    r"(?<![\w.])(?:đường(?: tỉnh| huyện| xã)?\s+)?(?P<kind>ĐT|ĐH|ĐX|TL|QL|HL)[.\s]?(?P<number>(?!11[1-5]\b)\d{1,3})"
    r"(?P<suffix>[A-ZĐ]?)(?![\w/]|[.,\- ]\d)"
)
_ROADS = {
    "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "QL": "quốc lộ", "HL": "huyện lộ", "ĐH": "đường huyện", "ĐX": "đường xã",
}  # fmt: skip
_PLATE = re.compile(r"(?<![\w.,])(\d{2})-?([A-ZĐ]{1,2}\d?)[\s\-]+(\d{3})\.?(\d{1,2})(?!\w|[.,]\d)")
_LOT = re.compile(
    r"\b(?P<cue>(?:lô|ô|kho|dãy|cổng|cửa|bến)\s+(?:số\s+)?)(?P<letters>[A-ZĐ]{1,3})-?(?P<digits>\d{1,3})(?!\w)"
)
_FLIGHT = re.compile(
    r"\b(?P<cue>(?:chuyến bay|hiệu bay|số hiệu)\s+(?:số\s+)?)(?P<letters>[A-Z]{2})\s?(?P<digits>\d{2,4})\b"
)
_APOSTROPHE = re.compile(r"(?<!\w)([BCDĐGHKLMNPRST])['’ʼ](?=[^\W\d_]{2})")
_ALIKE = {"K": "C"}


def read_coordinates(text: str) -> str:
    """Return text with degrees, minutes and seconds of a place in words; before quotation marks are dropped."""
    return _COORDINATE.sub(_coordinate, text)


def read_places(text: str) -> str:
    """Return text with house numbers, roads, kilometre posts, lots, flights and plates as they are told."""
    text = _PLATE.sub(_plate, text)
    text = _FLIGHT.sub(lambda match: f"{match['cue']}{spelled(match['letters'])} {by_digits(match['digits'])}", text)
    text = _LOT.sub(lambda match: f"{match['cue']}{spelled(match['letters'])} {by_digits(match['digits'])}", text)
    text = _POST.sub(_post, text)
    text = _ROAD.sub(_road, text)
    return _HOUSE.sub(lambda match: match["cue"] + " trên ".join(map(_house, match["number"].split("/"))), text)


def read_apostrophes(text: str) -> str:
    """Return text with the names of highland peoples and places as they are said: `H'Mông`, `K'Bang`."""
    return _APOSTROPHE.sub(lambda match: f"{_ALIKE.get(match[1], match[1])}ơ ", text)


def _coordinate(match: re.Match[str]) -> str:
    words = f"{written(match['degrees'])} độ"
    if match["minutes"]:
        words += f" {written(match['minutes'])} phút"
    if match["seconds"]:
        words += f" {written(match['seconds'])} giây"
    return f"{words} {_WINDS[match['wind']]}"


def _post(match: re.Match[str]) -> str:
    to = " đến " if match["to"] else ""
    return f"ki lô mét {cardinal(int(match['km']))} cộng {cardinal(int(match['metres']))}{to}"


def _road(match: re.Match[str]) -> str:
    words = f"{_ROADS[match['kind']]} {cardinal(int(match['number']))}"
    return f"{words} {spelled(match['suffix'])}" if match["suffix"] else words


def _house(part: str) -> str:
    digits = re.match(r"\d+", part)
    number = digits[0] if digits else ""
    return f"{written(number)} {spelled(part[len(number) :])}".strip()


def _plate(match: re.Match[str]) -> str:
    series = " ".join(by_digits(letter) if letter.isdigit() else spelled(letter) for letter in match[2])
    return f"{by_digits(match[1])} {series}, {by_digits(match[3] + match[4])}"
