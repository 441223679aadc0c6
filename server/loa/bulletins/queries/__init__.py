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
from loa.bulletins.queries.listening import hearing, opened, opened_at, spans
from loa.bulletins.queries.renditions import rendition, renditions
from loa.bulletins.queries.steps import StepFacts, approved_their_own, can_decide, is_covered, steps, waiting_step

__all__ = [
    "DEEPEST",
    "Filters",
    "Found",
    "RevisionFacts",
    "StepFacts",
    "approved",
    "approved_for",
    "approved_their_own",
    "can_decide",
    "get",
    "hearing",
    "held",
    "is_covered",
    "listed",
    "mine",
    "opened",
    "opened_at",
    "rendition",
    "renditions",
    "revision_facts",
    "revisions",
    "search",
    "spans",
    "steps",
    "visible",
    "waiting_for",
    "waiting_step",
]
