"""Old tapes and papers that come by a page: unpacked and looked through, taken in later by the worker."""

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from loa.bulletins import archiving, commands, queries, restoring
from loa.bulletins.models import Batch
from loa.bulletins.refusals import SheetUnreadable
from loa.bulletins.rules import words
from loa.bulletins.rules.tapes import Fault, Row
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError, WrongState
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import intake, store
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import uuid7

logger = logging.getLogger(__name__)

UNPACKED_MOST_BYTES = 512 * 1024 * 1024
WAITS = timedelta(days=7)
"""How long what was found waits for somebody's word."""

_SYSTEM = scopes.system("archive")
_SHEETS = frozenset({".xlsx", ".csv"})
_FAULTS = {"name": Fault.NAME, "twice": Fault.TWICE, "size": Fault.SIZE, "damaged": Fault.DAMAGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came with a form: a ZIP, and perhaps a spreadsheet beside it."""

    files: Path
    name: str
    sheet: Path | None


def receive(scope: Scope, unit: Unit, sent: Sent, *, author_id: int, is_written_down: bool, now: datetime) -> Batch:
    """Unpack what was sent, look through it and keep what was found; nothing comes in before `start_batch`.

    An archive that was written out is taken over bulletin by bulletin. Else a single spreadsheet at the top of the ZIP
    tells of the files when none was sent beside it. Takes as long as unpacking does. Raises refusals of media,
    `SheetUnreadable`, `NotFound` and `Denied`; then nothing is kept.
    """
    folder = store.closed_folder(store.UPLOADS) / str(uuid7.make())
    left_out = intake.unpack(sent.files, folder, total_most=UNPACKED_MOST_BYTES)
    try:
        if restoring.is_archive(folder):
            found = restoring.look(folder, known=lambda sha256: queries.is_taken(unit.pk, sha256))
            return restoring.begin(
                scope, unit, author_id=author_id, folder=folder, name=sent.name, found=found, is_started=False, now=now
            )
        sheet, rows = _sheet(sent, folder)
        refused = [Row(name=words.line(name)[:200] or "?", fault=_FAULTS[why]) for name, why in left_out]
        planned = archiving.look(
            folder,
            [*rows, *refused],
            known=lambda sha256: queries.is_taken(unit.pk, sha256),
            beside=[sheet.resolve()] if sheet is not None else [],
        )
        return archiving.begin(
            scope, unit, author_id=author_id, folder=folder, name=sent.name, planned=planned,
            is_written_down=is_written_down, is_started=False, now=now,
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _sheet(sent: Sent, folder: Path) -> tuple[Path | None, Sequence[Row]]:
    """Return the spreadsheet that tells of the files, and its rows: the one sent, or the only one at the top."""
    if sent.sheet is not None:
        return None, archiving.read_sheet(sent.sheet)
    found = [file for file in folder.iterdir() if file.is_file() and file.suffix.casefold() in _SHEETS]
    if len(found) != 1:
        return None, ()
    try:
        return found[0], archiving.read_sheet(found[0])
    except SheetUnreadable:
        return None, ()  # a paper like any other


def drop(scope: Scope, batch: Batch, *, now: datetime) -> None:
    """Let nothing of it come in, and forget the files."""
    commands.drop_batch(scope, batch, now=now)
    _forget(batch)


def carry_on(batch: Batch) -> bool:
    """Take in what is left of a batch that was started, in the name of who brought it; False when another hand does.

    May be killed at any moment and called again. Raises `Denied` when who brought it may no longer write there.
    """
    with _alone(batch) as is_mine:
        if not is_mine:
            return False
        batch.refresh_from_db(fields=["started_at", "ended_at"])
        if batch.is_running:
            scope = orgs.scope_for(batch.author, now=clock.now())
            run(scope, batch, now=clock.now, told=_say_nothing)
            _forget(batch)
    return True


def run(scope: Scope, batch: Batch, *, now: Callable[[], datetime], told: Callable[[int, int], None]) -> None:
    """Take in what is new in a batch: an archive that was written out, or tapes and papers."""
    is_archive = restoring.is_archive(Path(batch.folder))
    (restoring.run if is_archive else archiving.run)(scope, batch, now=now, told=told)


def left_behind() -> list[Batch]:
    """Return the batches that were started and are not done, whose author may still write there."""
    running: ScopedQuerySet[Batch] = queries.batches(_SYSTEM).filter(started_at__isnull=False, ended_at=None)
    return [one for one in running if orgs.scope_for(one.author).can("bulletins.write", one.scope_path)]


def drop_forgotten(*, now: datetime) -> int:
    """Drop what nobody gave their word for in a week; return how many."""
    waiting = queries.batches(_SYSTEM).filter(started_at=None, ended_at=None, begun_at__lt=now - WAITS)
    dropped = 0
    for batch in waiting:
        try:
            drop(_SYSTEM, batch, now=now)
            dropped += 1
        except WrongState:
            logger.info("batch was started meanwhile", extra={"batch": str(batch.pk)})
        except DomainError:
            logger.exception("batch not dropped", extra={"batch": str(batch.pk)})
    return dropped


def _forget(batch: Batch) -> None:
    """Remove the files that came by a page; a folder at the machine is the operator's."""
    folder = Path(batch.folder)
    if folder.parent == store.closed_folder(store.UPLOADS):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(batch: Batch) -> Iterator[bool]:
    """Hold the batch for this process; a process that dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [batch.audit_name])
        row = cursor.fetchone()
    is_mine = bool(row and row[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [batch.audit_name])


def _say_nothing(_done: int, _of: int) -> None:
    """Tell nobody: the page counts for itself."""
