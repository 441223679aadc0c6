"""The register of checks, what a check is given, and what it answers."""

import ipaddress
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any  # Any: Django's settings have no types
from urllib.parse import urlsplit

from loa.box.saying import gettext_noop, in_language

logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """How bad it is. Only `UNSAFE` makes `loa doctor` end with 1."""

    UNSAFE = "unsafe"
    RISKY = "risky"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: a sentence with named places, and what stands in them."""

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: str = "") -> str:
        """Return the sentence in a language, else in the account's own."""
        return in_language(self.sentence, language) % self.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What checks look at. `given` is the environment, `has_database` whether it answers."""

    settings: Any  # Any: as above
    given: Mapping[str, str]
    now: datetime
    has_database: bool = False

    @property
    def home(self) -> Path:
        """Return the state folder."""
        return Path(self.settings.LOA_HOME)

    @property
    def public_host(self) -> str:
        """Return the name under which people reach the server."""
        return urlsplit(self.settings.LOA_PUBLIC_URL).hostname or ""

    @property
    def is_reachable(self) -> bool:
        """Tell whether anybody outside this machine can speak to it."""
        return not (is_here(self.public_host) and is_here(self.settings.LOA_BIND))


Look = Callable[[Facts], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check: its code for ever, what a finding means and what to do; `covers` are settings it watches."""

    code: str
    severity: Severity
    means: str
    cure: str
    covers: Sequence[str]
    look: Look
    needs_database: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A check and what it found."""

    check: Check
    found: Sequence[Found]


_REGISTER: dict[str, Check] = {}

_BROKE = gettext_noop("The check itself failed: %(why)s")


def check(
    code: str, severity: Severity, *, means: str, cure: str, covers: Sequence[str] = (), needs_database: bool = False
) -> Callable[[Look], Look]:
    """Put a function into the register; it yields what it found, nothing when all is well."""

    def decorate(look: Look) -> Look:
        if code in _REGISTER:
            raise ValueError(code)
        _REGISTER[code] = Check(
            code=code, severity=severity, means=means, cure=cure, covers=tuple(covers), look=look,
            needs_database=needs_database,
        )  # fmt: skip
        return look

    return decorate


def registered() -> Mapping[str, Check]:
    """Return every check by its code."""
    return dict(_REGISTER)


def examine(facts: Facts) -> list[Diagnosis]:
    """Run every check that can run and return those that found something, the worst first. None ends the others."""
    diagnoses = []
    for one in _REGISTER.values():
        if one.needs_database and not facts.has_database:
            continue
        try:
            found = list(one.look(facts))
        except Exception as broke:
            logger.exception("check failed", extra={"code": one.code})
            found = [Found(_BROKE, {"why": f"{type(broke).__name__}: {broke}"})]
        if found:
            diagnoses.append(Diagnosis(check=one, found=found))
    order = list(Severity)
    return sorted(diagnoses, key=lambda diagnosis: (order.index(diagnosis.check.severity), diagnosis.check.code))


def is_here(host: str) -> bool:
    """Tell whether a host's name means this machine alone. No name is looked up."""
    if host in {"", "localhost"} or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
