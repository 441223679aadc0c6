"""What a bulletin's page says beside its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from loa.bulletins import naming, rules
from loa.bulletins.models import Bulletin, Language
from loa.bulletins.queries.bulletins import visible
from loa.bulletins.queries.taxonomy import category_name, languages
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Facts in words, the versions in other languages, and the languages that may be added."""

    facts: rules.Facts
    kind: str
    category: str
    language: str
    requester: str
    paper: str
    versions: Sequence[Bulletin]
    languages: Sequence[Language]
    may_write: bool


def about(scope: Scope, bulletin: Bulletin) -> About | None:
    """Return what is said about a bulletin the scope may read; None while it has no wording."""
    current = bulletin.current
    if current is None:
        return None
    others = [one for one in versions(scope, bulletin) if one.pk != bulletin.pk]
    may_write = scope.can("bulletins.write", bulletin.scope_path)
    taken = {current.language_id, *(one.current.language_id for one in others if one.current and _stands(one))}
    return About(
        facts=current.facts,
        kind=naming.kind_name(current.kind),
        category=category_name(current.category_id) if current.category_id else "",
        language=current.language.name(),
        requester=current.requester,
        paper=current.paper.name if current.paper else "",
        versions=others,
        languages=[one for one in languages() if one.pk not in taken] if may_write and not current.requester else [],
        may_write=may_write,
    )


def versions(scope: Scope, bulletin: Bulletin) -> ScopedQuerySet[Bulletin]:
    """Return a bulletin in all its languages, as far as the scope may read them, the first one first."""
    first = bulletin.version_of_id or bulletin.pk
    kept = visible(scope)
    family = kept.filter(pk=first) | kept.filter(version_of_id=first)
    return family.select_related("unit", "author", "current__language").order_by("created_at", "pk")


def _stands(bulletin: Bulletin) -> bool:
    return bulletin.state != rules.State.WITHDRAWN
