"""Searching all bulletins a scope may read: by words, accents or not, and by what else is known of them."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import TrigramSimilarity

from loa.bulletins.models import Bulletin, Word
from loa.bulletins.queries.narrowing import Filters
from loa.bulletins.queries.ranking import VIEW, ranked
from loa.bulletins.rules import seeking
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

DEEPEST = 1_200
"""How many results can be leafed through: whoever needs more asks more exactly, or takes the list as a file."""

LISTED_MOST = 5_000
_SHOWN = (
    "title", "state", "created_at", "changed_at", "unit__name", "unit__path", "author__full_name", "current__text",
    "current__category",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of results, best first. `instead` is what was looked for when what was typed occurs nowhere."""

    bulletins: Sequence[Bulletin]
    has_more: bool
    asked: seeking.Asked
    instead: Mapping[str, str]


def search(scope: Scope, words: str, filters: Filters, *, offset: int, limit: int, now: datetime) -> Found:
    """Return the bulletins that fit, those with the words in their title first, then by accents, then the newest.

    When no word fits, misspelled ones are mended.
    """
    asked = seeking.read(words)
    ids = ranked(scope, asked, filters, most=min(offset + limit + 1, DEEPEST), now=now)
    instead: Mapping[str, str] = {}
    if not ids and asked.wanted and (instead := _likely(asked)):
        asked = seeking.mended(asked, instead)
        ids = ranked(scope, asked, filters, most=min(offset + limit + 1, DEEPEST), now=now)
    shown = ids[offset : offset + limit]
    return Found(
        bulletins=_complete(scope, shown),
        has_more=len(ids) > offset + limit,
        asked=asked,
        instead=instead if ids else {},
    )


def listed(scope: Scope, words: str, filters: Filters, *, now: datetime, at_once: int = 500) -> Iterator[Bulletin]:
    """Yield what a search finds, at most `LISTED_MOST`, in the order of the page."""
    ids = ranked(scope, seeking.read(words), filters, most=LISTED_MOST, now=now)
    for first in range(0, len(ids), at_once):
        yield from _complete(scope, ids[first : first + at_once])


def _likely(asked: seeking.Asked) -> dict[str, str]:
    """Return, for words that occur in no bulletin, the most alike that does."""
    instead: dict[str, str] = {}
    for word in asked.single_words:
        if Word.objects.filter(word=word).exists():
            continue
        alike = Word.objects.filter(word__trigram_similar=word).annotate(nearness=TrigramSimilarity("word", word))
        found = alike.order_by("-nearness", "word").values_list("word", flat=True).first()
        if found is not None:
            instead[word] = found
    return instead


def _complete(scope: Scope, ids: Sequence[uuid.UUID]) -> list[Bulletin]:
    kept: ScopedQuerySet[Bulletin] = Bulletin.objects.within(scope, VIEW).filter(pk__in=ids)
    shown = kept.select_related("unit", "author", "current").only(*_SHOWN)
    found = {bulletin.pk: bulletin for bulletin in shown}
    return [found[pk] for pk in ids if pk in found]
