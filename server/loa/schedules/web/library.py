"""The share library: find what other units say well, use its words or the original, and see what is used."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, queries
from loa.bulletins import rules as bulletin_rules
from loa.bulletins.models import Share
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import following, outcomes
from loa.schedules.outcomes import Outcome

PAGE_LENGTH = 20
UNITS_SHOWN = 10
WORDS_LONGEST = 200
A_YEAR = timedelta(days=365)


@require_safe
@needs("bulletins.view")
def library(request: DeskRequest) -> HttpResponse:
    """Search what units share; below it, which units in reach use it most."""
    now = clock.now()
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:WORDS_LONGEST]
    category = request.GET.get("category", "")
    fields = queries.tree(timezone.localdate(now, bulletin_rules.ZONE))
    category = category if category in {one.code for one in fields} else ""
    found = queries.library(request.scope, words=words, category=category)
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    counts = queries.use_counts([one.pk for one in page])
    facts = {
        "page": page,
        "lines": [(one, *counts.get(one.pk, (0, 0))) for one in page],
        "words": words,
        "category": category,
        "categories": [(one.code, one.category.name(), one.depth) for one in fields],
        "by_unit": queries.uses_by_unit(request.scope, since=now - A_YEAR, most=UNITS_SHOWN),
    }
    return render(request, "schedules/library.html", facts)


@require_safe
@needs("bulletins.view")
def item(request: DeskRequest, share_id: uuid.UUID) -> HttpResponse:
    """Show an item with its sound, who has used it, and how to use it."""
    return _page(request, queries.shared(request.scope, share_id))


@require_POST
@needs("bulletins.write")
def use_words(request: DeskRequest, share_id: uuid.UUID) -> HttpResponse:
    """Start a draft with the words of an item."""
    found = queries.shared(request.scope, share_id)
    unit = _chosen(request, found)
    return _tried(
        request,
        found,
        lambda: redirect("bulletins:edit", commands.use_words(request.scope, unit, shared=found, now=clock.now()).pk),
        said=_("A draft with these words is yours. Mend it, give it a voice and hand it in."),
    )


@require_POST
@needs("bulletins.write")
def use_original(request: DeskRequest, share_id: uuid.UUID) -> HttpResponse:
    """Take the original into the inbox and lead to where it is put on the schedule."""
    found = queries.shared(request.scope, share_id)
    unit = _chosen(request, found)
    return _tried(
        request,
        found,
        lambda: redirect("inbox:item", commands.use_original(request.scope, unit, shared=found, now=clock.now()).pk),
        said=_("It is in your inbox, unchanged. Choose when it airs."),
    )


@require_POST
@needs("bulletins.share")
def end(request: DeskRequest, share_id: uuid.UUID) -> HttpResponse:
    """Share an item no longer."""
    found = queries.shared(request.scope, share_id)
    demand(request.scope, "bulletins.share", path=found.scope_path, place=found.unit.name)
    return _tried(
        request,
        found,
        lambda: redirect(_ended(request, found)),
        said=_("It is no longer in the library. Units that took it before keep it."),
    )


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def share(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Choose who finds a bulletin in the library, and put it there."""
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.share", path=bulletin.scope_path, place=bulletin.unit.name)
    refusal = ""
    if request.method == "POST":
        chosen = request.POST.get("reach", "")
        reach = bulletin_rules.Reach(chosen) if chosen in set(bulletin_rules.Reach) else bulletin_rules.Reach.BELOW
        try:
            made = commands.share(request.scope, bulletin, reach=reach, now=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("It is in the library now."))
            return redirect("library:item", made.pk)
    facts = {
        "bulletin": bulletin,
        "refusal": refusal,
        "has_below": orgs.descendants(bulletin.unit).exists(),
    }
    return render(request, "schedules/share.html", facts, status=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK)


def _ended(request: DeskRequest, found: Share) -> str:
    commands.end_share(request.scope, found, now=clock.now())
    return "library:list"


def _writing_units(request: DeskRequest, found: Share) -> list[Unit]:
    """Return the units for which the person may use an item: their own, where it reaches them."""
    roots = {root.partition("#")[0].removesuffix("!") for root in request.scope.roots("bulletins.write")}
    reach = bulletin_rules.Reach(found.reach)
    return [
        unit
        for unit in orgs.choices_for(request.scope, "bulletins.write").filter(path__in=roots)
        if bulletin_rules.is_shared_with(reach, owner_path=found.unit.path, unit_path=unit.path)
    ]


def _chosen(request: DeskRequest, found: Share) -> Unit:
    units = _writing_units(request, found)
    named = {str(unit.pk): unit for unit in units}.get(request.POST.get("unit", ""))
    if named is None and len(units) == 1:
        return units[0]
    if named is None:
        raise NotFound
    return named


def _tried(request: DeskRequest, found: Share, act: Callable[[], HttpResponse], *, said: str) -> HttpResponse:
    try:
        answer = act()
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal))
    messages.success(request, said)
    return answer


def _page(request: DeskRequest, found: Share, *, refusal: str = "") -> HttpResponse:
    now, scope = clock.now(), request.scope
    uses = list(queries.uses(scope, found.pk))
    followed = {one.receipt.pk: one for one in following.follow([use.receipt for use in uses if use.receipt], now=now)}
    became = outcomes.outcomes([use.copy_id for use in uses if use.copy_id], now=now)
    current = found.bulletin.current
    times, units = queries.use_counts([found.pk]).get(found.pk, (0, 0))
    facts = {
        "share": found,
        "bulletin": found.bulletin,
        "current": current,
        "clip": media.facts([current.clip_id]).get(current.clip_id) if current and current.clip_id else None,
        "category": queries.category_name(current.category_id) if current and current.category_id else "",
        "level": {one.code: one.name() for one in orgs.levels()}.get(found.bulletin.origin_level, ""),
        "uses": [
            (use, followed.get(use.receipt_id) if use.receipt_id else None, became.get(use.copy_id, Outcome()))
            for use in uses
        ],
        "times": times,
        "unit_count": units,
        "units": _writing_units(request, found),
        "may_end": scope.can("bulletins.share", found.scope_path),
        "refusal": refusal,
    }
    return render(
        request, "schedules/library_item.html", facts, status=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    )
