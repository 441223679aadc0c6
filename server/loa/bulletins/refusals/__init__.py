"""What a person may hear instead of a yes."""

from loa.bulletins.refusals.deciding import (
    AlreadyDecided,
    NoteNeeded,
    NoteTooLong,
    OwnWork,
    PersonNeeded,
    RevisionChanged,
)
from loa.bulletins.refusals.facts import (
    AbstractTooLong,
    BylineTooLong,
    CategoryNeeded,
    CategoryUnknown,
    LanguageUnknown,
    ValidBackwards,
    check_facts,
)
from loa.bulletins.refusals.writing import (
    NoSound,
    NoTitle,
    SpokenWordsChanged,
    TextTooLong,
    TitleTooLong,
    TooLongToSpeak,
    check_words,
)

__all__ = [
    "AbstractTooLong",
    "AlreadyDecided",
    "BylineTooLong",
    "CategoryNeeded",
    "CategoryUnknown",
    "LanguageUnknown",
    "NoSound",
    "NoTitle",
    "NoteNeeded",
    "NoteTooLong",
    "OwnWork",
    "PersonNeeded",
    "RevisionChanged",
    "SpokenWordsChanged",
    "TextTooLong",
    "TitleTooLong",
    "TooLongToSpeak",
    "ValidBackwards",
    "check_facts",
    "check_words",
]
