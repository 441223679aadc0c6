"""What becomes of offers and of the library when units change: what is open goes along, uses stay as they were."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.models import Offer, Share
from loa.bulletins.rules import OfferState
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "goes along when its unit changes"
_OFFER, _SHARE = "offer:", "share:"
_OPEN = (OfferState.DRAFT, OfferState.OFFERED)


class OfferKeeper:
    """Keeps what was offered to newsrooms and is not decided, and what is being written for them."""

    name = "offers"
    words: str | Promise = _("offers to newsrooms that are still open")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many open offers each unit's newsroom has."""
        return Counter(_offers(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Offers do not clash."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give what is open to the newsroom of the unit that takes over."""
        heirs = {move.from_unit: move.to_unit for move in moves}
        found = list(_offers(heirs))
        moved = [
            Moved(thing=f"{_OFFER}{one.pk}", name=one.title, from_unit=one.unit_id, to_unit=heirs[one.unit_id])
            for one in found
        ]
        for offer in found:
            offer.unit_id = heirs[offer.unit_id]
        Offer.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back what is still open where it came to."""
        former = {uuid.UUID(one.thing.removeprefix(_OFFER)): one for one in moved if one.thing.startswith(_OFFER)}
        there = [
            offer
            for offer in _offers({one.to_unit for one in former.values()})
            if offer.pk in former and offer.unit_id == former[offer.pk].to_unit
        ]
        for offer in there:
            offer.unit_id = former[offer.pk].from_unit
        Offer.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: an offer names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give a leaver's drafts to another author; what they have offered stays theirs and waits for the newsroom."""
        theirs: ScopedQuerySet[Offer] = Offer.objects.unscoped(_WHY).filter(author_id=from_user, state=OfferState.DRAFT)
        return theirs.count() if to_user is None else theirs.update(author_id=to_user)

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many offers wait where nobody could decide on them."""
        waiting = _offers(unit_ids).filter(state=OfferState.OFFERED)
        found = list(waiting.values_list("unit_id", flat=True))
        able = orgs.holders_of(set(found), permission="bulletins.write")
        return sum(not able[unit] for unit in found)


class ShareKeeper:
    """Keeps what units share in the library."""

    name = "shares"
    words: str | Promise = _("items shared in the library")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many items each unit shares."""
        return Counter(_shares(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Items of the library do not clash."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Let the unit that takes over share them; who used them stays on record."""
        heirs = {move.from_unit: move.to_unit for move in moves}
        found = list(_shares(heirs).select_related("bulletin"))
        moved = [
            Moved(thing=f"{_SHARE}{one.pk}", name=one.bulletin.title, from_unit=one.unit_id, to_unit=heirs[one.unit_id])
            for one in found
        ]
        for share in found:
            share.unit_id = heirs[share.unit_id]
        Share.objects.unscoped(_WHY).bulk_update(found, ["unit"], batch_size=1000)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back where they are still shared there."""
        former = {uuid.UUID(one.thing.removeprefix(_SHARE)): one for one in moved if one.thing.startswith(_SHARE)}
        there = [
            share
            for share in _shares({one.to_unit for one in former.values()})
            if share.pk in former and share.unit_id == former[share.pk].to_unit
        ]
        for share in there:
            share.unit_id = former[share.pk].from_unit
        Share.objects.unscoped(_WHY).bulk_update(there, ["unit"], batch_size=1000)
        return len(there)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: an item names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Nothing is a person's: the unit shares."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """An item needs nobody to go on being shared."""
        return 0


def _offers(unit_ids: Collection[int]) -> ScopedQuerySet[Offer]:
    found: ScopedQuerySet[Offer] = Offer.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), state__in=_OPEN).order_by("pk")


def _shares(unit_ids: Collection[int]) -> ScopedQuerySet[Share]:
    found: ScopedQuerySet[Share] = Share.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("pk")
