"""Reading support sessions, and what was done in them."""

from datetime import datetime

from django.db.models import Q

from loa.accounts.models import User
from loa.audit import queries as audit
from loa.audit.models import Entry
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import SupportOffer, SupportSession


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


def waiting_offers(scope: Scope, person: User, *, at: datetime) -> list[SupportOffer]:
    """Return who was asked to help and has not answered, at the units this scope sees, and what a person was asked."""
    seen = SupportOffer.objects.within(scope, "orgs.administer")
    own = SupportOffer.objects.unscoped("a person's own").filter(Q(username=person.username) | Q(helped=person))
    every = SupportOffer.objects.unscoped("narrowed to both")
    found = every.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=own.values("pk")))
    waiting = found.filter(session=None, closed_at=None, expires_at__gt=at)
    return list(waiting.select_related("unit", "role", "offered_by", "helped").order_by("-offered_at", "-pk"))


def support_asked_of(person: User, *, at: datetime) -> list[SupportOffer]:
    """Return the requests that wait for this person: to agree to being helped, or to begin to help."""
    own = SupportOffer.objects.unscoped("a person's own").filter(
        Q(helped=person, consent="") | Q(username=person.username) & ~Q(consent=""),
        session=None,
        closed_at=None,
        expires_at__gt=at,
    )
    return list(own.select_related("unit", "offered_by").order_by("-offered_at", "-pk"))


def support_offer(scope: Scope, pk: int) -> SupportOffer:
    """Return one that was asked for at a unit this scope sees, or raise `NotFound`."""
    found: SupportOffer | None = SupportOffer.objects.within(scope, "orgs.view").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def offer_of(session: SupportSession) -> SupportOffer | None:
    """Return how a session in scope came about; None for those from before consent was asked for."""
    kept = SupportOffer.objects.unscoped("of a session in scope").filter(session=session)
    found: SupportOffer | None = kept.select_related("helped", "consented_by").first()
    return found


def running_support(scope: Scope, *, at: datetime) -> SupportSession | None:
    """Return the session in which this scope acts, as every page shows it."""
    if not scope.support:
        return None
    return support_sessions(scope).filter(pk=int(scope.support), during__contains=at).first()


def acts_in(session: SupportSession, *, limit: int) -> list[Entry]:
    """Return what was done in a session at its unit and below, the latest first; the caller may see the session."""
    return list(audit.in_support(str(session.pk), unit_path=session.unit.path)[:limit])
