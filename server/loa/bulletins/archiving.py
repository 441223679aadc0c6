"""Bringing a folder of old tapes and papers into a unit's archive: looked through first, then taken in."""

import csv
import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from django.db import connections

from loa.bulletins import commands, queries, rules
from loa.bulletins.models import Batch, Category, Tape
from loa.bulletins.refusals import SheetUnreadable
from loa.bulletins.rules import folding, tapes
from loa.bulletins.rules.tapes import Fault, Row
from loa.kernel.errors import Denied, DomainError, NotFound, WrongState
from loa.kernel.scope import Scope
from loa.media import intake, transcribing
from loa.media.refusals import Busy
from loa.orgs.models import Unit

logger = logging.getLogger(__name__)

AT_ONCE = 2
SHEET_MOST_BYTES = 8 * 1024 * 1024
_BOUNDS = replace(intake.BOUNDS, kind="archive", at_once=AT_ONCE, patience=timedelta(minutes=10))
_PAPER_BOUNDS = replace(intake.DOCUMENT_BOUNDS, kind="archive", at_once=AT_ONCE, patience=timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A file or a row without one, before anything is opened: `state` is new, known or refused with a `reason`."""

    row: Row
    sha256: str
    category: str
    state: str
    reason: str


def read_sheet(path: Path) -> list[Row]:
    """Return what a spreadsheet (XLSX, or CSV in UTF-8) says. Raises `SheetUnreadable` and refusals of media."""
    if path.suffix.casefold() == ".xlsx":
        table: Sequence[Sequence[str]] = intake.table_from_upload(path)
    else:
        if path.stat().st_size > SHEET_MOST_BYTES:
            raise SheetUnreadable
        try:
            text = path.read_bytes().decode("utf-8-sig").replace("\0", "")
            head = text.split("\n", 1)[0]
            table = list(csv.reader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ","))
        except (UnicodeDecodeError, csv.Error) as odd:
            raise SheetUnreadable from odd
    try:
        return tapes.rows(table[: tapes.FILES_MOST + 10])
    except tapes.NoNameColumn as odd:
        raise SheetUnreadable from odd


def look(
    folder: Path, rows: Sequence[Row], *, known: Callable[[str], bool], beside: Sequence[Path] = ()
) -> list[Planned]:
    """Return what a run would do with each file and each row of the sheet. Reads every file once, changes nothing.

    `beside` are files that belong to no row, such as the sheet itself.
    """
    files = {name: file for name, file in _files(folder) if file.resolve() not in beside}
    places = {_matched(name): name for name in files} | {_matched(PurePosixPath(n).name): n for n in files}
    categories = _categories()
    planned: list[Planned] = []
    told: set[str] = set()
    seen: set[str] = set()
    for row in rows:
        name = places.get(_matched(row.name), "") if not row.fault else ""
        fault = row.fault or ("" if name else Fault.MISSING) or (Fault.TWICE if name in told else "")
        category = categories.get(folding.folded(row.category), "")
        if not fault and row.category and not category:
            fault = Fault.CATEGORY
        if name:
            told.add(name)
        planned.append(
            _planned(replace(row, name=name or row.name), files.get(name), category, fault, seen=seen, known=known)
        )
    for name in sorted(files.keys() - told):
        fault = "" if tapes.kept_name(name) else Fault.NAME
        planned.append(_planned(Row(name=name), files[name], "", fault, seen=seen, known=known))
    return planned


def begin(
    scope: Scope,
    unit: Unit,
    *,
    author_id: int,
    folder: Path,
    name: str = "",
    planned: Sequence[Planned],
    is_written_down: bool,
    is_started: bool = True,
    now: datetime,
) -> Batch:
    """Keep what was found as a batch, to come in at once or when somebody says so."""
    return commands.begin_batch(
        scope, unit, author_id=author_id, folder=str(folder), name=name, is_written_down=is_written_down,
        is_started=is_started, found=tapes_of(planned), now=now,
    )  # fmt: skip


def tapes_of(planned: Sequence[Planned]) -> list[Tape]:
    """Return the rows of a batch for what was found."""
    return [
        Tape(
            name=one.row.name,
            sha256=one.sha256,
            title=one.row.title,
            aired_on=one.row.aired_on,
            category_id=one.category or None,
            byline=one.row.byline,
            text=one.row.text,
            remark=one.row.remark,
            state=one.state,
            reason=one.reason,
        )
        for one in planned
    ]


def run(scope: Scope, batch: Batch, *, now: Callable[[], datetime], told: Callable[[int, int], None]) -> None:
    """Take in what is new in a batch, two files at a time; tells how many of how many are done.

    May be stopped at any moment and run again: what was taken or refused is not looked at a second time.
    """
    waiting = list(queries.tapes_waiting(batch))
    done = 0

    def work(tape: Tape) -> None:
        try:
            _take(scope, batch, tape, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as hands:
        for _ in hands.map(work, waiting):
            done += 1
            told(done, len(waiting))
    commands.end_batch(scope, batch, now=now())


def _take(scope: Scope, batch: Batch, tape: Tape, *, now: Callable[[], datetime]) -> None:
    file = Path(batch.folder) / tape.name
    try:
        if file.is_symlink() or not file.is_file() or _sha256(file) != tape.sha256:
            commands.refuse_tape(scope, batch, tape=tape, reason=Fault.MISSING)
            return
        if file.suffix.casefold() in tapes.PAPERS:
            paper = intake.document_from_upload(file, name=file.name, bounds=_PAPER_BOUNDS)
            text = tape.text or _words_of(file)
            commands.take_tape(scope, batch, tape=tape, paper=paper, sound=None, text=text, written_by="", now=now())
        else:
            sound = intake.from_upload(file, bounds=_BOUNDS)
            heard = transcribing.transcribe(file) if batch.is_written_down and not tape.text else None
            text = heard.text if heard is not None else tape.text
            by = heard.engine if heard is not None else ""
            commands.take_tape(scope, batch, tape=tape, paper=None, sound=sound, text=text, written_by=by, now=now())
    except (NotFound, Denied):
        raise  # who brings it in may no longer: nothing is wrong with the file
    except WrongState:
        logger.info("file of a batch was decided by another run", extra={"batch": batch.pk, "number": tape.number})
    except DomainError as refusal:
        commands.refuse_tape(scope, batch, tape=tape, reason=refusal.code)
    except OSError:
        logger.exception("file of a batch not read", extra={"batch": batch.pk, "number": tape.number})
        commands.refuse_tape(scope, batch, tape=tape, reason=Fault.MISSING)


def _words_of(file: Path) -> str:
    """Return the words of a paper, or nothing where it has none that can be read: the paper itself is kept anyway."""
    if file.suffix.casefold() not in {".pdf", ".docx"}:
        return ""
    try:
        return intake.text_from_upload(file, bounds=_PAPER_BOUNDS).text[: rules.TEXT_LONGEST]
    except Busy:
        raise
    except DomainError:
        return ""


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what lies in a folder by its relative name; links lead elsewhere and are passed over, as hidden files."""
    count = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place) / name
            if name.startswith(".") or file.is_symlink() or not file.is_file():
                continue
            count += 1
            if count > tapes.FILES_MOST:
                return
            yield file.relative_to(folder).as_posix(), file


def _planned(
    row: Row, file: Path | None, category: str, fault: str, *, seen: set[str], known: Callable[[str], bool]
) -> Planned:
    sha256 = ""
    if not fault and file is not None:
        if file.stat().st_size == 0:
            fault = Fault.EMPTY
        else:
            sha256 = _sha256(file)
    is_known = bool(sha256) and (sha256 in seen or known(sha256))
    seen.add(sha256)
    state = "refused" if fault else "known" if is_known else "new"
    return Planned(row=row, sha256=sha256, category=category, state=state, reason=str(fault))


def _matched(name: str) -> str:
    return tapes.kept_name(name).casefold()


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _categories() -> Mapping[str, str]:
    """Return the code of a category by everything it is called."""
    found = Category.objects.values_list("code", "name_vi", "name_en")
    return {folding.folded(word): code for code, vi, en in found for word in (code, vi, en)}
