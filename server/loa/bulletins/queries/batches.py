"""Old tapes and papers: what came in, what waits, what was refused."""

import uuid
from collections import Counter
from collections.abc import Mapping

from loa.bulletins.models import Batch, Tape
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

_VIEW = "bulletins.view"


def batches(scope: Scope) -> ScopedQuerySet[Batch]:
    """Return the batches of units this scope may read, the latest first."""
    found: ScopedQuerySet[Batch] = Batch.objects.within(scope, _VIEW)
    return found.select_related("unit", "author").order_by("-begun_at", "-pk")


def batch(scope: Scope, batch_id: uuid.UUID) -> Batch:
    """Return one batch; `NotFound` when it is absent or outside the scope."""
    found = batches(scope).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def tapes(scope: Scope, batch_id: uuid.UUID) -> ScopedQuerySet[Tape]:
    """Return the files of a batch in the order of its spreadsheet."""
    found: ScopedQuerySet[Tape] = Tape.objects.within(scope, _VIEW).filter(batch_id=batch_id)
    return found.select_related("bulletin").order_by("number")


def counts(scope: Scope, batch_id: uuid.UUID) -> Mapping[str, int]:
    """Return how many files of a batch are in each state."""
    return Counter(tapes(scope, batch_id).values_list("state", flat=True))


def tapes_waiting(batch: Batch) -> ScopedQuerySet[Tape]:
    """Return the files of a batch that are still to be taken in."""
    waiting: ScopedQuerySet[Tape] = Tape.objects.unscoped("asked by who runs the batch").filter(batch_id=batch.pk)
    return waiting.filter(state="new").order_by("number")


def is_taken(unit_id: int, sha256: str) -> bool:
    """Tell whether a unit's archive has a file already."""
    taken = Tape.objects.unscoped("asked by who may write at the unit").filter(unit_id=unit_id, sha256=sha256)
    return bool(taken.filter(state="taken").exists())
