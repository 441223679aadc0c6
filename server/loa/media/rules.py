"""What a clip and a document must be, and the facts that travel about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

UPLOAD_MAX_BYTES = 64 * 1024 * 1024
CLIP_MAX = timedelta(minutes=30)
CLIP_MIN = timedelta(milliseconds=500)
TEXT_MAX_LETTERS = 20_000

LOUDNESS_LUFS = -16.0
LOUDNESS_TOLERANCE_LU = 1.0
TRUE_PEAK_MAX_DBTP = -1.5
ENVELOPE_BARS = 120


TUNE_NAME_LONGEST = 80


class TuneUse(StrEnum):
    """Where a tune sounds: before what is said, after it, or under it."""

    INTRO = "intro"
    OUTRO = "outro"
    UNDER = "under"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedClip:
    """Sound that lies in the store, level and measured, and belongs to no unit yet.

    `envelope` is 120 bars from 0 to 100. `voice` is empty when a person speaks, two joined by `+` in a dialogue, and
    `speed` is how fast it read; an edit has one where any of its parts was read by a machine. `source` is `upload`,
    `speech` or `edit`.
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
    speed: float = 1.0


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
    source: str = "upload"
    speed: float = 1.0


class Region(StrEnum):
    """How a voice speaks Vietnamese."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice the machine can read with. `note` tells people honestly how it sounds.

    `version` is of everything that makes the sound: engine and voice. `gender` is `female`, `male` or empty. A voice
    that belongs to a unit is for that unit and all below it, by `unit_path`; `leaves` says that the text leaves this
    server to be read.
    """

    id: str
    label: str
    note: str
    engine: str
    version: str
    region: Region = Region.UNKNOWN
    gender: str = ""
    license: str = ""
    unit_path: str = ""
    leaves: bool = False


GENDERS = ("", "female", "male")
LABEL_LONGEST = 60

SPEED_SLOWEST, SPEED_FASTEST = 0.6, 1.6
PACES: Mapping[str, float] = {"slow": 0.85, "medium": 1.0, "fast": 1.2}
"""What a form offers; 1.0 is a calm reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPiece:
    """Words heard between two moments of a recording."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a machine heard in a recording: small letters, no punctuation, with mistakes. A draft for a person."""

    engine: str
    duration_ms: int
    pieces: Sequence[TranscriptPiece]

    @property
    def text(self) -> str:
        """Return all of it, a line for each piece."""
        return "\n".join(piece.text for piece in self.pieces)


class Kind(StrEnum):
    """What a document is, told by its content."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


DOCUMENT_MAX_BYTES = 25 * 1024 * 1024
NAME_LONGEST = 200
PIXELS_MOST = 40_000_000
SIDE_LONGEST = 12_000

PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
"""Decoded and encoded anew; papers are kept byte for byte, since signatures stand on them."""

ENDINGS: Mapping[str, Kind] = {
    "pdf": Kind.PDF,
    "docx": Kind.DOCX,
    "xlsx": Kind.XLSX,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
}

CONTENT_TYPES: Mapping[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
}
"""What a download is called: from here, never from who sent it."""

VERDICT_HOLDS = timedelta(hours=24)
"""How long a clean verdict lets a document out while the scanner, though required, does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDocument:
    """A document that lies in the store and belongs to no unit yet.

    `sent_sha256` is the digest of what was sent: another than `sha256` for pictures, which are encoded anew. `engine`
    is the scanner and its signatures, empty when nobody searched.
    """

    sha256: str
    sent_sha256: str
    size_bytes: int
    kind: Kind
    name: str
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedText:
    """The words of a paper. `notes` are codes.

    `letterhead`, `recipients` and `signature` were left out; `legacy_tcvn` and `legacy_vni` were turned into Unicode.
    """

    title: str
    text: str
    notes: Sequence[str]


class VerdictState(StrEnum):
    """What the latest search said of a document."""

    CLEAN = "clean"
    UNSEARCHED = "unsearched"
    QUARANTINED = "quarantined"
