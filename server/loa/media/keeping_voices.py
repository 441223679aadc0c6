"""What becomes of voices when units change: a voice goes along, what was read with it stays."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel.scoped import ScopedQuerySet
from loa.media.models import AddedVoice, UsualVoice
from loa.orgs import ports as going_along
from loa.orgs.ports import Clash, Move, Moved

_WHY = "voices go along when their units change"
_VOICE, _USUAL = "voice:", "usual_voice:"


class VoiceKeeper:
    """Keeps the voices that units added, and which voice they usually read with."""

    name = "voices"
    words: str | Promise = _("reading voices")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many voices each unit added."""
        return Counter(_added(unit_ids).values_list("unit_id", flat=True))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Voices do not clash: the same file twice is kept once, a choice of the heir holds."""
        return ()

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:  # noqa: ARG002 - as the port says
        """Give voices to the unit that takes over; its own files and its own choice stay before those that come."""
        heirs = going_along.heirs(moves)
        there = {(row.unit_id, row.sha256, row.config_sha256) for row in _added(heirs.values())}
        moved = []
        for row in _added(heirs).order_by("pk"):
            former, key = row.unit_id, (heirs[row.unit_id], row.sha256, row.config_sha256)
            if key not in there:
                there.add(key)
                _added([former]).filter(pk=row.pk).update(unit_id=key[0])
                moved.append(Moved(thing=f"{_VOICE}{row.pk}", name=row.label, from_unit=former, to_unit=key[0]))
        chosen = {row.unit_id for row in _usual(heirs.values())}
        for usual in _usual(heirs).order_by("pk"):
            former, heir = usual.unit_id, heirs[usual.unit_id]
            if heir not in chosen:
                chosen.add(heir)
                _usual([former]).update(unit_id=heir)
                moved.append(Moved(thing=f"{_USUAL}{former}", name=usual.voice, from_unit=former, to_unit=heir))
        return moved

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Give them back where they are still there."""
        count = 0
        for one in moved:
            if one.thing.startswith(_VOICE):
                row = _added([one.to_unit]).filter(pk=uuid.UUID(one.thing.removeprefix(_VOICE)))
                count += row.update(unit_id=one.from_unit)
            elif one.thing.startswith(_USUAL) and not _usual([one.from_unit]).exists():
                count += _usual([one.to_unit]).update(unit_id=one.from_unit)
        return count

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:
        """Do nothing: a voice names its unit, not a path."""

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a voice is nobody's work."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:  # noqa: ARG002 - as the port says
        """Return 0: a voice reads for whoever writes there."""
        return 0


def _added(unit_ids: Collection[int]) -> ScopedQuerySet[AddedVoice]:
    found: ScopedQuerySet[AddedVoice] = AddedVoice.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found


def _usual(unit_ids: Collection[int]) -> ScopedQuerySet[UsualVoice]:
    found: ScopedQuerySet[UsualVoice] = UsualVoice.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids))
    return found
