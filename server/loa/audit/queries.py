"""Reading the record and checking its chain."""

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from loa.audit import rules
from loa.audit.commands import facts_of
from loa.audit.models import Entry
from loa.kernel.scope import Scope
from loa.kernel.scoped import reach

VIEW = "audit.view"


def entries(scope: Scope) -> QuerySet[Entry]:
    """Return what happened at and below the units whose record this scope may read, newest first."""
    found = Entry.objects.order_by("-pk")
    if scope.everywhere:
        return found
    return found.filter(reach(scope.roots(VIEW), lookup="unit_path"))


def about(scope: Scope, target: str) -> QuerySet[Entry]:
    """Return what happened to one thing, by its name in the record, newest first."""
    return entries(scope).filter(target=target)


def in_support(session: str, *, unit_path: str) -> QuerySet[Entry]:
    """Return what was done in a support session at a unit and below, newest first; the caller may see the session."""
    below = reach([unit_path], lookup="unit_path")
    return Entry.objects.filter(below, detail__support=session).order_by("-pk")


def first_break() -> Entry | None:
    """Return the first entry that does not fit the chain, or None when all is whole. Reads every row.

    A cut at the end leaves a whole, shorter chain: compare `head` with one written down elsewhere.
    """
    expected = rules.GENESIS
    for entry in _in_order():
        if entry.previous != expected or entry.digest != rules.digest(entry.previous, facts_of(entry)):
            return entry
        expected = entry.digest
    return None


def head() -> Mapping[str, object]:
    """Return the number of entries and the last digest: written down elsewhere it proves nothing was cut off."""
    last = Entry.objects.order_by("-pk").values_list("digest", flat=True).first()
    return {"entries": Entry.objects.count(), "digest": last or rules.GENESIS}


def _in_order() -> Iterator[Entry]:
    return Entry.objects.order_by("pk").iterator(chunk_size=5_000)
