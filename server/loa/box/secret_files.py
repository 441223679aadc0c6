"""Where a secret comes from: its variable, the file that `NAME_FILE` names, systemd's credentials, the state folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """How a secret reached this process."""

    NONE = "none"
    VARIABLE = "variable"
    FILE = "file"
    CREDENTIAL = "credential"
    HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a secret lies. `file` is None for a variable, and for none at all."""

    kind: Kind
    file: Path | None = None


def source(name: str, given: Mapping[str, str], home: Path) -> Source:
    """Return where the secret of this variable is to be read. A file of `NAME_FILE` may turn out not to be there."""
    if given.get(name):
        return Source(kind=Kind.VARIABLE)
    if told := given.get(f"{name}_FILE"):
        return Source(kind=Kind.FILE, file=Path(told))
    short = name.removeprefix("LOA_").lower()
    if folder := given.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / short
        if credential.is_file():
            return Source(kind=Kind.CREDENTIAL, file=credential)
    kept = home / "secrets" / short
    return Source(kind=Kind.HOME, file=kept) if kept.is_file() else Source(kind=Kind.NONE)


def read(name: str, given: Mapping[str, str], home: Path) -> str:
    """Return the secret, empty when there is none. A file that was named and cannot be read ends the process."""
    found = source(name, given, home)
    if found.file is None:
        return given.get(name, "")
    return found.file.read_text(encoding="utf-8").strip()
