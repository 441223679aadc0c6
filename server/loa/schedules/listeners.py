"""What happens here when something has happened to a bulletin. Each may run twice for one event."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from loa.bulletins import events as bulletins
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.kernel.events import subscribe
from loa.schedules import commands, rules
from loa.schedules.models import Slot

_SCOPE = scopes.system("schedules")


@subscribe(bulletins.Approved)
def place_what_was_approved(event: bulletins.Approved) -> None:
    """Turn the approved slots of an approved bulletin into airings; one that cannot be does not hold up the others."""
    now = clock.now()
    approved = _of(event.bulletin_id, [rules.State.APPROVED])
    failures = [failure for slot in approved if (failure := _place(slot, now)) is not None]
    if failures:
        raise failures[0]


@subscribe(bulletins.Withdrawn)
def recall_what_stands(event: bulletins.Withdrawn) -> None:
    """Drop the slots of a withdrawn bulletin, stop what is on the air."""
    now = clock.now()
    for slot in _of(event.bulletin_id, rules.STANDING):
        commands.recall(_SCOPE, slot, now=now)


def _place(slot: Slot, now: datetime) -> Exception | None:
    """Place one slot or put on record why not; return a failure that is nobody's refusal, to be tried again."""
    try:
        commands.place(_SCOPE, slot, now=now)
    except DomainError as refusal:
        commands.refuse(_SCOPE, slot, reason=refusal.code)
    except Exception as failure:  # noqa: BLE001 - the other slots go first, then the outbox tries again
        return failure
    return None


def _of(bulletin_id: uuid.UUID, states: Sequence[rules.State]) -> list[Slot]:
    slots = Slot.objects.unscoped("a fact about the bulletin").filter(bulletin_id=bulletin_id, state__in=states)
    return list(slots.select_related("unit").order_by("pk"))
