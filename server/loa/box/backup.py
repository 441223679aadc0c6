"""Backup and return of a box: the database by pg_dump, media and keys as files, each with its digest."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from loa.box import folders, roles, standing
from loa.box.environment import Place, inherited
from loa.box.postgres import BINARIES
from loa.box.saying import Refused, step

FOLDERS = ("media", "keys", "secrets", "checkpoints")
_LIST = "backup.json"
_DUMP = "database.dump"
_NOTE = "last_backup.json"
"""Written beside the state after each backup, for `loa doctor`."""


def save(place: Place, folder: Path) -> None:
    """Write a backup into a folder that does not exist yet. Files only grow, so the database goes first."""
    if folder.exists():
        raise Refused("The folder %(folder)s exists already; a backup goes into a new one.", folder=folder)
    folders.demand(folder.absolute().parent)
    half = folder.with_name(folder.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o700)
    with standing.database(place) as cluster:
        source = place.database_url if cluster is None else cluster.url
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={half / _DUMP}", url=source)
    step("The database is saved")
    for name in FOLDERS:
        if (place.home / name).is_dir():
            shutil.copytree(place.home / name, half / name, symlinks=True)
    digests = {str(file.relative_to(half)): _digest(file) for file in _files(half)}
    (half / _LIST).write_text(json.dumps({"format": 1, "files": digests}, indent=1))
    half.rename(folder)
    _note_made(place.home)
    step("The backup is in %(folder)s: %(count)s files", folder=folder, count=len(digests))


def bring_back(place: Place, folder: Path) -> None:
    """Bring a backup into an empty state folder, or an empty database given by its address; checked first."""
    _check(folder)
    if any((place.home / name).exists() for name in ("postgres", *FOLDERS)):
        raise Refused("%(home)s is not empty: name a new state folder with LOA_HOME, or move this one away.",
                      home=place.home)  # fmt: skip
    with standing.database(place) as cluster:
        target = place.owner_url if cluster is None else cluster.url_as(roles.OWNER)
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
             str(folder / _DUMP), url=target)  # fmt: skip
    for name in FOLDERS:
        if (folder / name).is_dir():
            shutil.copytree(folder / name, place.home / name, symlinks=True)
    step("The backup of %(folder)s is back in %(home)s", folder=folder, home=place.home)


def made_at(home: Path) -> datetime | None:
    """Return when the last backup of this state folder was finished; None when none was noted."""
    try:
        at = datetime.fromisoformat(json.loads((home / _NOTE).read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo is not None else None


def _note_made(home: Path) -> None:
    half = home / f"{_NOTE}.part"
    half.write_text(json.dumps({"at": datetime.now(UTC).isoformat()}))
    half.replace(home / _NOTE)


def _check(folder: Path) -> None:
    try:
        wanted = json.loads((folder / _LIST).read_text())["files"]
    except (OSError, ValueError, KeyError) as odd:
        raise Refused("%(folder)s holds no whole backup.", folder=folder) from odd
    for name, digest in wanted.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise Refused("The backup is damaged: %(name)s is not what was saved.", name=name)


def _run(program: str, *arguments: str, url: str) -> None:
    """Run one of PostgreSQL's programs on a database; a password goes by the environment, which others cannot list."""
    bare, password = _without_password(url)
    done = subprocess.run(
        [str(BINARIES / program), *arguments, f"--dbname={bare}"],
        env={**inherited(), **password}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Refused("%(program)s failed: %(why)s", program=program, why=done.stderr.strip())


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    if not parts.password:
        return url, {}
    return url.replace(f":{parts.password}@", "@", 1), {"PGPASSWORD": unquote(parts.password)}


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
