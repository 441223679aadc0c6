"""One bulletin: its words, its sound, where and when it airs, and what was decided."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.bulletins import queries as bulletins
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Bulletin
from loa.devices import queries as devices
from loa.dispatch import queries as dispatching
from loa.dispatch.queries import AiringOutcome
from loa.dispatch.rules import State as AiringState
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.schedules import queries, rules, saying
from loa.schedules.models import Slot
from loa.schedules.queries import Waking
from loa.schedules.web import approving

MARK_ROWS = 3
PAGE_LENGTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One slot on the page: chosen clusters, why it could not air, whether the reader decides, whom it would wake."""

    slot: Slot
    clusters: Sequence[str]
    reason: str
    may_decide: bool
    waking: Waking | None
    breaking: Sequence[str] = ()
    """Hour rules it would break, in sentences, for who decides."""
    stopped: AiringOutcome | None = None
    """What clusters made of an airing that was stopped while it was on the air."""

    @property
    def tick_id(self) -> str:
        """Return the id of its tick on the page."""
        return f"id_wakes_{self.slot.pk}"

    @property
    def override_id(self) -> str:
        """Return the id of the field that says why hour rules may be broken."""
        return f"id_override_{self.slot.pk}"


@require_safe
@needs("bulletins.view")
def detail(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Show a bulletin, and to whom may decide, the decision."""
    return page(request, request.scope, bulletins.get(request.scope, bulletin_id))


@require_safe
@needs("bulletins.view")
def overdue(request: DeskRequest) -> HttpResponse:
    """Show what waits longer than its step allows at the units the reader sees, and with whom it lies."""
    now = clock.now()
    shown = Paginator(bulletins.overdue(request.scope, now=now), PAGE_LENGTH).get_page(request.GET.get("page"))
    shown.object_list = bulletins.lying_with(list(shown), now=now)
    return render(request, "schedules/overdue.html", {"page": shown, "now": now})


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
        "may_share": scope.can("bulletins.share", path)
        and bulletin.state == bulletin_rules.State.APPROVED
        and bulletins.share_of(bulletin.pk) is None,
        "may_send": scope.can("bulletins.send", path) and bulletin.state == bulletin_rules.State.APPROVED,
        "may_air": may_air(scope, bulletin),
        "airings": scope.holds(dispatching.VIEW),
        "about": bulletins.about(scope, bulletin),
        "supplied": bulletins.supplied([bulletin.pk]).get(bulletin.pk),
        "source": bulletins.source_of([bulletin.pk]).get(bulletin.pk),
        "refusal": refusal,
        "note": note,
        **marked_rows(request),
        **_changed(request, scope, bulletin),
    }
    now = clock.now()
    facts["validity"] = _validity(bulletin, now=now)
    facts |= _places(scope, bulletin, slots, now=now)
    facts |= approving.facts(scope, bulletin, slots, clip=clip, opened=request.POST.get("opened", ""), now=now)
    return render(request, "schedules/bulletin.html", facts, status=status)


def marked_rows(request: HttpRequest) -> dict[str, object]:
    """Return the rows of the form that marks passages, with what was typed before."""
    typed = list(zip(request.POST.getlist("mark"), request.POST.getlist("mark_note"), strict=False))
    rows = [row for row in typed if row[0] or row[1]][: bulletin_rules.MARKS_MOST]
    return {"mark_rows": [*rows, *[("", "")] * max(0, MARK_ROWS - len(rows))], "has_marks": bool(rows)}


def _validity(bulletin: Bulletin, *, now: datetime) -> str:
    """Return `over` or `early` when the words of a bulletin that was handed in do not hold now; else nothing."""
    is_handed_in = bulletin.state in {bulletin_rules.State.SUBMITTED, bulletin_rules.State.APPROVED}
    if bulletin.current is None or not is_handed_in:
        return ""
    if bulletin_rules.is_over(bulletin.current.facts, now):
        return "over"
    return "early" if bulletin_rules.is_too_early(bulletin.current.facts, now) else ""


def _stopped(scope: Scope, slot: Slot, *, now: datetime) -> AiringOutcome | None:
    """Return what became of an airing that was stopped, as far as the reader may see it."""
    if slot.airing is None or slot.airing.state != AiringState.STOPPED or not scope.holds(dispatching.VIEW):
        return None
    try:
        return dispatching.outcome(scope, slot.airing.pk, now=now)
    except NotFound:
        return None


def _changed(request: HttpRequest, scope: Scope, bulletin: Bulletin) -> dict[str, object]:
    """Return how the words differ from those the form came from, when somebody decides on a wording that is gone."""
    seen = request.POST.get("number", "")
    current = bulletin.current
    if current is None or not (seen.isascii() and seen.isdecimal()) or int(seen[:9]) >= current.number:
        return {}
    former = bulletins.revisions(scope, bulletin.pk).filter(number=int(seen[:9])).first()
    if former is None:
        return {}
    return {
        "changed_from": former.number,
        "changed_titles": bulletin_rules.differences(former.title, current.title),
        "changed_texts": bulletin_rules.differences(former.text, current.text),
        "has_other_sound": former.clip_id != current.clip_id,
    }


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
                breaking=saying.each(queries.breaking([slot], now=now)) if decides else (),
                stopped=_stopped(scope, slot, now=now),
            )
            for slot in slots
            for decides in [decides_places and slot.state == rules.State.WAITING]
        ],
    }
