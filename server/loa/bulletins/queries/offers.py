"""Offers as their authors and the newsroom see them."""

import uuid
from collections.abc import Collection, Mapping

from loa.bulletins.models import Offer
from loa.bulletins.rules import OfferState
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

_WITH = ("unit", "agency", "author", "category", "decided_by", "bulletin__current")


def own_offers(scope: Scope) -> ScopedQuerySet[Offer]:
    """Return what a person has written for newsrooms, the newest first: their own only, whoever else offers there."""
    found: ScopedQuerySet[Offer] = Offer.objects.within(scope, "bulletins.offer")
    author = int(scope.actor.id) if scope.actor.id.isdecimal() else 0
    return found.filter(author_id=author).select_related(*_WITH).order_by("-created_at", "-pk")


def own_offer(scope: Scope, offer_id: uuid.UUID) -> Offer:
    """Return one of them; `NotFound` for another's."""
    return _one(own_offers(scope), offer_id)


def offers(scope: Scope) -> ScopedQuerySet[Offer]:
    """Return what was offered to the newsrooms a person writes for, what waits first, then the newest."""
    found: ScopedQuerySet[Offer] = Offer.objects.within(scope, "bulletins.write")
    seen = found.filter(offered_at__isnull=False).exclude(state=OfferState.DROPPED)
    return seen.select_related(*_WITH).order_by("-offered_at", "-pk")


def offer(scope: Scope, offer_id: uuid.UUID) -> Offer:
    """Return one of them; `NotFound` when it is absent, a draft, or offered elsewhere."""
    return _one(offers(scope), offer_id)


def offers_waiting(scope: Scope) -> ScopedQuerySet[Offer]:
    """Return the offers that wait for the newsrooms a person writes for."""
    return offers(scope).filter(state=OfferState.OFFERED)


def supplied(bulletin_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Offer]:
    """Return, for bulletins in scope, the offer each was made of, with agency and author."""
    found = Offer.objects.unscoped("where a bulletin in scope comes from").filter(bulletin__in=list(bulletin_ids))
    return {one.bulletin_id: one for one in found.select_related("agency", "author") if one.bulletin_id is not None}


def _one(found: ScopedQuerySet[Offer], offer_id: uuid.UUID) -> Offer:
    one = found.filter(pk=offer_id).first()
    if one is None:
        raise NotFound
    return one
