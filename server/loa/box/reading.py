"""Reading settings: what stands in a variable is what it has to be, or one sentence says what is wrong and ends it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from loa.box import secret_files
from loa.box.saying import Refused

_YES = frozenset({"1", "true", "yes"})
_NO = frozenset({"0", "false", "no"})
_HOURS = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d *- *(?:[01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"[0-9]{1,9}")
_WITHOUT_HOST = frozenset({"unix", "postgres", "postgresql"})


class WrongSetting(Refused):
    """A variable holds what it cannot hold; the sentence names it, what was given and what is wanted."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the variables of one environment. An empty one is none."""

    given: Mapping[str, str]

    def word(self, name: str, *, default: str = "") -> str:
        """Return any words."""
        return self.given.get(name) or default

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number within its bounds."""
        value = self.given.get(name) or str(default)
        if not (_NUMBER.fullmatch(value) and least <= int(value) <= most):
            raise WrongSetting(
                "%(name)s must be a whole number from %(least)s to %(most)s, and is “%(value)s”.",
                name=name, least=least, most=most, value=value,
            )  # fmt: skip
        return int(value)

    def port(self, name: str, *, default: int) -> int:
        """Return the number of a port."""
        value = self.given.get(name) or str(default)
        if not (_NUMBER.fullmatch(value) and 0 < int(value) < 65536):
            raise WrongSetting(
                "%(name)s must be the number of a port, from 1 to 65535, and is “%(value)s”.", name=name, value=value
            )
        return int(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = (self.given.get(name) or str(int(default))).lower()
        if value not in _YES | _NO:
            raise WrongSetting("%(name)s must be 1 or 0, and is “%(value)s”.", name=name, value=value)
        return value in _YES

    def choice(self, name: str, *, default: str, among: Collection[str]) -> str:
        """Return one of a few words."""
        value = self.given.get(name) or default
        if value not in among:
            raise WrongSetting("%(name)s must be one of these: %(words)s. It is “%(value)s”.",
                               name=name, words=", ".join(among), value=value)  # fmt: skip
        return value

    def address(self, name: str, *, default: str = "", schemes: Collection[str]) -> str:
        """Return an address that begins with one of these schemes, without a slash at its end."""
        value = self.given.get(name) or default
        _addressed(name, value, schemes)
        return value.rstrip("/")

    def names(self, name: str, *, default: str = "") -> list[str]:
        """Return what stands between commas."""
        return [one.strip() for one in (self.given.get(name) or default).split(",") if one.strip()]

    def networks(self, name: str) -> list[str]:
        """Return the networks that stand between commas."""
        found = self.names(name)
        for value in found:
            try:
                ip_network(value, strict=False)
            except ValueError as wrong:
                raise WrongSetting(
                    "%(name)s must name networks such as 10.1.0.0/16, with commas between, and has “%(value)s”.",
                    name=name, value=value,
                ) from wrong  # fmt: skip
        return found

    def hours(self, name: str) -> str:
        """Return hours of the day such as `07:00-19:00`, or nothing."""
        value = self.given.get(name, "").strip()
        first, _, last = value.partition("-")
        if value and (not _HOURS.fullmatch(value) or first.strip() == last.strip()):
            raise WrongSetting("%(name)s must be hours such as 07:00-19:00, and is “%(value)s”.",
                               name=name, value=value)  # fmt: skip
        return value

    def secret(self, name: str, home: Path, *, schemes: Collection[str] = ()) -> str:
        """Return a secret, wherever it lies; with `schemes` one that is an address and may hold a password."""
        try:
            value = secret_files.read(name, self.given, home)
        except (OSError, ValueError) as wrong:
            raise WrongSetting("%(name)s lies in a file that cannot be read: %(why)s", name=name, why=wrong) from wrong
        if schemes:
            _addressed(name, value, schemes, is_secret=True)
        return value


def _addressed(name: str, value: str, schemes: Collection[str], *, is_secret: bool = False) -> None:
    if value and not _is_address(value, schemes):
        raise WrongSetting(
            "%(name)s must be an address that begins with %(words)s, and is “%(value)s”.",
            name=name,
            words=", ".join(f"{scheme}:{'' if scheme == 'unix' else '//'}" for scheme in schemes),
            value=value.split(":", 1)[0] + ":…" if is_secret else value,
        )


def _is_address(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        is_known = parts.scheme in schemes and parts.port != 0
    except ValueError:  # the port is none
        return False
    return is_known and (bool(parts.hostname) or parts.scheme in _WITHOUT_HOST) and value == value.strip()
