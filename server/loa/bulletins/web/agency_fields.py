"""The pages on which a unit says in which fields its agencies supply words."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands, queries
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Agency
from loa.orgs.rules import ZONE


@require_safe
@needs("bulletins.administer")
def agencies(request: DeskRequest) -> HttpResponse:
    """List the agencies with the fields in which each supplies."""
    today = timezone.localdate(clock.now(), ZONE)
    found = list(orgs.agencies_for(request.scope, "bulletins.administer"))
    ids = [one.pk for one in found]
    names, fields = orgs.agency_names(ids, on=today), queries.fields_of(ids)
    called = {branch.code: branch.category.name() for branch in queries.tree(today)}
    rows = [
        {"agency": one, "name": names[one.pk], "fields": [called.get(code, code) for code in sorted(fields[one.pk])]}
        for one in found
    ]
    return render(request, "bulletins/agency_fields.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@needs("orgs.view")
def agency(request: DeskRequest, agency_id: int) -> HttpResponse:
    """Set the fields of one agency."""
    found = _found(request, agency_id)
    today, refusal = timezone.localdate(clock.now(), ZONE), ""
    chosen = queries.fields_of([found.pk])[found.pk]
    if request.method == "POST":
        chosen = frozenset(request.POST.getlist("field"))
        try:
            commands.set_agency_fields(request.scope, found, categories=chosen, now=clock.now())
        except Refusal as said:
            refusal = str(said)
        else:
            messages.success(request, _("The fields are set. They hold for what is offered from now on."))
            return redirect("bulletins:agency_fields")
    facts = {
        "agency": found,
        "name": orgs.agency_name(found, on=today),
        "branches": queries.tree(today),
        "chosen": chosen,
        "refusal": refusal,
    }
    return render(request, "bulletins/agency_field.html", facts, status=422 if refusal else 200)


def _found(request: DeskRequest, agency_id: int) -> Agency:
    found: Agency | None = orgs.agencies_for(request.scope, "orgs.view").filter(pk=agency_id).first()
    if found is None:
        raise NotFound
    demand(request.scope, "bulletins.administer", path=found.scope_path, place=found.unit.name)
    return found
