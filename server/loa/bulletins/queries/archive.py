"""Searching all bulletins a scope may read: by words, accents or not, and by what else is known of them."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal  # Any: Django's own query sets

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Value,
)

from loa.bulletins import ports, rules
from loa.bulletins.models import Bulletin, CategoryPlace, Sought, Word
from loa.bulletins.rules import seeking
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

DEEPEST = 1_200
"""How many results can be leafed through: whoever needs more asks more exactly, or takes the list as a file."""

LISTED_MOST = 5_000
_VIEW = "bulletins.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What else than words narrows a search; None and empty narrow nothing. Spans are half-open."""

    unit_path: str = ""
    states: Sequence[rules.State] = ()
    sound: Literal["", "recorded", "spoken", "none"] = ""
    kind: str = ""
    category: str = ""
    language: str = ""
    origin_level: str = ""
    written_since: datetime | None = None
    written_until: datetime | None = None
    is_aired: bool | None = None
    aired_since: datetime | None = None
    aired_until: datetime | None = None


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
    ids = _ranked(scope, asked, filters, most=min(offset + limit + 1, DEEPEST), now=now)
    instead: Mapping[str, str] = {}
    if not ids and asked.wanted and (instead := _likely(asked)):
        asked = seeking.mended(asked, instead)
        ids = _ranked(scope, asked, filters, most=min(offset + limit + 1, DEEPEST), now=now)
    shown = ids[offset : offset + limit]
    return Found(
        bulletins=_complete(scope, shown),
        has_more=len(ids) > offset + limit,
        asked=asked,
        instead=instead if ids else {},
    )


def listed(scope: Scope, words: str, filters: Filters, *, now: datetime, at_once: int = 500) -> Iterator[Bulletin]:
    """Yield what a search finds, at most `LISTED_MOST`, in the order of the page."""
    ids = _ranked(scope, seeking.read(words), filters, most=LISTED_MOST, now=now)
    for first in range(0, len(ids), at_once):
        yield from _complete(scope, ids[first : first + at_once])


def _ranked(scope: Scope, asked: seeking.Asked, filters: Filters, *, most: int, now: datetime) -> list[uuid.UUID]:
    """Return ids, best first: the newest at once where many fit, all of them weighed where few do, else by tiers."""
    within = Sought.objects.within(scope, _VIEW)
    reached = _narrowed(within, filters, now=now)
    if not asked.wanted:
        return _ids(reached.order_by("-changed_at", "-bulletin_id"), most)
    tiers = list(_tiers(asked))
    newest = within.order_by("-changed_at", "-bulletin_id").values("pk")
    if len(ids := _ids(reached.filter(tiers[0], pk__in=newest[:_NEWEST_OF_TITLES]).order_by(*_BY_AGE), most)) == most:
        return ids
    weighed = _weighed(reached, tiers)
    found = dict.fromkeys(
        weighed if weighed is not None else _by_tiers(reached, tiers, newest[:_NEWEST_OF_TEXTS], most)
    )
    if len(found) < most and seeking.is_completable(asked):
        begun = reached.filter(_holds("words", seeking.query(asked, is_unfinished=True)))
        found |= dict.fromkeys(_ids(begun.order_by(*_BY_AGE), most + len(found)))
    return list(found)[:most]


_NEWEST_OF_TITLES, _NEWEST_OF_TEXTS, _WEIGHED_MOST = 1_000, 100, 200
"""How many of the newest titles and texts are looked at for words that many have, and how many results are weighed one
by one: a look into a text costs ten times one at a title."""


def _weighed(reached: ScopedQuerySet[Sought], tiers: Sequence[Func]) -> list[uuid.UUID] | None:
    """Return all that fit the last tier, sorted by the first one each fits; None when they are too many."""
    ids = _ids(reached.filter(tiers[-1]).order_by(), _WEIGHED_MOST + 1)
    if len(ids) > _WEIGHED_MOST:
        return None
    fits = {f"tier_{number}": tier for number, tier in enumerate(tiers[:-1])}
    found = reached.filter(pk__in=ids).annotate(**fits).order_by()
    rows = list(found.values_list("bulletin_id", "changed_at", *fits))
    rows.sort(key=lambda row: (row[1], row[0].int), reverse=True)
    rows.sort(key=lambda row: next((number for number, does_fit in enumerate(row[2:]) if does_fit), len(fits)))
    return [row[0] for row in rows]


