"""Reading fields out of JSON that may be hostile: each reader returns the type asked for or raises `Refused`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: the input is whatever was sent

from loa_protocol import canonical
from loa_protocol.refusal import Reason, Refused

Document = Mapping[str, Any]


def text(document: Document, name: str, *, longest: int = 512) -> str:
    """Return a string field of at most `longest` characters."""
    value = document.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise Refused(Reason.MALFORMED, name)
    return value


def optional_text(document: Document, name: str, *, longest: int = 512) -> str | None:
    """Return a string field, or None when it is absent or null."""
    return None if document.get(name) is None else text(document, name, longest=longest)


def integer(document: Document, name: str, *, low: int = 0, high: int = 2**63 - 1) -> int:
    """Return a whole number within `low` to `high`, both included."""
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Refused(Reason.MALFORMED, name)
    return value


def optional_integer(document: Document, name: str, *, low: int = 0, high: int = 2**63 - 1) -> int | None:
    """Return a whole number, or None when it is absent or null."""
    return None if document.get(name) is None else integer(document, name, low=low, high=high)


def number(document: Document, name: str, *, low: float, high: float) -> float:
    """Return a finite number within `low` to `high`, both included."""
    value = document.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise Refused(Reason.MALFORMED, name)
    return float(value)


def moment(document: Document, name: str) -> datetime:
    """Return an aware UTC time."""
    try:
        return canonical.from_wire(text(document, name, longest=40))
    except ValueError as broken:
        raise Refused(Reason.MALFORMED, name) from broken


def digest(document: Document, name: str) -> str:
    """Return a SHA-256 digest: 64 lower-case hex characters."""
    value = text(document, name, longest=64)
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise Refused(Reason.MALFORMED, name)
    return value


def optional_digest(document: Document, name: str) -> str | None:
    """Return a digest, or None when it is absent or null."""
    return None if document.get(name) is None else digest(document, name)


def items(document: Document, name: str, *, most: int = 10_000) -> list[Document]:
    """Return a list of objects of at most `most` entries."""
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > most or not all(isinstance(item, dict) for item in value):
        raise Refused(Reason.MALFORMED, name)
    return value


def texts(document: Document, name: str, *, most: int = 20_000) -> list[str]:
    """Return a list of strings of at most `most` entries."""
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > most or not all(isinstance(item, str) for item in value):
        raise Refused(Reason.MALFORMED, name)
    return value


def nested(document: Document, name: str) -> Document:
    """Return an object field."""
    value = document.get(name)
    if not isinstance(value, dict):
        raise Refused(Reason.MALFORMED, name)
    return value
