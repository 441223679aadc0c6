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
from loa.bulletins.queries.renditions import rendition, renditions

__all__ = [
    "RevisionFacts",
    "approved",
    "approved_for",
    "get",
    "held",
    "mine",
    "rendition",
    "renditions",
    "revision_facts",
    "revisions",
    "visible",
    "waiting_for",
]
