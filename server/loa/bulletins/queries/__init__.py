"""The room's one door for reading."""

from loa.bulletins.queries.archive import DEEPEST, Filters, Found, listed, search
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
    "DEEPEST",
    "Filters",
    "Found",
    "RevisionFacts",
    "approved",
    "approved_for",
    "get",
    "held",
    "listed",
    "mine",
    "rendition",
    "renditions",
    "revision_facts",
    "revisions",
    "search",
    "visible",
    "waiting_for",
]
