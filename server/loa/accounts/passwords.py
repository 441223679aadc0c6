"""Hashing of passwords, and which ones are refused."""

import functools
import gzip
import secrets
from collections.abc import Collection
from pathlib import Path

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from loa.accounts import rules
from loa.accounts.refusals import WeakPassword


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane.

    OWASP's parameters for servers that answer many people; Django's own would take all cores at once. One sign-in takes
    one core for some 30 ms, so a morning's crowd on two cores stays under 300 ms.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def hashed(password: str) -> str:
    """Return the form in which a password is kept."""
    return make_password(password)


def is_right(password: str, kept: str) -> bool:
    """Tell whether a password is the kept one; takes as long for an account that does not exist (`""`)."""
    return check_password(password, kept or _nobodys())


def refuse_weak(password: str, *, about: Collection[str], present: str = "", earlier: Collection[str] = ()) -> None:
    """Raise `WeakPassword` when a new password would be guessed, or is the present or an earlier one.

    Each earlier one costs as much as a sign-in.
    """
    found = rules.weaknesses(password, about=about, common=_common())
    if present and check_password(password, present):
        found.append(rules.Weakness.SAME)
    elif not found and any(check_password(password, kept) for kept in earlier):
        found.append(rules.Weakness.USED)
    if found:
        raise WeakPassword(found)


def one_time() -> str:
    """Return a password for one sign-in: 60 bits, in letters nobody confuses when reading aloud."""
    groups = ("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


@functools.cache
def _nobodys() -> str:
    return make_password("nobody's password: only its time counts")


@functools.cache
def _common() -> frozenset[str]:
    """Return the 20,000 commonest passwords, which Django carries, and those of our offices."""
    listed = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(listed, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines) | _LOCAL


_LOCAL = frozenset(
    {"matkhau123", "matkhau1234", "matkhau@123", "vietnam123", "vinhphuc123", "truyenthanh", "abcd123456"}
)
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
