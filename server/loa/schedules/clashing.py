"""Opening, settling and closing the question in which order priority items air."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from loa.kernel import scope as scopes
from loa.kernel.command import note
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.schedules import laying, rules
from loa.schedules.models import Clash, ClashPart, Slot
from loa.schedules.rules import ClashState

_WHY = "the command checked the right"


def meet(scope: Scope, slot: Slot, *, now: datetime) -> Clash | None:
    """Look whether a priority item that was just planned meets others; then lay the default order and ask the commune.

    The default stands on the plan from the first moment, so that it also airs when nobody and nothing decides.
    """
    new = laying.whole(Slot.objects.unscoped(_WHY).filter(pk=slot.pk))
    mine = next(iter(new))
    there = laying.others(mine, now=now)
    items = {
        one.pk: laying.item(one, start_at=laying.planned(one), now=now, is_new=one is mine) for one in (mine, *there)
    }
    group = laying.meeting(items[mine.pk], [items[one.pk] for one in there])
    if len(group) < 2:
        return None
    names = {one.id for one in group}
    wanted = {one.id: one.start_at for one in group}
    for former in _open_with(names):
        for part in _parts(former):
            wanted[part.slot_id] = part.wanted_at
        close(former, ClashState.GONE, now=now)
    slots = [one for one in (mine, *there) if one.pk in wanted]
    wishes = [laying.item(one, start_at=wanted[one.pk], now=now, is_new=one is mine) for one in slots]
    turns = rules.laid(wishes)
    laying.check_hours(slots, turns, now=now)
    applies_at = min(one.start_at for one in wishes if one.start_at is not None) - settings.LOA_CLASH_LEAD
    is_late = applies_at <= now
    clash: Clash = Clash.objects.create(
        unit=orgs.unit_by_path(scopes.system("schedules"), laying.ground_path(mine.unit)),
        state=ClashState.DEFAULTED if is_late else ClashState.OPEN,
        made_at=now,
        applies_at=applies_at,
        decided_at=now if is_late else None,
    )
    ClashPart.objects.bulk_create(
        ClashPart(clash=clash, slot_id=turn.id, wanted_at=wanted[turn.id] or now, default_place=place)
        for place, turn in enumerate(turns, start=1)
    )
    laying.lay(scope, slots, turns, now=now)
    note(clash=clash.pk, default=[str(turn.id) for turn in turns])
    return clash


def settle(scope: Scope, slot: Slot, *, now: datetime) -> None:
    """Let the others of an open question move up when one of them no longer airs."""
    for clash in _open_with({slot.pk}):
        parts = [part for part in _parts(clash) if part.slot_id != slot.pk]
        slots = _standing([part.slot_id for part in parts])
        there = {one.pk for one in slots}
        left = [part for part in parts if part.slot_id in there]
        if len(left) < 2:
            close(clash, ClashState.GONE, now=now)
        if left:
            laying.lay(scope, slots, rules.laid(_wishes(left, slots, now=now)), now=now)


def order(scope: Scope, clash: Clash, chosen: Sequence[uuid.UUID], *, now: datetime) -> None:
    """Lay the items of a question in the order that was chosen."""
    parts = _parts(clash)
    slots = _standing([part.slot_id for part in parts])
    turns = rules.laid(_wishes(parts, slots, now=now), decided=chosen)
    laying.check_hours(slots, turns, now=now)
    laying.lay(scope, slots, turns, now=now)
    for part in parts:
        part.place = chosen.index(part.slot_id) + 1
    ClashPart.objects.unscoped(_WHY).bulk_update(parts, ["place"])


def hold(clash_id: uuid.UUID) -> Clash:
    """Return the row as it stands now, locked until the transaction ends."""
    clashes = Clash.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("unit")
    held: Clash = clashes.get(pk=clash_id)
    return held


def close(clash: Clash, state: ClashState, *, by: int | None = None, now: datetime) -> None:
    """Store how a question was answered."""
    clash.state, clash.decided_by_id, clash.decided_at = state, by, now
    clash.save(update_fields=["state", "decided_by", "decided_at"])


def slots_of(clash: Clash) -> list[uuid.UUID]:
    """Return the items of a question in their default order."""
    return [part.slot_id for part in _parts(clash)]


def _wishes(parts: Sequence[ClashPart], slots: Sequence[Slot], *, now: datetime) -> list[rules.Item]:
    wanted = {part.slot_id: part.wanted_at for part in parts}
    return [laying.item(slot, start_at=wanted[slot.pk], now=now) for slot in slots]


def _standing(slot_ids: Sequence[uuid.UUID]) -> list[Slot]:
    slots = Slot.objects.unscoped(_WHY).filter(pk__in=list(slot_ids), state=rules.State.PLACED)
    return list(laying.whole(slots))


def _parts(clash: Clash) -> list[ClashPart]:
    return list(ClashPart.objects.unscoped(_WHY).filter(clash=clash).order_by("default_place", "pk"))


def _open_with(slot_ids: set[uuid.UUID]) -> list[Clash]:
    named = ClashPart.objects.unscoped(_WHY).filter(slot_id__in=slot_ids).values("clash_id")
    found = Clash.objects.unscoped(_WHY).select_for_update().filter(pk__in=named, state=ClashState.OPEN)
    return list(found.order_by("pk"))
