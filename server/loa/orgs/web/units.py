"""The official tree of a day, and all that one unit was."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries
from loa.orgs.web import unit_lines

MOST_FOUND = 100
MOST_OPENED = 3
"""So many tops are shown with what stands right below them; more are shown alone."""


@require_GET
@needs("orgs.view")
def units(request: DeskRequest) -> HttpResponse:
    """Show the units of a day as far as the person sees them, or those that have the words in their name."""
    day = unit_lines.chosen_day(request)
    words = request.GET.get("q", "").replace("\0", "").strip()
    facts: dict[str, object] = {
        "day": day,
        "is_day_unknown": unit_lines.is_day_unknown(request),
        "words": words,
        "may_import": request.scope.holds("orgs.reorganise"),
        "may_end": request.scope.holds("orgs.administer"),
    }
    if words:
        found = queries.matching_as_of(request.scope, words, day)
        facts |= {"found": unit_lines.matches(found[:MOST_FOUND], day), "count": len(found), "most": MOST_FOUND}
        return render(request, "orgs/units.html", facts)
    seen = queries.tree_as_of(request.scope, day)
    codes = {node.code for node in seen}
    tops = [node for node in seen if node.parent not in codes]
    groups = []
    for top in unit_lines.lines(tops, within=seen):
        below = [node for node in seen if node.parent == top.code] if len(tops) <= MOST_OPENED else []
        groups.append((top, unit_lines.lines(below, within=seen)))
    return render(request, "orgs/units.html", facts | {"groups": groups})


@require_GET
@needs("orgs.view")
def unit(request: DeskRequest, code: str) -> HttpResponse:
    """Show what a unit was on a day, what stood around it, and all that ever happened to it."""
    found = queries.unit_ever(request.scope, code)
    day = unit_lines.chosen_day(request)
    facts = {
        "unit": found,
        "day": day,
        "is_day_unknown": unit_lines.is_day_unknown(request),
        "node": queries.unit_as_of(found, day),
        "above": queries.ancestors_as_of(found, day),
        "children": unit_lines.lines(queries.children_as_of(found, day), within=queries.subtree_as_of(found, day)),
        "happenings": unit_lines.happenings(request.scope, found),
        "stretches": unit_lines.stretches(found),
        "keeper": found.parent if found.is_closed else None,
    }
    return render(request, "orgs/unit.html", facts)
