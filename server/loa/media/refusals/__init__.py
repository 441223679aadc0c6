"""Why files are not taken: each a sentence a person can act on."""

from loa.kernel.errors import DomainError
from loa.media.refusals.documents import (
    ActivePaper,
    ArchiveTrick,
    Changed,
    DocumentTooHeavy,
    DocumentTooLarge,
    DocumentTruncated,
    DrawingRefused,
    EmbeddedFiles,
    HiddenContent,
    LockedPaper,
    Macros,
    NotDocument,
    OldOffice,
    OutsideLinks,
    Overblown,
    TooManyPixels,
    WrongEnding,
    WrongName,
)
from loa.media.refusals.scans import Infected, Quarantined, ScanIncomplete, ScannerAway
from loa.media.refusals.sound import (
    Damaged,
    NoSoundTrack,
    NotAudio,
    NothingToSay,
    PartsMissing,
    Silent,
    TextTooLong,
    TooHeavy,
    TooLarge,
    TooLong,
    TooQuiet,
    TooShort,
    Truncated,
    UnknownVoice,
    Unlevelled,
    VoiceFailed,
)
from loa.media.refusals.store import Busy, StorageFull

__all__ = [
    "BY_WORKER",
    "ActivePaper",
    "ArchiveTrick",
    "Busy",
    "Changed",
    "Damaged",
    "DocumentTooHeavy",
    "DocumentTooLarge",
    "DocumentTruncated",
    "DrawingRefused",
    "EmbeddedFiles",
    "HiddenContent",
    "Infected",
    "LockedPaper",
    "Macros",
    "NoSoundTrack",
    "NotAudio",
    "NotDocument",
    "NothingToSay",
    "OldOffice",
    "OutsideLinks",
    "Overblown",
    "PartsMissing",
    "Quarantined",
    "ScanIncomplete",
    "ScannerAway",
    "Silent",
    "StorageFull",
    "TextTooLong",
    "TooHeavy",
    "TooLarge",
    "TooLong",
    "TooManyPixels",
    "TooQuiet",
    "TooShort",
    "Truncated",
    "UnknownVoice",
    "Unlevelled",
    "VoiceFailed",
    "WrongEnding",
    "WrongName",
]

BY_WORKER: dict[str, type[DomainError]] = {
    refusal.code.removeprefix("media_"): refusal
    for refusal in (
        *(NotAudio, NoSoundTrack, Truncated, Damaged, TooLong, TooShort, Silent, TooQuiet, Unlevelled, PartsMissing),
        *(NotDocument, DrawingRefused, OldOffice, DocumentTruncated, TooManyPixels, HiddenContent, Overblown),
        *(ArchiveTrick, Macros, EmbeddedFiles, OutsideLinks, ActivePaper, LockedPaper),
    )
}
"""What the child process may answer, by the code it uses."""
