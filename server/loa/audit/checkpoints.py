"""Signed statements of how far the record reached, kept in the database and exported to files."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any  # Any: a checkpoint's body is JSON

from django.conf import settings
from django.db import connection, transaction

from loa.audit import evidence, keys
from loa.audit.models import Checkpoint

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
FORMAT = 1
_LOCK = 7_303_004

_REACH = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT coalesce(max(id), 0) FROM audit_entry), (SELECT count(*) FROM audit_entry),
       (SELECT coalesce(max(id), 0) FROM audit_change), (SELECT count(*) FROM audit_change),
       (SELECT digest FROM audit_entry WHERE position IS NULL ORDER BY id DESC LIMIT 1),
       (SELECT max(through)::text FROM audit_purge)
"""
# What was not yet visible then has a transaction number from the snapshot's lower end on; numbers begin anew in a
# restored database, entries' ids do not.
_HEADS = """
SELECT DISTINCT ON (head.chain, head.day) head.chain, head.day::text, head.position, head.digest
  FROM audit_entry AS head
  JOIN (SELECT DISTINCT chain, day FROM audit_entry WHERE position IS NOT NULL AND (txid >= %s OR id > %s)) AS grown
    ON grown.chain = head.chain AND grown.day = head.day
 ORDER BY head.chain, head.day, head.position DESC
"""


class RecordIsOlder(RuntimeError):
    """The database is older than the checkpoints exported from it: nothing is signed until a restore is on record."""


class Unreadable(ValueError):
    """A file of checkpoints holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint as it travels: the signed text and its signature."""

    number: int
    body: str
    key_id: str
    signature: str
    told: dict[str, Any] = field(compare=False)  # Any: the body, read

    @property
    def sha256(self) -> str:
        """Return the digest by which the next one names this one."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def heads(self) -> list[tuple[str, str, int, str]]:
        """Return the ends of the chains that had grown: chain, day, position, digest."""
        return [(str(chain), str(day), int(place), str(digest)) for chain, day, place, digest in self.told["heads"]]


def make(*, now: datetime, force: bool = False, restored: dict[str, Any] | None = None) -> Signed | None:  # Any: JSON
    """Sign how far the record reaches, and export it; None when nothing grew and the last one is not an hour old.

    `restored` is the explicit word that the database is an older one now; without it such a database raises
    `RecordIsOlder`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last, told = latest(), last_exported()
        before = told if told is not None and (last is None or told.number > last.number) else last
        if before is not last and restored is None:
            raise RecordIsOlder
        cursor.execute(_REACH)
        xmin, last_entry, entries, last_change, changes, former, removed = cursor.fetchone()
        since = before.told if before is not None and restored is None else {"xmin": 0, "last_entry": 0}
        cursor.execute(_HEADS, [since["xmin"], since["last_entry"]])
        heads = [list(head) for head in cursor.fetchall()]
        is_fresh = before is not None and now - datetime.fromisoformat(before.told["at"]) < EVERY
        if not (heads and last_entry > since["last_entry"]) and is_fresh and not force and restored is None:
            return None
        body = {
            "format": FORMAT, "number": before.number + 1 if before else 1, "at": now.isoformat(),
            "previous": before.sha256 if before else "", "heads": heads, "former": former or "",
            "entries": entries, "last_entry": last_entry, "changes": changes, "last_change": last_change,
            "xmin": xmin, "removed_through": removed or "",
        }  # fmt: skip
        if restored is not None:
            body["restored"] = restored
        body[evidence.KEY] = evidence.seal(cursor, since, now=now)
        signed = _sign(body)
        Checkpoint.objects.create(number=signed.number, at=now, body=signed.body, key_id=signed.key_id,
                                  signature=signed.signature)  # fmt: skip
    export()
    return signed


def latest() -> Signed | None:
    """Return the last checkpoint in the database."""
    row = Checkpoint.objects.order_by("-number").first()
    return None if row is None else from_row(row)


def stored() -> Iterator[Signed]:
    """Yield the checkpoints in the database in their order."""
    for row in Checkpoint.objects.order_by("number").iterator(chunk_size=500):
        yield from_row(row)


def from_row(row: Checkpoint) -> Signed:
    """Return a stored checkpoint; `Unreadable` when its body is none."""
    return Signed(number=row.number, body=row.body, key_id=row.key_id, signature=row.signature, told=_read(row.body))


def folder() -> Path:
    """Return where checkpoints are exported."""
    return Path(settings.LOA_CHECKPOINT_FOLDER)


def files() -> Sequence[Path]:
    """Return the exported files, oldest first: one a month."""
    return sorted(folder().glob("checkpoints-*.jsonl"))


def exported(paths: Sequence[Path] | None = None) -> Iterator[Signed]:
    """Yield the checkpoints in the exported files, or in these; `Unreadable` names the file and line."""
    for path in files() if paths is None else paths:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith("\n"):
                    return  # the last line of a process that was ended while it wrote: written again by the next one
                try:
                    yield _from_line(line)
                except (ValueError, KeyError, TypeError) as odd:
                    raise Unreadable(f"{path.name}:{number}") from odd


def last_exported() -> Signed | None:
    """Return the last checkpoint that was exported."""
    for path in reversed(files()):
        last = None
        for last in exported([path]):  # noqa: B007 - only the last one counts
            pass
        if last is not None:
            return last
    return None


def export() -> int:
    """Write every checkpoint that is not in the files yet, and see it on the disk; return how many."""
    told = last_exported()
    missing = Checkpoint.objects.filter(number__gt=told.number if told else 0).order_by("number")
    count = 0
    for row in missing.iterator(chunk_size=100):
        path = folder() / f"checkpoints-{row.at:%Y-%m}.jsonl"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps(
            {"number": row.number, "body": row.body, "key_id": row.key_id, "signature": row.signature},
            ensure_ascii=False,
        )
        _append(path, line.encode() + b"\n")
        count += 1
    if count:
        public = folder() / keys.PUBLIC
        if not public.exists():
            public.write_bytes(keys.public_pem())
    return count


def _sign(body: dict[str, Any]) -> Signed:  # Any: JSON
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key_id, signature = keys.sign(text)
    return Signed(number=body["number"], body=text, key_id=key_id, signature=signature, told=body)


def _from_line(line: str) -> Signed:
    read = json.loads(line)
    body = str(read["body"])
    return Signed(number=int(read["number"]), body=body, key_id=str(read["key_id"]),
                  signature=str(read["signature"]), told=_read(body))  # fmt: skip


def _read(body: str) -> dict[str, Any]:  # Any: JSON
    told = json.loads(body)
    if not isinstance(told, dict) or not isinstance(told.get("heads"), list) or told.get("format") != FORMAT:
        raise Unreadable(body[:40])
    return told


def _append(path: Path, line: bytes) -> None:
    """Append a line whole; half a line left by a process that was ended is cut off first."""
    with path.open("ab+") as out:
        end = out.seek(0, os.SEEK_END)
        if end:
            out.seek(0)
            content = out.read()
            if not content.endswith(b"\n"):
                out.truncate(content.rfind(b"\n") + 1)
        out.write(line)
        out.flush()
        os.fsync(out.fileno())
