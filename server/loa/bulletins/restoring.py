"""An archive that was written out, taken over again: the same bulletins, wordings and sounds, as archived ones."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: JSON of others

from loa.bulletins import commands, queries
from loa.bulletins.models import Batch, Category, Language, Tape
from loa.bulletins.rules import exports, imports
from loa.bulletins.rules.imports import Item
from loa.bulletins.rules.tapes import FILES_MOST, Fault
from loa.kernel.errors import Denied, DomainError, NotFound, WrongState
from loa.kernel.scope import Scope
from loa.media import intake, store
from loa.media.rules import PreparedClip, PreparedDocument
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

logger = logging.getLogger(__name__)

MANIFEST_MOST_BYTES = 64 * 1024 * 1024
_LINES = "bulletins.jsonl"


def is_archive(folder: Path) -> bool:
    """Tell whether a folder is an archive that was written out."""
    return _manifest(folder).get("format") == exports.FORMAT and (folder / _LINES).is_file()


def look(folder: Path, *, known: Callable[[str], bool]) -> list[Tape]:
    """Return what a run would do with each bulletin of an archive; reads every line once, changes nothing."""
    found: list[Tape] = []
    seen: set[str] = set()
    for number, item in _items(folder):
        if item is None:
            found.append(Tape(name=f"{_LINES}:{number}", state="refused", reason=Fault.LINE))
            continue
        sha256 = digest(item)
        is_known = sha256 in seen or known(sha256)
        seen.add(sha256)
        found.append(
            Tape(
                name=f"{_LINES}:{number}",
                sha256=sha256,
                title=item.title,
                byline=item.wordings[-1].facts.byline,
                state="known" if is_known else "new",
                origin=dict(item.origin),
            )
        )
    return found


def begin(
    scope: Scope,
    unit: Unit,
    *,
    author_id: int,
    folder: Path,
    name: str = "",
    found: Sequence[Tape],
    is_started: bool = True,
    now: datetime,
) -> Batch:
    """Keep what was found as a batch, to come in at once or when somebody says so."""
    return commands.begin_batch(
        scope, unit, author_id=author_id, folder=str(folder), name=name, is_written_down=False,
        is_started=is_started, found=found, now=now,
    )  # fmt: skip


def run(scope: Scope, batch: Batch, *, now: Callable[[], datetime], told: Callable[[int, int], None]) -> None:
    """Take in what is new; may be stopped at any moment and run again. Sounds are kept byte for byte."""
    folder = Path(batch.folder)
    waiting = {tape.name: tape for tape in queries.tapes_waiting(batch)}
    files, of = _manifest(folder).get("files", {}), len(waiting)
    for number, item in _items(folder):
        tape = waiting.pop(f"{_LINES}:{number}", None)
        if tape is None:
            continue
        if item is None or digest(item) != tape.sha256:
            commands.refuse_tape(scope, batch, tape=tape, reason=Fault.MISSING)
        else:
            _take(scope, batch, tape, item, files=files, now=now())
        told(of - len(waiting), of)
    for tape in waiting.values():
        commands.refuse_tape(scope, batch, tape=tape, reason=Fault.MISSING)
    commands.end_batch(scope, batch, now=now())


def digest(item: Item) -> str:
    """Return under which digest a unit takes a bulletin once, whatever became of it since."""
    return hashlib.sha256(f"{exports.FORMAT}:{item.id}".encode()).hexdigest()


def _take(
    scope: Scope, batch: Batch, tape: Tape, item: Item, *, files: Mapping[str, Any], now: datetime
) -> None:  # Any: as the manifest says
    """Take one bulletin in with its sounds and paper; one whose files are missing or changed is refused whole."""
    folder = Path(batch.folder)
    try:
        sounds = {one.sound: _sound(folder, one.sound, one.voice) for one in item.wordings if one.sound}
        paper = _paper(folder, item, files)
        commands.take_item(
            scope, batch, tape=tape, unit=_unit(scope, batch.unit, item.unit), item=_known_here(item), sounds=sounds,
            paper=paper, now=now,
        )  # fmt: skip
    except (NotFound, Denied):
        raise  # who brings it in may no longer: nothing is wrong with the bulletin
    except WrongState:
        logger.info("bulletin of an archive was decided by another run", extra={"number": tape.number})
    except DomainError as refusal:
        commands.refuse_tape(scope, batch, tape=tape, reason=refusal.code)
    except OSError:
        logger.exception("bulletin of an archive not read", extra={"batch": str(batch.pk), "number": tape.number})
        commands.refuse_tape(scope, batch, tape=tape, reason=Fault.MISSING)


def _sound(folder: Path, sha256: str, voice: str) -> PreparedClip:
    """Return the clip of a digest, checked in the cage and kept byte for byte. Raises refusals of media."""
    return intake.from_archive(folder / "sounds" / f"{sha256}.ogg", sha256=sha256, voice=voice)


def _paper(folder: Path, item: Item, files: Mapping[str, Any]) -> PreparedDocument | None:
    """Return the paper of the old tape that a bulletin was made of, where the archive has one."""
    tape = item.origin.get("tape") or {}
    name = f"documents/{tape.get('document')}.{tape.get('document_kind')}"
    if not tape.get("document") or name not in files or not store.is_digest(str(tape["document"])):
        return None
    shown = Path(str(tape.get("name") or "")).stem or str(tape["document"])
    return intake.document_from_upload(folder / name, name=f"{shown}.{tape['document_kind']}")


def _unit(scope: Scope, top: Unit, code: str) -> Unit:
    """Return the unit of a code at or below the one whose archive it becomes; that one itself when there is none."""
    try:
        found = orgs.unit_by_code(scope, code)
    except NotFound:
        return top
    return found if found.path.startswith(f"{top.path}/") else top


def _known_here(item: Item) -> Item:
    """Return the bulletin without fields and languages that this deployment does not have."""
    categories = {one.facts.category for one in item.wordings}
    languages = {one.facts.language for one in item.wordings}
    here = set(Category.objects.filter(pk__in=categories).values_list("pk", flat=True))
    tongues = set(Language.objects.filter(pk__in=languages).values_list("pk", flat=True))
    return imports.without(item, categories=categories - here, languages=languages - tongues)


def _items(folder: Path) -> Iterator[tuple[int, Item | None]]:
    """Yield each line's number and bulletin, None for a line that tells of none; one line at a time in memory."""
    with (folder / _LINES).open("rb") as lines:
        for number in range(1, FILES_MOST + 1):
            line = lines.readline(imports.LINE_LONGEST_BYTES + 1)
            if not line:
                return
            try:
                yield number, imports.read(line)
            except imports.NoItem:
                yield number, None


def _manifest(folder: Path) -> Mapping[str, Any]:
    file = folder / "manifest.json"
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MANIFEST_MOST_BYTES:
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    files = told.get("files") if isinstance(told, dict) else None
    return told if isinstance(files, dict) else {}
