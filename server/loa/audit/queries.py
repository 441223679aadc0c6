"""Reading the record."""

from django.db.models import QuerySet

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
