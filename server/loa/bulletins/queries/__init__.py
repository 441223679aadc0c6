"""The room's one door for reading."""

from loa.bulletins.queries.bulletins import (
    RevisionFacts,
    approved,
    approved_for,
    get,
    held,
    mine,
    revision_facts,
    revisions,
    visible,
    waiting_for,
)

__all__ = [
    "RevisionFacts",
    "approved",
    "approved_for",
    "get",
    "held",
    "mine",
    "revision_facts",
    "revisions",
    "visible",
    "waiting_for",
]
