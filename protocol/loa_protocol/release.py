"""Releases of the agent: a package, named by its digest, and the statement about it that a release key signs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self  # Any: claims are an open JSON object

from loa_protocol import fields
from loa_protocol.refusal import Reason, Refused

STATEMENT_MAX_BYTES = 16 * 1024
PACKAGE_MAX_BYTES = 64 * 1024 * 1024
"""The largest package a device fetches."""

UNPACKED_MAX_BYTES = 256 * 1024 * 1024
"""The most that a package may come to when it is unpacked."""

FILES_MOST = 10_000
_PARTS_LEAST, _PARTS_MOST = 2, 4


class Step(StrEnum):
    """How far a device has come with the release it is to run."""

    REFUSED = "refused"
    """Its statement or its package is not to be believed; it is not tried again."""
    WAITING = "waiting"
    """It cannot be taken over now: the package is not here, the disk is full, something airs or soon will."""
    TRYING = "trying"
    """It runs, and has not proved itself yet."""
    PROVED = "proved"
    """It runs: it was connected, verified what it was told, and its output took sound."""
    RETURNED = "returned"
    """It failed, and the former one runs again; it is not tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a release key vouches for. `sha256` and `size_bytes` are those of the package.

    Once a release has proved itself on a device, nothing older than its `floor` is taken over there. `iat` and `exp`
    are seconds since 1970: what was made long ago is not brought in anew.
    """

    version: str
    sha256: str
    size_bytes: int
    floor: str
    iat: int
    exp: int

    def claims(self) -> dict[str, Any]:
        """Return the JSON object that is signed."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def read(cls, claims: fields.Document) -> Self:
        """Return the release of verified claims."""
        found = cls(
            version=fields.text(claims, "version", longest=24),
            sha256=fields.digest(claims, "sha256"),
            size_bytes=fields.integer(claims, "size_bytes", low=1),
            floor=fields.text(claims, "floor", longest=24),
            iat=fields.integer(claims, "iat"),
            exp=fields.integer(claims, "exp"),
        )
        if found.size_bytes > PACKAGE_MAX_BYTES:
            raise Refused(Reason.TOO_LARGE, "size_bytes")
        if order(found.floor) > order(found.version):
            raise Refused(Reason.MALFORMED, "floor")
        return found


def order(version: str) -> tuple[int, ...]:
    """Return what versions are compared by: `1.10` comes after `1.9`. `Refused` when it is no version."""
    parts = version.split(".")
    if not _PARTS_LEAST <= len(parts) <= _PARTS_MOST or not all(part.isascii() and part.isdigit() for part in parts):
        raise Refused(Reason.MALFORMED, "version")
    return (*map(int, parts), *[0] * (_PARTS_MOST - len(parts)))
