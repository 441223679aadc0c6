"""Taking in sound from outside: judged by its content, decoded in a cage, kept only as our own Opus."""

from datetime import timedelta
from pathlib import Path

from loa.media import children, refusals, rules, store
from loa.media.rules import PreparedClip

BOUNDS = children.Bounds(
    kind="take",
    at_once=2,
    patience=timedelta(seconds=10),
    wall=timedelta(seconds=180),
    cpu=timedelta(seconds=150),
    memory_bytes=1024 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)


def from_upload(path: Path, *, bounds: children.Bounds = BOUNDS) -> PreparedClip:
    """Return the stored clip made from an uploaded file, whose name and declared type are not looked at.

    Takes seconds for a long file. Raises a refusal of `loa.media.refusals`; then nothing was stored.
    """
    if path.stat().st_size > rules.UPLOAD_MAX_BYTES:
        raise refusals.TooLarge
    with store.workplace() as folder:
        result = folder / "clip.ogg"
        request = {"task": "take", "source": str(path.resolve()), "result": str(result)}
        facts = children.run(request, bounds=bounds, overrun=refusals.TooHeavy)
        sha256 = store.adopt(result)
    return PreparedClip(sha256=sha256, voice="", source="upload", **facts)
