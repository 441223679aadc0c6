"""What is true of bulletins without a database and a clock."""

from loa.bulletins.rules.facts import (
    ABSTRACT_LONGEST,
    BYLINE_LONGEST,
    RECIPE,
    REQUESTER_LONGEST,
    VALID_FOR,
    VIETNAMESE,
    Facts,
    carried_on,
    completed,
    derived_abstract,
    stored,
    told,
)
from loa.bulletins.rules.kinds import CATEGORY_OF, THIRD_PARTY, Kind
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
    "ABSTRACT_LONGEST",
    "BYLINE_LONGEST",
    "CATEGORY_OF",
    "EDITABLE",
    "LIVE_REVISIONS",
    "NOTE_LONGEST",
    "RECIPE",
    "REQUESTER_LONGEST",
    "SPOKEN_LONGEST",
    "TEXT_LONGEST",
    "THIRD_PARTY",
    "TITLE_LONGEST",
    "VALID_FOR",
    "VIETNAMESE",
    "Facts",
    "Kind",
    "RevisionState",
    "State",
    "body",
    "carried_on",
    "completed",
    "content_sha256",
    "derived_abstract",
    "line",
    "stored",
    "told",
]
