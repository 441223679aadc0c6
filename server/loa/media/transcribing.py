"""Words heard in a recording, written down by a machine in a cage: a draft that a person reads through."""

import json
from collections.abc import Sequence
from datetime import timedelta
from importlib import metadata, util
from pathlib import Path

from loa.media import children, refusals, rules, scanning, store
from loa.media.rules import Transcript, TranscriptPiece

BOUNDS = children.Bounds(
    kind="transcribe",
    at_once=1,  # the recognizer uses every core by itself
    patience=timedelta(seconds=30),
    wall=timedelta(minutes=20),
    cpu=timedelta(minutes=30),
    memory_bytes=1536 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)
LONGEST = rules.CLIP_MAX


def is_ready() -> bool:
    """Tell whether the recognizer is installed; `./loa voice prepare` brings it."""
    return util.find_spec("vietasr") is not None


def engine() -> str:
    """Return the recognizer's name and version, as it stands beside a draft. Raises `PartsMissing`."""
    if not is_ready():
        raise refusals.PartsMissing
    return f"viet-asr/{metadata.version('viet-asr')}"


def transcribe(path: Path, *, bounds: children.Bounds = BOUNDS) -> Transcript:
    """Return what is heard in a file of sound, or in the sound of a video, of at most half an hour.

    Takes about half the sound's length. The name is not looked at. Raises a refusal of `loa.media.refusals`:
    `PartsMissing` where the recognizer is not installed, those of an upload, `TooHeavy`, and `Busy` when another draft
    is being made on this machine.
    """
    if path.stat().st_size > rules.UPLOAD_MAX_BYTES:
        raise refusals.TooLarge
    scanning.demand_clean(path)
    return transcribe_ours([path], bounds=bounds)[0]


def transcribe_ours(paths: Sequence[Path], *, bounds: children.Bounds = BOUNDS) -> list[Transcript]:
    """Return what is heard in files of the store, one after another by one child. Raises as `transcribe` does."""
    made_by = engine()
    with store.workplace() as folder:
        result = folder / "heard.json"
        request = {
            "task": "transcribe",
            "sources": [str(path.resolve()) for path in paths],
            "longest_s": LONGEST.total_seconds(),
            "result": str(result),
        }
        children.run(request, bounds=bounds, overrun=refusals.TooHeavy)
        heard = json.loads(result.read_text(encoding="utf-8"))
    return [
        Transcript(
            engine=made_by,
            duration_ms=one["duration_ms"],
            pieces=tuple(TranscriptPiece(**piece) for piece in one["pieces"]),
        )
        for one in heard
    ]
