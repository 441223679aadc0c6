"""One bulletin: its words, its sound, where and when it airs, and what was decided."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.bulletins import queries as bulletins
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Bulletin
from loa.devices import queries as devices
from loa.dispatch import queries as dispatching
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, needs
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.schedules import queries, rules
from loa.schedules.models import Slot
from loa.schedules.queries import Waking
from loa.schedules.web import approving


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One slot on the page: chosen clusters, why it could not air, whether the reader decides, whom it would wake."""

    slot: Slot
    clusters: Sequence[str]
    reason: str
    may_decide: bool
    waking: Waking | None

    @property
    def tick_id(self) -> str:
        """Return the id of its tick on the page."""
        return f"id_wakes_{self.slot.pk}"


@require_safe
@needs("bulletins.view")
def detail(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Show a bulletin, and to whom may decide, the decision."""
    return page(request, request.scope, bulletins.get(request.scope, bulletin_id))


def page(
    request: HttpRequest, scope: Scope, bulletin: Bulletin, *, status: int = 200, refusal: str = "", note: str = ""
) -> HttpResponse:
    """Return the bulletin's page; with a refusal on top when something was tried in vain."""
    current = bulletin.current
    clip = media.facts([current.clip_id]).get(current.clip_id) if current and current.clip_id else None
    slots = list(queries.of_bulletin(scope, bulletin.pk))
    path = bulletin.unit.path
    may_write = scope.can("bulletins.write", path)
    facts: dict[str, object] = {
        "bulletin": bulletin,
        "current": current,
        "clip": clip,
        "channels": bulletins.renditions(scope, bulletin) if current else {},
        "has_slots": any(slot.state in rules.STANDING for slot in slots),
        "revisions": [kept for kept in bulletins.revisions(scope, bulletin.pk) if current and kept.pk != current.pk],
        "may_edit": may_write and bulletin.state in bulletin_rules.EDITABLE,
        "may_withdraw": may_write and bulletin.state != bulletin_rules.State.WITHDRAWN,
        "may_ask": scope.can("schedules.request", f"{path}#{Slot.scope_channel}")
        and bulletin.state != bulletin_rules.State.WITHDRAWN,
        "may_send": scope.can("bulletins.send", path) and bulletin.state == bulletin_rules.State.APPROVED,
        "may_air": may_air(scope, bulletin),
        "airings": scope.holds(dispatching.VIEW),
        "about": bulletins.about(scope, bulletin),
        "refusal": refusal,
        "note": note,
    }
    now = clock.now()
    facts |= _places(scope, bulletin, slots, now=now)
    facts |= approving.facts(scope, bulletin, slots, clip=clip, opened=request.POST.get("opened", ""), now=now)
    return render(request, "schedules/bulletin.html", facts, status=status)


def may_air(scope: Scope, bulletin: Bulletin) -> bool:
    """Tell whether the person may place the bulletin directly."""
    is_approved = bulletin.state == bulletin_rules.State.APPROVED
    is_own = approving.is_own(scope, bulletin)
    return is_approved and not is_own and scope.can("bulletins.approve", bulletin.unit.path)


def _places(scope: Scope, bulletin: Bulletin, slots: Sequence[Slot], *, now: datetime) -> dict[str, object]:
    """Return where and when it airs, and on which places that were asked for later the reader decides."""
    may_approve = scope.can("bulletins.approve", bulletin.unit.path)
    decides_places = may_approve and bulletin.state == bulletin_rules.State.APPROVED
    chosen = devices.device_facts([device for slot in slots for device in slot.device_ids or []])
    names = {device: facts.name for device, facts in chosen.items()}
    return {
        "lines": [
            Line(
                slot=slot,
                clusters=sorted(names[device] for device in slot.device_ids or [] if device in names),
                reason=queries.reason(slot),
                may_decide=decides and slot.asked_by != scope.actor.id,
                waking=queries.waking([slot], now=now) if decides else None,
            )
            for slot in slots
            for decides in [decides_places and slot.state == rules.State.WAITING]
        ],
    }
