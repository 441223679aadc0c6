"""What becomes of guidance when units change: what is still asked goes along, on both sides."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.models import Addressee, Guidance
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "guidance goes along when its units change"
_GUIDANCE, _ADDRESSEE = "guidance:", "addressee:"


class GuidanceKeeper:
    """Keeps guidance that is still asked: with who published it, and with who has not done it yet."""

    name = "guidance"
    words: str | Promise = _("guidance that is still to be followed")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how much guidance each unit has published or has to follow."""
        asked = _published(unit_ids).values_list("unit_id", flat=True)
        return Counter([*asked, *_addressed(unit_ids).values_list("unit_id", flat=True)])

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Guidance does not clash: the same one from two units stays two, each told by whom it was sent to."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give what is asked to the unit that takes over; whom it was addressed to stays on record."""
        heirs = {move.from_unit: move.to_unit for move in moves}
        published = list(_published(heirs))
        addressed = list(_addressed(heirs).select_related("guidance"))
        moved = [
            *(_moved(_GUIDANCE, one, one.title, heirs) for one in published),
            *(_moved(_ADDRESSEE, one, one.guidance.title, heirs) for one in addressed),
        ]
        for guidance in published:
            guidance.unit_id = heirs[guidance.unit_id]
        for addressee in addressed:
            addressee.unit_id = heirs[addressee.unit_id]
        _keep(published, addressed)
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give back what is still where it came to."""
        former = {one.thing: one for one in moved}
        published = list(Guidance.objects.unscoped(_WHY).filter(pk__in=_ids(former, _GUIDANCE)))
        addressed = list(Addressee.objects.unscoped(_WHY).filter(pk__in=_ids(former, _ADDRESSEE)))
        published = [one for one in published if one.unit_id == former[f"{_GUIDANCE}{one.pk}"].to_unit]
        addressed = [one for one in addressed if one.unit_id == former[f"{_ADDRESSEE}{one.pk}"].to_unit]
        for guidance in published:
            guidance.unit_id = former[f"{_GUIDANCE}{guidance.pk}"].from_unit
        for addressee in addressed:
            addressee.unit_id = former[f"{_ADDRESSEE}{addressee.pk}"].from_unit
        _keep(published, addressed)
        return len(published) + len(addressed)

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: guidance names units, not paths."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Nothing is a person's: guidance is the units', and who read it stays on record."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how much guidance nobody at its unit could report done."""
        found = list(_addressed(unit_ids).values_list("unit_id", flat=True))
        able = orgs.holders_of(set(found), permission="bulletins.write")
        return sum(not able[unit] for unit in found)


def _published(unit_ids: Collection[int]) -> ScopedQuerySet[Guidance]:
    found: ScopedQuerySet[Guidance] = Guidance.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), ended_at=None).order_by("pk")


def _addressed(unit_ids: Collection[int]) -> ScopedQuerySet[Addressee]:
    found: ScopedQuerySet[Addressee] = Addressee.objects.unscoped(_WHY)
    return found.filter(unit_id__in=list(unit_ids), done_at=None, guidance__ended_at=None).order_by("pk")


def _moved(kind: str, thing: Guidance | Addressee, name: str, heirs: Mapping[int, int]) -> Moved:
    return Moved(thing=f"{kind}{thing.pk}", name=name, from_unit=thing.unit_id, to_unit=heirs[thing.unit_id])


def _ids(things: Collection[str], kind: str) -> list[uuid.UUID]:
    return [uuid.UUID(thing.removeprefix(kind)) for thing in things if thing.startswith(kind)]


def _keep(published: Sequence[Guidance], addressed: Sequence[Addressee]) -> None:
    Guidance.objects.unscoped(_WHY).bulk_update(published, ["unit"], batch_size=1000)
    Addressee.objects.unscoped(_WHY).bulk_update(addressed, ["unit"], batch_size=1000)
