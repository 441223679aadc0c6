"""Reading sources of relays: which there are, which a unit may pass on, and where they are heard."""

import hashlib
import json
import uuid
from datetime import datetime

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.rules import ancestor_paths
from loa.schedules.models import EntryVersion, Occurrence, RelaySource
from loa.schedules.rules.entries import EntryState, OccurrenceState
from loa.schedules.rules.relaying import SourceState

VIEW = "schedules.view"


def visible(scope: Scope) -> ScopedQuerySet[RelaySource]:
    """Return the sources of units this scope may see, by unit and name."""
    found: ScopedQuerySet[RelaySource] = RelaySource.objects.within(scope, VIEW)
    whole = found.select_related("unit", "fallback", "proposed_by", "decided_by", "withdrawn_by")
    return whole.order_by("unit__path", "name", "pk")


def get(scope: Scope, source_id: uuid.UUID) -> RelaySource:
    """Return one source; `NotFound` when it is absent or outside the scope."""
    found = visible(scope).filter(pk=source_id).first()
    if found is None:
        raise NotFound
    return found


def for_unit(unit_path: str) -> ScopedQuerySet[RelaySource]:
    """Return the sources in force that a unit already in scope may pass on: its own, and those of the units above."""
    found: ScopedQuerySet[RelaySource] = RelaySource.objects.unscoped("units lend their sources to those below")
    lent = found.filter(state=SourceState.IN_FORCE, unit__path__in=ancestor_paths(unit_path))
    return lent.select_related("unit").order_by("name", "pk")


def of_unit(scope: Scope, unit_path: str) -> list[RelaySource]:
    """Return all sources of a unit and of those below it that this scope may see."""
    return list(visible(scope).filter(unit__path__within=unit_path))


def digest(source: RelaySource) -> str:
    """Return the digest of all that is agreed to with a source."""
    told = [source.name, source.kind, source.address, source.responsible, source.agreement, source.lufs]
    told.append(str(source.fallback_id))
    return hashlib.sha256(json.dumps([str(source.pk), *told], ensure_ascii=False).encode()).hexdigest()


def occurrences(source_id: uuid.UUID, *, since: datetime, until: datetime) -> list[Occurrence]:
    """Return what is on the plan of a source and ends after a moment, begins before another, with its airing."""
    found = Occurrence.objects.unscoped("of a source whose right was checked").filter(
        version__source_id=source_id,
        state=OccurrenceState.PLANNED,
        airing__end_at__gt=since,
        airing__start_at__lt=until,
    )
    return list(found.select_related("airing__unit").order_by("start_at", "pk"))


def entries(source_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the entries that pass a source on, by an approved version."""
    found = EntryVersion.objects.unscoped("a fact about the source").filter(
        source_id=source_id, state=EntryState.APPROVED
    )
    return list(found.order_by("entry_id").values_list("entry_id", flat=True).distinct())
