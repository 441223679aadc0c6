"""The list of bulletins."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.bulletins import queries, rules
from loa.kernel.pages import DeskRequest, needs

PAGE_LENGTH = 30


@require_safe
@needs("bulletins.view")
def bulletins(request: DeskRequest) -> HttpResponse:
    """List bulletins, newest first, by state."""
    state = request.GET.get("state", "")
    found = queries.visible(request.scope)
    if state in set(rules.State):
        found = found.filter(state=state)
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(
        request,
        "bulletins/list.html",
        {
            "page": page,
            "lines": [(one, request.scope.can("bulletins.write", one.scope_path)) for one in page],
            "state": state,
            "states": list(rules.State),
            "may_administer": request.scope.holds("bulletins.administer"),
            "may_write": request.scope.holds("bulletins.write"),
        },
    )
