"""Where the embedded PostgreSQL's socket lies: in the cluster's folder, or elsewhere where that path is too long."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

LONGEST_BYTES = 107 - len("/.s.PGSQL.5432")
"""A socket's address holds 107 bytes."""

_INSIDE = "socket"
_RECORD = "socket-folder"


class NotOurs(RuntimeError):
    """Something else stands where the socket's folder should be; the sentence says what and where."""


def of(cluster: Path) -> Path:
    """Return the folder of a cluster's socket, which `make` has made."""
    inside = cluster / _INSIDE
    if _is_short(inside):
        return inside
    with suppress(OSError):
        return Path((cluster / _RECORD).read_text().strip())
    return inside


def make(cluster: Path, *, uid: int, gid: int) -> Path:
    """Make the folder, or take the one there is after a look at it; only this account may enter. Raises `NotOurs`.

    What stands in a shared folder and is not ours any more is left alone, and another folder made.
    """
    inside = cluster / _INSIDE
    if _is_short(inside):
        _hold(inside, uid=uid, gid=gid)
        return inside
    with suppress(OSError, NotOurs):
        recorded = Path((cluster / _RECORD).read_text().strip())
        _hold(recorded, uid=uid, gid=gid)
        return recorded
    made = Path(tempfile.mkdtemp(prefix="loa-"))
    if not _is_short(made):
        made.rmdir()
        raise NotOurs(f"no place for a socket: {inside} and {made} are both longer than {LONGEST_BYTES} bytes")
    _hold(made, uid=uid, gid=gid)
    half = cluster / f"{_RECORD}.part"
    half.unlink(missing_ok=True)
    half.write_text(f"{made}\n")
    half.replace(cluster / _RECORD)
    return made


def is_held(folder: Path, *, uid: int) -> bool:
    """Tell whether this is a folder, no link, of this account or ours, that nobody else may enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return _is_private(found, uid)


def _is_short(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_BYTES


def _is_private(found: os.stat_result, uid: int) -> bool:
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid in {uid, os.geteuid()} and not stat.S_IMODE(found.st_mode) & 0o077
    )


def _hold(folder: Path, *, uid: int, gid: int) -> None:
    """Make the folder if nothing is there, and give it to the account; what is looked at is what is given."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as odd:
        raise NotOurs(f"{folder} is not a folder of its own: remove it") from odd
    try:
        if not _is_private(os.fstat(handle), uid):
            raise NotOurs(f"{folder} belongs to somebody else or lets others in: remove it")
        os.fchown(handle, uid, gid)
    finally:
        os.close(handle)
