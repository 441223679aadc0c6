"""Whether the record is what was recorded: its chains, the rows it watches, and the checkpoints that seal it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from loa.audit import evidence, ports
from loa.audit.finding import Fault, Finding
from loa.audit.verifying import chains, changes, guards, rows, seals

__all__ = ["Fault", "Finding", "Verified", "verify"]


@dataclass(slots=True)
class Verified:
    """What was looked at and what was found."""

    entries: int = 0
    changes: int = 0
    rows: int = 0
    checkpoints: int = 0
    pending: int = 0
    explained: int = 0
    removed_through: str = ""
    last_checkpoint: str = ""
    exported: bool = False
    restored: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Tell whether nothing was found that is a fault of our own records."""
        return not self.findings


def verify(
    *, files: Sequence[Path] | None = None, key: Path | None = None, say: Callable[[str, int], None] = lambda *_: None
) -> Verified:
    """Look at everything in one snapshot; `files` are checkpoints kept elsewhere, `say` hears how far it has come."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # the outermost transaction; inside a test's it cannot be chosen any more
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sealed = seals.read(files=files, key=key)
        chained = chains.walk(cursor, sealed.wanted, say=lambda count: say("entries", count))
        changed = changes.walk(cursor, chained.covers, say=lambda count: say("changes", count))
        standing = rows.compare(cursor)
        found = Verified(
            entries=chained.count, changes=changed.count, rows=standing.count, checkpoints=sealed.count,
            pending=changed.pending, removed_through=chained.removed_through, last_checkpoint=sealed.last_at,
            exported=sealed.exported, restored=sealed.restored,
        )  # fmt: skip
        outside, found.explained = changes.outside(cursor, chained.outside, changed.uncovered)
        found.findings = [
            *guards.look(cursor), *sealed.findings, *chained.findings, *seals.missing(sealed, chained),
            *changed.findings, *outside, *standing.findings,
            *evidence.compare(cursor, sealed.days),
            *(one for check in ports.checks() for one in check(cursor)),
        ]  # fmt: skip
    return found
