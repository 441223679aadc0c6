"""The order in which a search finds: titles before texts, accents as typed before others, then the newest."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    Value,
    When,
)

from loa.bulletins.models import Sought, Word
from loa.bulletins.queries.narrowing import Filters, narrowed
from loa.bulletins.rules import seeking
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs

VIEW = "bulletins.view"


def ranked(scope: Scope, asked: seeking.Asked, filters: Filters, *, most: int, now: datetime) -> list[uuid.UUID]:
    """Return ids, best first. What many have is taken by tiers from the newest; of what few have, all is weighed."""
    within = _within(scope, filters)
    reached = narrowed(within, filters, now=now)
    if not asked.wanted:
        return _ids(reached.order_by("-changed_at", "-bulletin_id"), most)
    found = dict.fromkeys(_holding(within, reached, asked, most) if _may_occur(asked) else ())
    if len(found) < most and seeking.is_completable(asked):
        begun = reached.filter(_holds("words", seeking.query(asked, is_unfinished=True)))
        found |= dict.fromkeys(_ids(begun.order_by(*_BY_AGE), most + len(found)))
    return list(found)[:most]


_TITLES_SEEN, _TEXTS_SEEN, _TEXTS_SEEN_MOST = 1_000, 120, 1_500
"""How many of the newest titles and texts are looked at before the index is asked: it knows no order, so that a word
that many have costs a visit to each of them. A look into a text costs ten times one at a title."""

_COMMON_PCT, _WEIGHED_MOST = 3, 200
"""From which share on a word is common, and how many results are weighed one by one."""

_UNITS_MOST = 500
_COLUMNS = (
    "bulletin_id", "unit_id", "state", "sound", "kind", "category", "language", "origin_level", "written_at",
    "changed_at", "title_words", "words",
)  # fmt: skip


def _holding(
    within: ScopedQuerySet[Sought], reached: ScopedQuerySet[Sought], asked: seeking.Asked, most: int
) -> list[uuid.UUID]:
    """Return ids of what holds all words, best first."""
    tiers = list(_tiers(asked))
    best = _newest(within, reached, tiers[:1], _TITLES_SEEN, most) if not asked.unwanted else []
    if len(best) == most:
        return [row.id for row in best]
    seen = _newest(within, reached, tiers, _TEXTS_SEEN, _TEXTS_SEEN)
    if len(seen) * 100 < _COMMON_PCT * _TEXTS_SEEN:
        weighed = _weighed(reached, tiers)
        if weighed is not None:
            return weighed
    ids: dict[uuid.UUID, None] = {}
    for number, tier in enumerate(tiers):
        if len(ids) >= most:
            break
        # what a better tier found may come again: asked for once more than is needed, it is passed over here
        needed = most + len(ids)
        ids.update(dict.fromkeys(_of_tier(within, reached, tier, needed, sum(row.tier <= number for row in seen))))
    return list(ids)


def _of_tier(
    within: ScopedQuerySet[Sought], reached: ScopedQuerySet[Sought], tier: Func, most: int, seen: int
) -> list[uuid.UUID]:
    """Return the newest that fit a tier: among the newest texts where enough of those seen did, else by the index."""
    looked_at = _TEXTS_SEEN * most * 3 // (2 * seen) if seen else _TEXTS_SEEN_MOST + 1
    if looked_at <= _TEXTS_SEEN_MOST and seen * 100 >= _COMMON_PCT * _TEXTS_SEEN:
        found = _newest(within, reached, [tier], max(looked_at, _TEXTS_SEEN), most)
        if len(found) == most:
            return [row.id for row in found]
    return _ids(reached.filter(tier).order_by(*_BY_AGE), most)


def _may_occur(asked: seeking.Asked) -> bool:
    """Tell whether every word occurs in some bulletin at all; only letters are kept as words."""
    words = {word for word in asked.certain_words if word.isascii() and word.isalpha() and 2 <= len(word) <= 20}
    return Word.objects.filter(word__in=words).count() == len(words)


class _Row(NamedTuple):
    id: uuid.UUID
    tier: int


def _newest(
    within: ScopedQuerySet[Sought], reached: ScopedQuerySet[Sought], tiers: Sequence[Func], looked_at: int, most: int
) -> list[_Row]:
    """Return which of the newest rows fit any of these tiers, the newest first, each with the best tier it fits.

    The rows are fetched before anything is compared: the database cannot know how seldom words occur together.
    """
    newest = within.order_by("-changed_at", "-bulletin_id").values(*_COLUMNS)[:looked_at]
    best = Case(*(When(ExpressionWrapper(tier, BooleanField()), then=number) for number, tier in enumerate(tiers)))
    fitting = reached.annotate(tier=best).filter(tier__isnull=False).order_by(*_BY_AGE).values_list("pk", "tier")[:most]
    try:
        (rows, row_values), (question, values) = newest.query.sql_with_params(), fitting.query.sql_with_params()
    except EmptyResultSet:  # no unit at all
        return []
    question = question.replace('FROM "bulletins_sought"', 'FROM newest AS "bulletins_sought"', 1)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH newest AS MATERIALIZED ({rows}) {question}", [*row_values, *values])
        return [_Row(*row) for row in cursor.fetchall()]


def _within(scope: Scope, filters: Filters) -> ScopedQuerySet[Sought]:
    """Return what this scope may read, of the chosen unit: by the units' ids where these are few."""
    found: ScopedQuerySet[Sought] = Sought.objects.within(scope, VIEW)
    below = Q()
    if filters.unit_path:
        below = Q(path__within=filters.unit_path)
    units = orgs.choices_for(scope, VIEW).filter(below).order_by()
    ids = list(units.values_list("pk", flat=True)[: _UNITS_MOST + 1])
    if len(ids) <= _UNITS_MOST:
        found = Sought.objects.unscoped("of the units this scope may read").filter(unit_id__in=ids)
    elif filters.unit_path:
        found = found.filter(unit__in=units)
    return found


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
