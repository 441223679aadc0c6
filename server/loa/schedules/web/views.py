"""One bulletin: its words, its sound, where and when it airs, and what was decided."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.bulletins import queries as bulletins
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Bulletin
from loa.dispatch import queries as dispatching
from loa.kernel.pages import DeskRequest, needs
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.schedules import queries


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
    is_own = scope.actor.id in {str(bulletin.author_id), current.written_by if current else ""}
    waits = bulletin.state == bulletin_rules.State.SUBMITTED
    may_write = scope.can("bulletins.write", path)
    facts = {
        "bulletin": bulletin,
        "current": current,
        "clip": clip,
        "slots": [(slot, queries.reason(slot)) for slot in slots],
        "has_slots": any(slot.state in {"waiting", "placed"} for slot in slots),
        "revisions": [kept for kept in bulletins.revisions(scope, bulletin.pk) if current and kept.pk != current.pk],
        "may_decide": waits and not is_own and scope.can("bulletins.approve", path),
        "is_own": waits and is_own and scope.can("bulletins.approve", path),
        "may_edit": may_write and bulletin.state in bulletin_rules.EDITABLE,
        "may_withdraw": may_write and bulletin.state != bulletin_rules.State.WITHDRAWN,
        "may_ask": scope.can("schedules.request", path) and bulletin.state != bulletin_rules.State.WITHDRAWN,
        "airings": scope.holds(dispatching.VIEW),
        "refusal": refusal,
        "note": note,
    }
    return render(request, "schedules/bulletin.html", facts, status=status)
