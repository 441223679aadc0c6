"""The room's one door for reading."""

from loa.bulletins.queries.about import About, about, versions
from loa.bulletins.queries.archive import DEEPEST, Filters, Found, listed, search
from loa.bulletins.queries.batches import batch, batches, counts, is_taken, tapes, tapes_waiting
from loa.bulletins.queries.bulletins import (
    RevisionFacts,
    approved,
    approved_for,
    get,
    held,
    mine,
    own_draft,
    recent_texts,
    revision_facts,
    revisions,
    visible,
    writer_name,
)
from loa.bulletins.queries.counting import Counted, counted
from loa.bulletins.queries.deadlines import Deadline, deadlines, lying_with, overdue
from loa.bulletins.queries.flows import FlowFacts, flow, flows
from loa.bulletins.queries.listening import hearing, opened, opened_at, spans
from loa.bulletins.queries.marks import Marked, marked, sentences
from loa.bulletins.queries.renditions import rendition, renditions
from loa.bulletins.queries.sending import (
    inbox,
    is_open,
    is_over,
    is_sent,
    new_in,
    receipts_of,
    receipts_of_sending,
    received,
    sending,
    sendings,
)
from loa.bulletins.queries.steps import StepFacts, approved_their_own, can_decide, is_covered, steps, waiting_step
from loa.bulletins.queries.taxonomy import Branch, category_name, external_fields, languages, places_of, tree
from loa.bulletins.queries.templates import template, templates
from loa.bulletins.queries.waiting import waiting_for

__all__ = [
    "DEEPEST",
    "About",
    "Branch",
    "Counted",
    "Deadline",
    "Filters",
    "FlowFacts",
    "Found",
    "Marked",
    "RevisionFacts",
    "StepFacts",
    "about",
    "approved",
    "approved_for",
    "approved_their_own",
    "batch",
    "batches",
    "can_decide",
    "category_name",
    "counted",
    "counts",
    "deadlines",
    "external_fields",
    "flow",
    "flows",
    "get",
    "hearing",
    "held",
    "inbox",
    "is_covered",
    "is_open",
    "is_over",
    "is_sent",
    "is_taken",
    "languages",
    "listed",
    "lying_with",
    "marked",
    "mine",
    "new_in",
    "opened",
    "opened_at",
    "overdue",
    "own_draft",
    "places_of",
    "receipts_of",
    "receipts_of_sending",
    "received",
    "recent_texts",
    "rendition",
    "renditions",
    "revision_facts",
    "revisions",
    "search",
    "sending",
    "sendings",
    "sentences",
    "spans",
    "steps",
    "tapes",
    "tapes_waiting",
    "template",
    "templates",
    "tree",
    "versions",
    "visible",
    "waiting_for",
    "waiting_step",
    "writer_name",
]
