"""The share library: what a person finds in it, and who has used what."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import BooleanField, Case, Count, F, Func, IntegerField, Q, Value, When

from loa.bulletins import rules
from loa.bulletins.models import Share, Sought, Use
from loa.bulletins.rules import Reach, seeking
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules as orgs

_WITH = ("unit", "bulletin__current__category", "bulletin__current__language", "bulletin__unit", "shared_by", "sending")


def library(scope: Scope, *, words: str = "", category: str = "") -> ScopedQuerySet[Share]:
    """Return what a person finds in the library, with unit and bulletin: their units' own, and what reaches them.

    With words, those that have them in their title come first; else the newest. Accents are not needed.
    """
    found = _shared(scope)
    if category:
        found = found.filter(bulletin__current__category=category)
    asked = seeking.read(words)
    if not asked.wanted:
        return found.order_by("-shared_at", "-pk")
    fits = Sought.objects.unscoped("narrowed to what is shared with the person")
    found = found.filter(bulletin__in=fits.filter(_holds("words", asked)).order_by().values("pk"))
    titled = fits.filter(_holds("title_words", asked)).order_by().values("pk")
    first = Case(When(bulletin__in=titled, then=0), default=1, output_field=IntegerField())
    return found.order_by(first, "-shared_at", "-pk")


def shared(scope: Scope, share_id: uuid.UUID) -> Share:
    """Return one item of the library; `NotFound` when it is absent, ended or does not reach the person."""
    found = _shared(scope).filter(pk=share_id).first()
    if found is None:
        raise NotFound
    return found


def share_of(bulletin_id: uuid.UUID) -> Share | None:
    """Return under what a bulletin in scope stands in the library now."""
    kept: ScopedQuerySet[Share] = Share.objects.unscoped("of a bulletin in scope")
    return kept.filter(bulletin_id=bulletin_id, ended_at=None).first()


def source_of(bulletin_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Use]:
    """Return, for bulletins in scope, the use of the library each was copied by, with the unit it came from."""
    uses = Use.objects.unscoped("where a bulletin in scope comes from").filter(copy__in=list(bulletin_ids))
    return {one.copy_id: one for one in uses.select_related("share__unit") if one.copy_id is not None}


def uses(scope: Scope, share_id: uuid.UUID) -> ScopedQuerySet[Use]:
    """Return who in reach has used an item, the newest first: what units beside them do stays theirs."""
    found: ScopedQuerySet[Use] = Use.objects.within(scope, "bulletins.view")
    whole = found.filter(share_id=share_id).select_related(
        "unit", "used_by", "copy", "receipt__unit", "receipt__sending__bulletin"
    )
    return whole.order_by("-used_at", "-pk")


def use_counts(share_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, tuple[int, int]]:
    """Return how often each item was used, and by how many units, wherever they are: numbers, no names."""
    counted = Use.objects.unscoped("numbers of items in reach").filter(share__in=list(share_ids))
    rows = counted.order_by().values_list("share_id").annotate(times=Count("pk"), units=Count("unit", distinct=True))
    return {share: (times, units) for share, times, units in rows}


def uses_by_unit(scope: Scope, *, since: datetime, most: int) -> list[tuple[str, int, int]]:
    """Return the units in reach that used the library since then: name, copies and originals, the busiest first."""
    found: ScopedQuerySet[Use] = Use.objects.within(scope, "bulletins.view").filter(used_at__gte=since)
    rows = (
        found.order_by()
        .values("unit__name", "unit__path")
        .annotate(
            copies=Count("pk", filter=Q(way=rules.UseWay.COPY)),
            originals=Count("pk", filter=Q(way=rules.UseWay.ORIGINAL)),
            total=Count("pk"),
        )
    )
    return [
        (row["unit__name"], row["copies"], row["originals"]) for row in rows.order_by("-total", "unit__path")[:most]
    ]


def _shared(scope: Scope) -> ScopedQuerySet[Share]:
    kept: ScopedQuerySet[Share] = Share.objects.unscoped("narrowed to what units share with the person's")
    if not scope.everywhere:
        roots = scope.roots("bulletins.view")
        places = {root.partition("#")[0].partition("/@")[0].removesuffix("!") for root in roots}
        above = {path for place in places for path in orgs.ancestor_paths(place)}
        own = Share.objects.within(scope, "bulletins.view").order_by().values("pk")
        reaches = Q(reach=Reach.ALL) | Q(unit__path__in=above) | Q(pk__in=own)
        kept = kept.filter(reaches) if roots else kept.none()
    return kept.filter(ended_at=None, bulletin__state=rules.State.APPROVED).select_related(*_WITH)


def _holds(column: str, asked: seeking.Asked) -> Func:
    query = Func(Value(seeking.query(asked)), template="%(expressions)s::tsquery")
    return Func(F(column), query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())
