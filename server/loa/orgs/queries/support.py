"""Reading support sessions, and what was done in them."""

from datetime import datetime

from django.db.models import Q

from loa.audit import queries as audit
from loa.audit.models import Entry
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import SupportSession


def support_sessions(scope: Scope) -> ScopedQuerySet[SupportSession]:
    """Return the support sessions at the units this scope sees, and those of the person who asks, the latest first."""
    seen: ScopedQuerySet[SupportSession] = SupportSession.objects.within(scope, "orgs.view")
    if scope.actor.id.isdecimal():
        own = SupportSession.objects.unscoped("a person's own").filter(supporter_id=int(scope.actor.id))
        every = SupportSession.objects.unscoped("narrowed to both")
        seen = every.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=own.values("pk")))
    return seen.select_related("unit", "role", "supporter", "opened_by").order_by("-during", "-pk")


def support_session(scope: Scope, pk: int) -> SupportSession:
    """Return one of them, or raise `NotFound`."""
    found = support_sessions(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def running_support(scope: Scope, *, at: datetime) -> SupportSession | None:
    """Return the session in which this scope acts, as every page shows it."""
    if not scope.support:
        return None
    return support_sessions(scope).filter(pk=int(scope.support), during__contains=at).first()


def acts_in(session: SupportSession, *, limit: int) -> list[Entry]:
    """Return what was done in a session at its unit and below, the latest first; the caller may see the session."""
    return list(audit.in_support(str(session.pk), unit_path=session.unit.path)[:limit])