def _by_tiers(
    reached: ScopedQuerySet[Sought], tiers: Sequence[Func], newest: ScopedQuerySet[Sought], most: int
) -> list[uuid.UUID]:
    """Return ids from the best tier down; a tier is looked at only when those above are few."""
    ids: dict[uuid.UUID, None] = {}
    for tier in tiers:
        if len(ids) >= most:
            break
        # what a better tier found may come again: asked for once more than is needed, it is passed over here
        needed = most + len(ids)
        fitting = reached.filter(tier).order_by(*_BY_AGE)
        found = _ids(fitting.filter(pk__in=newest), needed) if needed <= _NEWEST_OF_TEXTS else []
        ids.update(dict.fromkeys(found if len(found) == needed else _ids(fitting, needed)))
    return list(ids)


def _ids(found: ScopedQuerySet[Sought], most: int) -> list[uuid.UUID]:
    return list(found.values_list("bulletin_id", flat=True)[:most])


_BY_AGE = (
    ExpressionWrapper(
        Func(F("changed_at"), template="(%(expressions)s + interval '0')"), output_field=DateTimeField()
    ).desc(),
    "-bulletin_id",
)
"""Newest first, in a form no index serves: looking through everything by date for words that hardly occur takes
seconds, and the database cannot know beforehand how seldom words occur together."""


def _tiers(asked: seeking.Asked) -> Iterator[Func]:
    """Yield what may fit, the best first; the last one is what all that fits has."""
    several = len(asked.wanted) > 1
    if not asked.unwanted:  # what must not occur may stand in the text
        if asked.has_accents:
            yield _holds("title_words", seeking.query(asked, with_accents=True))
        yield _holds("title_words", seeking.query(asked))
    if several and asked.has_accents:
        yield _holds("words", seeking.query(asked, with_accents=True, side_by_side=True))
    if several:
        yield _holds("words", seeking.query(asked, side_by_side=True))
    if asked.has_accents:
        yield _holds("words", seeking.query(asked, with_accents=True))
    yield _holds("words", seeking.query(asked))


def _holds(column: str, query: str) -> Func:
    asked = Func(Value(query), template="%(expressions)s::tsquery")
    return Func(F(column), asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _narrowed(reached: ScopedQuerySet[Sought], filters: Filters, *, now: datetime) -> ScopedQuerySet[Sought]:
    fits = Q()
    if filters.unit_path:
        fits &= Q(unit__path=filters.unit_path) | Q(unit__path__startswith=f"{filters.unit_path}/")
    if filters.states:
        fits &= Q(state__in=list(filters.states))
    if filters.sound:
        fits &= Q(sound="" if filters.sound == "none" else filters.sound)
    for column in ("kind", "language", "origin_level"):
        if wanted := getattr(filters, column):
            fits &= Q(**{column: wanted})
    if filters.category:
        fits &= Q(category__in=_with_those_below(filters.category))
    if filters.written_since is not None:
        fits &= Q(written_at__gte=filters.written_since)
    if filters.written_until is not None:
        fits &= Q(written_at__lt=filters.written_until)
    if filters.is_aired is not None or filters.aired_since is not None or filters.aired_until is not None:
        aired = Exists(ports.aired_in(OuterRef("bulletin_id"), filters.aired_since, filters.aired_until, now=now))
        fits &= ~Q(aired) if filters.is_aired is False else Q(aired)
    return reached.filter(fits)


def _with_those_below(category: str) -> list[str]:
    """Return a category's code and those below it on any day: what was filed stays found."""
    found, fresh = {category}, {category}
    while fresh:
        fresh = set(CategoryPlace.objects.filter(parent_id__in=fresh).values_list("category_id", flat=True)) - found
        found |= fresh
    return sorted(found)


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
    kept: ScopedQuerySet[Bulletin] = Bulletin.objects.within(scope, _VIEW).filter(pk__in=ids)
    found = {bulletin.pk: bulletin for bulletin in kept.select_related("unit", "author", "current")}
    return [found[pk] for pk in ids if pk in found]
