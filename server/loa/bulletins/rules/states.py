"""States of a bulletin and of its revisions."""

from enum import StrEnum


class State(StrEnum):
    """Where a bulletin stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"
    """Brought in from old tapes and papers: found and heard, never aired. Whoever wants to air it writes a new one."""


class RevisionState(StrEnum):
    """Where one revision stands. `SUPERSEDED` was handed in and then replaced by its author before a decision.

    `ARCHIVED` came with an archive that another system wrote out: what was decided on it there is no decision here.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"


EDITABLE = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED})
"""States in which the author may still change the words. An approved bulletin is withdrawn and written anew."""

SAVES_ITSELF = frozenset({State.DRAFT, State.RETURNED})
"""States in which a form may save by itself: what waits for approval changes only when somebody presses a button."""

LIVE_REVISIONS = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.APPROVED)
"""A bulletin has at most one revision in these states."""
