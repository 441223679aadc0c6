"""Reading what devices of other makers send: numbers as text, times in seconds, and nothing that is believed unseen."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any  # Any: the input is whatever was sent

from loa_protocol.refusal import Reason, Refused

Told = Mapping[str, Any]

_LENGTH = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,6})?)")
_DIGEST_AT_END = re.compile(r"(?:^|/)([0-9a-f]{64})$")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_EARLIEST_S, _LATEST_S = 0, 7_258_118_400


def number(told: Told, name: str, *, low: float, high: float) -> float | None:
    """Return a number that may be written as text; None when it is absent or empty."""
    value = told.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(Reason.MALFORMED, name)
    return float(value)


def whole(told: Told, name: str, *, low: int, high: int) -> int | None:
    """Return a whole number that may be written as text."""
    value = number(told, name, low=low, high=high)
    if value is None:
        return None
    if value != int(value):
        raise Refused(Reason.MALFORMED, name)
    return int(value)


def text(told: Told, name: str, *, longest: int) -> str:
    """Return text without control characters, cut to its longest; empty when it is absent."""
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(Reason.MALFORMED, name)
    return "".join(letter for letter in value[:longest] if letter.isprintable())


def moment(told: Told, name: str) -> datetime | None:
    """Return a time told in seconds since 1970."""
    value = number(told, name, low=_EARLIEST_S, high=_LATEST_S)
    return None if value is None else datetime.fromtimestamp(value, UTC)


def length(told: Told, name: str) -> timedelta | None:
    """Return a length told as `HH:mm:ss`."""
    value = told.get(name)
    if value is None:
        return None
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Refused(Reason.MALFORMED, name)
    return timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=float(found[3]))


def identifier(told: Told, name: str) -> uuid.UUID:
    """Return an identifier of ours."""
    value = told.get(name)
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError as broken:
        raise Refused(Reason.MALFORMED, name) from broken


def digest_of(told: Told, name: str) -> str | None:
    """Return the digest at the end of a file's address; None when there is none."""
    found = _DIGEST_AT_END.search(text(told, name, longest=500))
    return None if found is None else found[1]


def rows(told: Told, name: str, *, most: int) -> list[Told]:
    """Return a list of objects; empty when it is absent."""
    value = told.get(name, [])
    if not isinstance(value, list) or len(value) > most or not all(isinstance(row, dict) for row in value):
        raise Refused(Reason.MALFORMED, name)
    return value


def names(told: Told, name: str, *, most: int) -> list[str]:
    """Return a list of short texts; empty when it is absent."""
    value = told.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise Refused(Reason.MALFORMED, name)
    if not all(isinstance(one, str) and len(one) <= 64 for one in value):
        raise Refused(Reason.MALFORMED, name)
    return value


def inner(told: Told, name: str) -> Told:
    """Return an object within; an empty one when it is absent."""
    value = told.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(Reason.MALFORMED, name)
    return value


def written(span: timedelta) -> str:
    """Return a length as `HH:mm:ss`, seconds rounded up."""
    seconds = -(-span // timedelta(seconds=1))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
