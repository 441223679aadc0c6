"""Reading the record and checking its chain."""

from collections.abc import Iterator

from loa.audit import rules
from loa.audit.commands import facts_of
from loa.audit.models import Entry


def first_break() -> Entry | None:
    """Return the first entry that does not fit the chain, or None when all is whole. Reads every row."""
    expected = rules.GENESIS
    for entry in _in_order():
        if entry.previous != expected or entry.digest != rules.digest(entry.previous, facts_of(entry)):
            return entry
        expected = entry.digest
    return None


def _in_order() -> Iterator[Entry]:
    return Entry.objects.order_by("pk").iterator(chunk_size=5_000)
