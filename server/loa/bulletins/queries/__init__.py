"""The room's one door for reading."""

from loa.bulletins.queries.archive import (
    DEEPEST,
    Filters,
    Found,
    listed,
    search,
)
from loa.bulletins.queries.batches import (
    batch,
    batches,
    counts,
    is_taken,
    tapes,
    tapes_waiting,
)
from loa.bulletins.queries.bulletins import (
    RevisionFacts,
    approved,
    approved_for,
    get,
    held,
    mine,
    own_draft,
    revision_facts,
    revisions,
    visible,
    waiting_for,
    writer_name,
)
from loa.bulletins.queries.listening import (
    hearing,
    opened,
    opened_at,
    spans,
)
from loa.bulletins.queries.renditions import (
    rendition,
    renditions,
)
from loa.bulletins.queries.steps import (
    StepFacts,
    approved_their_own,
    can_decide,
    is_covered,
    steps,
    waiting_step,
)
from loa.bulletins.queries.taxonomy import (
    Branch,
    category_name,
    external_fields,
    languages,
    tree,
)

__all__ = [
    "DEEPEST",
    "Branch",
    "Filters",
    "Found",
    "RevisionFacts",
    "StepFacts",
    "approved",
    "approved_for",
    "approved_their_own",
    "batch",
    "batches",
    "can_decide",
    "category_name",
    "counts",
    "external_fields",
    "get",
    "hearing",
    "held",
    "is_covered",
    "is_taken",
    "languages",
    "listed",
    "mine",
    "opened",
    "opened_at",
    "own_draft",
    "rendition",
    "renditions",
    "revision_facts",
    "revisions",
    "search",
    "spans",
    "steps",
    "tapes",
    "tapes_waiting",
    "tree",
    "visible",
    "waiting_for",
    "waiting_step",
    "writer_name",
]
