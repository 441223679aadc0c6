"""Taking in files from outside: searched, judged by their content in a cage; sound is kept only as our own Opus."""

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

from loa.media import children, names, refusals, rules, scanning, store
from loa.media.rules import ImportedText, Kind, PreparedClip, PreparedDocument

BOUNDS = children.Bounds(
    kind="take",
    at_once=2,
    patience=timedelta(seconds=10),
    wall=timedelta(seconds=180),
    cpu=timedelta(seconds=150),
    memory_bytes=1024 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)

DOCUMENT_BOUNDS = children.Bounds(
    kind="document",
    at_once=2,
    patience=timedelta(seconds=10),
    wall=timedelta(seconds=60),
    cpu=timedelta(seconds=45),
    memory_bytes=1280 * 1024 * 1024,
    file_bytes=192 * 1024 * 1024,
)

UNPACK_BOUNDS = children.Bounds(
    kind="unpack",
    at_once=2,
    patience=timedelta(seconds=20),
    wall=timedelta(seconds=240),
    cpu=timedelta(seconds=120),
    memory_bytes=768 * 1024 * 1024,
    file_bytes=rules.UPLOAD_MAX_BYTES,
)
UNPACKED_MOST_BYTES = 1024 * 1024 * 1024


def from_upload(path: Path, *, bounds: children.Bounds = BOUNDS) -> PreparedClip:
    """Return the stored clip made from an uploaded file, whose name and declared type are not looked at.

    Takes seconds for a long file. Raises a refusal of `loa.media.refusals`; then nothing was stored.
    """
    if path.stat().st_size > rules.UPLOAD_MAX_BYTES:
        raise refusals.TooLarge
    scanning.demand_clean(path)
    with store.workplace() as folder:
        result = folder / "clip.ogg"
        request = {"task": "take", "source": str(path.resolve()), "result": str(result)}
        facts = children.run(request, bounds=bounds, overrun=refusals.TooHeavy)
        sha256 = store.adopt(result)
    return PreparedClip(sha256=sha256, voice="", source="upload", **facts)


def from_archive(path: Path, *, sha256: str, voice: str, bounds: children.Bounds = BOUNDS) -> PreparedClip:
    """Return the stored clip of an archive that was written out: heard through in the cage, kept byte for byte.

    Raises `Changed` when the file is not that of the digest, and refusals of sound when it is no clip as we make them.
    """
    if path.is_symlink() or not path.is_file() or path.stat().st_size > rules.UPLOAD_MAX_BYTES:
        raise refusals.Changed
    scanning.demand_clean(path)
    with store.workplace() as folder:
        copy = folder / "clip.ogg"
        shutil.copyfile(path, copy)
        with copy.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
                raise refusals.Changed
        request = {"task": "examine", "source": str(copy), "result": str(folder / "none")}
        facts = children.run(request, bounds=bounds, overrun=refusals.TooHeavy)
        store.adopt(copy)
    return PreparedClip(sha256=sha256, voice=voice, source="speech" if voice else "upload", **facts)


def document_from_upload(path: Path, *, name: str, bounds: children.Bounds = DOCUMENT_BOUNDS) -> PreparedDocument:
    """Return the stored document made from an uploaded file. What its sender declared is not looked at.

    Papers are kept byte for byte, pictures encoded anew. The name must fit the content. Raises a refusal of
    `loa.media.refusals`; then nothing was stored.
    """
    kept_name = names.shown(name)
    if path.stat().st_size > rules.DOCUMENT_MAX_BYTES:
        raise refusals.DocumentTooLarge
    finding = scanning.demand_clean(path)
    with store.workplace() as folder:
        result = folder / "document"
        request = {"task": "document", "source": str(path.resolve()), "result": str(result)}
        facts = children.run(request, bounds=bounds, overrun=refusals.DocumentTooHeavy)
        kind = Kind(facts["kind"])
        names.check_fits(kept_name, kind)
        with path.open("rb") as sent:
            sent_sha256 = hashlib.file_digest(sent, "sha256").hexdigest()
        if result.stat().st_size > rules.DOCUMENT_MAX_BYTES:
            raise refusals.DocumentTooLarge
        sha256 = store.adopt(result, shelf=store.DOCUMENTS)
    return PreparedDocument(
        sha256=sha256,
        sent_sha256=sent_sha256,
        size_bytes=facts["size_bytes"],
        kind=kind,
        name=kept_name,
        engine=finding.engine if finding is not None else "",
    )


def text_from_upload(path: Path, *, bounds: children.Bounds = DOCUMENT_BOUNDS) -> ImportedText:
    """Return the words of an uploaded Word file or PDF. Nothing is stored. Raises a refusal of `loa.media.refusals`."""
    if path.stat().st_size > rules.DOCUMENT_MAX_BYTES:
        raise refusals.DocumentTooLarge
    scanning.demand_clean(path)
    with store.workplace() as folder:
        result = folder / "text"
        request = {"task": "text", "source": str(path.resolve()), "result": str(result)}
        children.run(request, bounds=bounds, overrun=refusals.DocumentTooHeavy)
        told = json.loads(result.read_text(encoding="utf-8"))
    return ImportedText(title=told["title"], text=told["text"], notes=tuple(told["notes"]))


def look_over(path: Path, *, most_bytes: int) -> None:
    """Search an uploaded file that another room judges by rules of its own and stores itself; nothing is opened.

    Raises `TooLarge`, and what the search raises.
    """
    if path.stat().st_size > most_bytes:
        raise refusals.TooLarge
    scanning.demand_clean(path)


def unpack(
    path: Path, folder: Path, *, total_most: int = UNPACKED_MOST_BYTES, bounds: children.Bounds = UNPACK_BOUNDS
) -> list[tuple[str, str]]:
    """Unpack a ZIP into a new folder; return what was left out by name, each with `name`, `twice`, `size` or `damaged`.

    What came out has only been bounded, not looked into. Raises a refusal of `loa.media.refusals`; then the folder is
    not there.
    """
    scanning.demand_clean(path)
    store.demand_room(total_most)
    with store.workplace() as place:
        result = place / "unpacked"
        request = {
            "task": "unpack",
            "source": str(path.resolve()),
            "result": str(result),
            "total_most": total_most,
            "file_most": rules.UPLOAD_MAX_BYTES,
        }
        children.run(request, bounds=bounds, overrun=refusals.Overblown)
        left_out = json.loads(result.with_name("unpacked.json").read_text(encoding="utf-8"))
        result.rename(folder)
    return [(str(name), str(why)) for name, why in left_out]


def table_from_upload(path: Path, *, bounds: children.Bounds = DOCUMENT_BOUNDS) -> list[list[str]]:
    """Return the cells of the first sheet of an XLSX file, row by row, as words; a formula is `=`. Nothing is stored.

    Raises a refusal of `loa.media.refusals`.
    """
    if path.stat().st_size > rules.DOCUMENT_MAX_BYTES:
        raise refusals.DocumentTooLarge
    scanning.demand_clean(path)
    with store.workplace() as folder:
        result = folder / "table"
        request = {"task": "sheet", "source": str(path.resolve()), "result": str(result)}
        children.run(request, bounds=bounds, overrun=refusals.DocumentTooHeavy)
        table: list[list[str]] = json.loads(result.read_text(encoding="utf-8"))
    return table
