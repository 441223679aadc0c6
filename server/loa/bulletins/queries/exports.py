"""Archives that were written out for somebody to fetch."""

import uuid

from loa.bulletins.models import Export
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet


def exports(scope: Scope) -> ScopedQuerySet[Export]:
    """Return the exports of units whose archive this scope may take out, the latest first."""
    found: ScopedQuerySet[Export] = Export.objects.within(scope, "bulletins.export")
    return found.select_related("unit", "asked_by").order_by("-asked_at", "-pk")


def export(scope: Scope, export_id: uuid.UUID) -> Export:
    """Return one export, for a command to ask for the right; `NotFound` when it is absent or outside the scope."""
    known: ScopedQuerySet[Export] = Export.objects.within(scope, "orgs.view")
    found = known.select_related("unit", "asked_by").filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found
