"""Taking in a voice's two files: told apart by the digest the operator gave, tried in the cage, then kept."""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any  # Any: a voice's description is JSON

from django.conf import settings

from loa.kernel import text
from loa.media import children, refusals, scanning, store
from loa.media.models import AddedVoice

MODEL_MOST_BYTES = 160 * 1024 * 1024
CONFIG_MOST_BYTES = 1024 * 1024
RATES_HZ = range(8_000, 48_001)
_SETTLED_S = 3600
"""A file just stored may belong to a row that is being written: it is left for the next time."""

_PHONEMES = {"espeak", "text"}
_DIGEST = re.compile(r"[0-9a-f]{64}")

BOUNDS = children.Bounds(
    kind="voice",
    at_once=1,
    patience=timedelta(seconds=10),
    wall=timedelta(seconds=60),
    cpu=timedelta(seconds=60),
    memory_bytes=2048 * 1024 * 1024,
    file_bytes=1024 * 1024,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedVoice:
    """A voice whose files lie in the store and that belongs to no unit yet. Digests are SHA-256."""

    sha256: str
    config_sha256: str
    size_bytes: int
    dataset: str
    language: str
    quality: str


def prepare(model: Path, config: Path, *, sha256: str, bounds: children.Bounds = BOUNDS) -> PreparedVoice:
    """Return the voice, kept and tried. The digest is the model's, from where the operator trusts it.

    Takes seconds. Raises a refusal of `loa.media.refusals`; then nothing was kept.
    """
    wanted = "".join(sha256.split()).lower()
    if _DIGEST.fullmatch(wanted) is None:
        raise refusals.DigestNeeded
    size_bytes = model.stat().st_size
    if size_bytes > MODEL_MOST_BYTES or config.stat().st_size > CONFIG_MOST_BYTES:
        raise refusals.VoiceTooLarge(limit=MODEL_MOST_BYTES // (1024 * 1024))
    with model.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != wanted:
        raise refusals.WrongDigest(found=found, wanted=wanted)
    told = _described(config)
    scanning.demand_clean(model)
    with store.workplace() as folder:
        kept_model, kept_config = folder / "voice.onnx", folder / "voice.json"
        kept_model.write_bytes(model.read_bytes())
        kept_config.write_bytes(config.read_bytes())
        request = {
            "task": "try_voice",
            "source": str(kept_model),
            "config": str(kept_config),
            "result": str(folder / "unused"),
        }
        children.run(request, bounds=bounds, overrun=refusals.BadVoice)
        config_sha256 = store.adopt(kept_config, shelf=store.VOICES)
        kept = store.adopt(kept_model, shelf=store.VOICES, most_bytes=MODEL_MOST_BYTES)
    if kept != wanted:
        raise refusals.WrongDigest(found=kept, wanted=wanted)
    return PreparedVoice(sha256=kept, config_sha256=config_sha256, size_bytes=size_bytes, **told)


def sweep() -> int:
    """Delete the files of voices that no unit has any more; return how many. Call it after a voice was removed."""
    rows = AddedVoice.objects.unscoped("a file goes when nobody at all has it").values_list("sha256", "config_sha256")
    used = {digest for pair in rows for digest in pair}
    files = (Path(settings.MEDIA_FOLDER) / store.VOICES).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")
    gone = [file for file in files if file.name not in used and time.time() - file.stat().st_mtime > _SETTLED_S]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _described(config: Path) -> Mapping[str, str]:
    """Return what the description says of the voice. Raises `BadVoice` when it describes none we can read with."""
    try:
        told = json.loads(config.read_text("utf-8"))
        is_sound = int(told["audio"]["sample_rate"]) in RATES_HZ and bool(told["phoneme_id_map"])
        is_ours = told.get("phoneme_type", "espeak") in _PHONEMES and int(told["num_speakers"]) >= 1
        language = told.get("language") or {}
        facts = {
            "dataset": _short(told.get("dataset")),
            "language": _short(language.get("code") or told["espeak"]["voice"]),
            "quality": _short(told["audio"].get("quality")),
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as odd:
        raise refusals.BadVoice from odd
    if not (is_sound and is_ours):
        raise refusals.BadVoice
    return facts


def _short(word: Any) -> str:
    return text.stored(str(word or ""))[:60].strip()
