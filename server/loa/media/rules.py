"""What a clip must be, and the facts that travel about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

UPLOAD_MAX_BYTES = 64 * 1024 * 1024
CLIP_MAX = timedelta(minutes=30)
CLIP_MIN = timedelta(milliseconds=500)
TEXT_MAX_LETTERS = 20_000

LOUDNESS_LUFS = -16.0
LOUDNESS_TOLERANCE_LU = 1.0
TRUE_PEAK_MAX_DBTP = -1.5
ENVELOPE_BARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedClip:
    """Sound that lies in the store, level and measured, and belongs to no unit yet.

    `envelope` is 120 bars from 0 to 100. `voice` is empty when a person speaks. `source` is `upload` or `speech`.
    """

    sha256: str
    size_bytes: int
    duration_ms: int
    loudness_lufs: float
    true_peak_dbtp: float
    level_dbfs: float
    envelope: list[int]
    voice: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """What other rooms need of a kept clip."""

    id: UUID
    sha256: str
    size_bytes: int
    duration_ms: int
    level_dbfs: float
    envelope: Sequence[int]
    voice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice the machine can read with. `note` tells people honestly how it sounds."""

    id: str
    label: str
    note: str
