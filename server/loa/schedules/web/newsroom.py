"""Offers as a newsroom sees them: read, make a draft of it, or say why not."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loa.bulletins import commands, queries
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Offer
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs

PAGE_LENGTH = 30
_WRITE = "bulletins.write"


@require_safe
@needs(_WRITE)
def newsroom(request: DeskRequest) -> HttpResponse:
    """List what agencies offer, what waits first."""
    found = queries.offers(request.scope)
    waiting = list(found.filter(state=bulletin_rules.OfferState.OFFERED)[:PAGE_LENGTH])
    decided = found.exclude(state=bulletin_rules.OfferState.OFFERED)
    page = Paginator(decided, PAGE_LENGTH).get_page(request.GET.get("page"))
    names = _names([*waiting, *page])
    facts = {
        "waiting": [(one, names.get(one.agency_id, "")) for one in waiting],
        "page": page,
        "decided": [(one, names.get(one.agency_id, "")) for one in page],
    }
    return render(request, "schedules/newsroom.html", facts)


@require_safe
@needs(_WRITE)
def offer(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Show an offer, and what the newsroom may do with it."""
    return _page(request, queries.offer(request.scope, offer_id))


@require_POST
@needs(_WRITE)
def accept(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Make a draft of an offer and lead to it."""
    found = queries.offer(request.scope, offer_id)
    demand(request.scope, _WRITE, path=found.scope_path, place=found.unit.name)
    try:
        made = commands.accept_offer(request.scope, found, now=clock.now())
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal))
    messages.success(request, _("It is a draft of your unit now. Give it a voice and hand it in."))
    return redirect("bulletins:edit", made.pk)


@require_POST
@needs(_WRITE)
def decline(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Decide against an offer, with the reason its author reads."""
    found = queries.offer(request.scope, offer_id)
    demand(request.scope, _WRITE, path=found.scope_path, place=found.unit.name)
    try:
        commands.decline_offer(request.scope, found, reason=request.POST.get("reason", ""), now=clock.now())
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal))
    messages.success(request, _("Declined. Who offered it reads the reason."))
    return redirect("offers:newsroom")


def _names(found: list[Offer]) -> dict[int | None, str]:
    ids = [one.agency_id for one in found if one.agency_id is not None]
    names = orgs.agency_names(ids, on=timezone.localdate(clock.now(), bulletin_rules.ZONE))
    return {one: names[one] for one in ids}


def _page(request: DeskRequest, found: Offer, *, refusal: str = "") -> HttpResponse:
    fresh = queries.offer(request.scope, found.pk)
    facts = {"offer": fresh, "agency": _names([fresh]).get(fresh.agency_id, ""), "refusal": refusal}
    return render(
        request, "schedules/newsroom_offer.html", facts, status=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    )
