"""Sound put together from kept clips: rendered in the cage from an edit list."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import timedelta

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.media import children, edits, queries, refusals, store
from loa.media.edits import Edit
from loa.media.models import Clip
from loa.media.rules import PreparedClip

BOUNDS = children.Bounds(
    kind="edit",
    at_once=2,
    patience=timedelta(seconds=20),
    wall=timedelta(seconds=180),
    cpu=timedelta(seconds=150),
    memory_bytes=1024 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)


def render(scope: Scope, edit: Edit, *, unit_path: str) -> PreparedClip:
    """Return the stored clip of an edit list, made for a unit. Takes seconds; call it before the transaction.

    Raises `NotFound` for a clip that the scope may not hear and the unit may not use as a tune, what `edits.check`
    refuses, and refusals of the sound.
    """
    clips = _clips(scope, edit.clips, unit_path=unit_path)
    edits.check(edit, lengths_ms={sha256: clip.duration_ms for sha256, clip in clips.items()})
    with store.workplace() as folder:
        result = folder / "clip.ogg"
        request = {
            "task": "edit",
            "edit": {**asdict(edit), "lead_ms": edits.LEAD_MS, "tail_ms": edits.TAIL_MS},
            "files": {sha256: str(store.path(sha256).resolve()) for sha256 in clips},
            "result": str(result),
        }
        facts = children.run(request, bounds=BOUNDS, overrun=refusals.TooHeavy)
        sha256 = store.adopt(result)
    voice = max(clips[part.sha256].voice for part in edit.parts)
    return PreparedClip(sha256=sha256, voice=voice, source="edit", **facts)


def _clips(scope: Scope, digests: Collection[str], *, unit_path: str) -> Mapping[str, Clip]:
    found = {clip.sha256: clip for clip in queries.visible(scope).filter(sha256__in=digests)}
    missing = set(digests) - found.keys()
    if missing:
        lent = queries.tunes_for(unit_path).filter(clip__sha256__in=missing)
        found |= {tune.clip.sha256: tune.clip for tune in lent}
    if set(digests) - found.keys():
        raise NotFound
    return found
