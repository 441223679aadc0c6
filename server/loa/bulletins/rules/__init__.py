"""What is true of bulletins without a database and a clock."""

from loa.bulletins.rules.states import EDITABLE, LIVE_REVISIONS, RevisionState, State
from loa.bulletins.rules.words import (
    NOTE_LONGEST,
    SPOKEN_LONGEST,
    TEXT_LONGEST,
    TITLE_LONGEST,
    body,
    content_sha256,
    line,
)

__all__ = [
    "EDITABLE",
    "LIVE_REVISIONS",
    "NOTE_LONGEST",
    "SPOKEN_LONGEST",
    "TEXT_LONGEST",
    "TITLE_LONGEST",
    "RevisionState",
    "State",
    "body",
    "content_sha256",
    "line",
]
