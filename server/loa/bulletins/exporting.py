"""A unit's whole archive in open formats, so that another system can take it over."""

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO  # Any: what is told is JSON

from loa.bulletins import commands
from loa.bulletins.models import Bulletin, Rendition, Revision, Tape
from loa.bulletins.refusals import ExportTaken
from loa.bulletins.rules import exports, tables
from loa.kernel import scope as scopes
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media import queries as media
from loa.media import store
from loa.media.models import Document
from loa.media.rules import VerdictState
from loa.orgs.models import Unit

_AT_ONCE = 500
_SYSTEM = scopes.system("export")
_WHY = "the command asked for the right to the unit's whole archive"
_COLUMNS = (
    "id", "unit", "title", "state", "kind", "category", "language", "byline", "created_at", "changed_at", "sound",
    "text",
)  # fmt: skip


def write(
    scope: Scope, unit: Unit, folder: Path, *, now: datetime, bring: Callable[[Path, Path], object] = shutil.copyfile
) -> dict[str, int]:
    """Write the archive of a unit and of all below it into a new folder; return how much there is.

    Memory is bounded by digests, not by words or sounds. `bring` puts a file of the store there. Raises `ExportTaken`
    when something lies there already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportTaken
    commands.export_archive(scope, unit, now=now)
    for place in (folder, folder / "sounds", folder / "documents"):
        place.mkdir(parents=True, exist_ok=True)
    sounds: dict[str, None] = {}
    papers: dict[str, str] = {}
    count = 0
    with (folder / "bulletins.jsonl").open("wb") as lines, (folder / "bulletins.csv").open("wb") as table:
        _row(table, _COLUMNS, mark="\ufeff")
        for told in _told(unit):
            count += 1
            lines.write(json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            _row(table, _cells(told))
            sounds |= dict.fromkeys(one["sound"] for one in told["revisions"] if one["sound"])
            if told["tape"] and told["tape"]["document"]:
                papers[told["tape"]["document"]] = told["tape"]["document_kind"]
    for sha256 in sounds:
        bring(store.path(sha256), folder / "sounds" / f"{sha256}.ogg")
    for sha256, kind in papers.items():
        bring(store.path(sha256, shelf=store.DOCUMENTS), folder / "documents" / f"{sha256}.{kind}")
    (folder / "README.txt").write_text(exports.README, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(exports.SCHEMA, indent=1) + "\n", encoding="utf-8")
    _seal(folder, unit, count=count, now=now)
    return {"bulletins": count, "sounds": len(sounds), "documents": len(papers)}


def write_file(scope: Scope, unit: Unit, file: Path, *, now: datetime) -> dict[str, int]:
    """Write the same as one new ZIP. Raises `ExportTaken` when something lies there already."""
    if file.exists():
        raise ExportTaken
    with store.workplace() as place:
        folder = place / "archive"
        counted = write(scope, unit, folder, now=now, bring=os.link)
        draft = place / "archive.zip"
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
            for each in sorted(one for one in folder.rglob("*") if one.is_file()):
                is_packed = each.parent != folder
                packed.write(
                    each,
                    each.relative_to(folder).as_posix(),
                    compress_type=zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED,
                )
        shutil.move(draft, file)
    return counted


def _told(unit: Unit) -> Iterator[dict[str, Any]]:
    """Yield what is told of each bulletin, the oldest first."""
    found: ScopedQuerySet[Bulletin] = Bulletin.objects.unscoped(_WHY)
    ids = list(found.filter(unit__path__within=unit.path).order_by("created_at", "pk").values_list("pk", flat=True))
    for first in range(0, len(ids), _AT_ONCE):
        part = ids[first : first + _AT_ONCE]
        kept = {one.pk: one for one in found.filter(pk__in=part).select_related("unit", "author")}
        wordings = Revision.objects.unscoped(_WHY).filter(bulletin_id__in=part).select_related("decided_by")
        revisions = list(wordings.order_by("number"))
        clips = media.facts([one.clip_id for one in revisions if one.clip_id])
        renditions = list(Rendition.objects.unscoped(_WHY).filter(revision__bulletin_id__in=part).order_by("form"))
        tapes = Tape.objects.unscoped(_WHY).filter(bulletin_id__in=part).select_related("document")
        origins = {tape.bulletin_id: tape for tape in tapes}
        for pk in part:
            own = [one for one in revisions if one.bulletin_id == pk]
            yield _bulletin(kept[pk], own, renditions, clips, origins.get(pk))


def _bulletin(
    one: Bulletin, revisions: list[Revision], renditions: list[Rendition], clips: Any, tape: Tape | None
) -> dict[str, Any]:  # Any: facts of clips by id
    return {
        "id": str(one.pk),
        "unit": one.unit.code,
        "unit_name": one.unit.name,
        "title": one.title,
        "state": one.state,
        "origin_level": one.origin_level,
        "author": one.author.full_name,
        "created_at": one.created_at.isoformat(),
        "changed_at": one.changed_at.isoformat(),
        "version_of": str(one.version_of_id) if one.version_of_id else None,
        "revisions": [
            _revision(each, [r for r in renditions if r.revision_id == each.pk], clips) for each in revisions
        ],
        "tape": _tape(tape) if tape is not None else None,
    }


def _revision(one: Revision, renditions: list[Rendition], clips: Any) -> dict[str, Any]:  # Any: as above
    clip = clips.get(one.clip_id)
    return {
        "number": one.number,
        "title": one.title,
        "text": one.text,
        "state": one.state,
        "kind": one.kind,
        "category": one.category_id,
        "abstract": one.abstract,
        "byline": one.byline,
        "language": one.language_id,
        "valid_from": _moment(one.valid_from),
        "valid_until": _moment(one.valid_until),
        "is_must": one.is_must,
        "requester": one.requester,
        "sound": clip.sha256 if clip is not None else "",
        "voice": one.voice,
        "written_by": one.written_by,
        "created_at": one.created_at.isoformat(),
        "submitted_at": _moment(one.submitted_at),
        "decided_at": _moment(one.decided_at),
        "decided_by": one.decided_by.full_name if one.decided_by else None,
        "note": one.note,
        "renditions": [
            {"form": each.form, "title": each.title, "body": each.body, "is_edited": each.is_edited}
            for each in renditions
        ],
    }


def _tape(tape: Tape) -> dict[str, Any]:  # Any: JSON
    paper = tape.document if tape.document is not None and _is_handed_out(tape.document) else None
    return {
        "name": tape.name,
        "sha256": tape.sha256,
        "aired_on": tape.aired_on.isoformat() if tape.aired_on else None,
        "remark": tape.remark,
        "written_down_by": tape.written_down_by,
        "origin": tape.origin,
        "document": paper.sha256 if paper is not None else "",
        "document_kind": paper.kind if paper is not None else "",
    }


def _is_handed_out(paper: Document) -> bool:
    """Tell whether no search has found malicious software in the paper: what is held back stays."""
    found = media.documents(_SYSTEM).filter(pk=paper.pk).first()
    return found is not None and media.verdict_of(found) is not VerdictState.QUARANTINED


def _cells(told: dict[str, Any]) -> tuple[str, ...]:
    last: dict[str, Any] = told["revisions"][-1] if told["revisions"] else {}
    both = {**last, **told}
    return tuple(str(both.get(name) or last.get(name) or "") for name in _COLUMNS)


def _row(table: BinaryIO, cells: tuple[str, ...], *, mark: str = "") -> None:
    line = io.StringIO()
    csv.writer(line).writerow(tables.safe_cell(cell) for cell in cells)
    table.write((mark + line.getvalue()).encode())


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _seal(folder: Path, unit: Unit, *, count: int, now: datetime) -> None:
    """Write the manifest, which names every other file with digest and size."""
    files = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        files[file.relative_to(folder).as_posix()] = {"sha256": sha256, "size_bytes": file.stat().st_size}
    told = {"format": exports.FORMAT, "unit": unit.code, "unit_name": unit.name, "bulletins": count,
            "written_at": now.isoformat(), "files": files}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
