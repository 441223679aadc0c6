"""Agencies with their names over time, their posts, and who holds them."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.kernel import clock
from loa.kernel.errors import DomainError, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, queries, rules
from loa.orgs.models import Agency
from loa.orgs.web import telling
from loa.orgs.web.office_forms import KINDS, AgencyForm, CloseForm, NameForm
from loa.orgs.web.people import put, units

PAGE = 40


@require_GET
@needs("orgs.administer")
def agencies(request: DeskRequest) -> HttpResponse:
    """List agencies with the names of today."""
    page = Paginator(queries.agencies(request.scope), PAGE).get_page(request.GET.get("page"))
    found = list(page)
    names = queries.agency_names([agency.pk for agency in found], on=_today())
    lines = [(agency, names.get(agency.pk, ""), KINDS[rules.AgencyKind(agency.kind)]) for agency in found]
    return render(request, "orgs/agencies.html", {"page": page, "lines": lines, "tab": "agencies"})


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Add an agency."""
    form = AgencyForm(request.POST or None)
    offered = units(request)
    if request.method == "POST" and form.is_valid():
        try:
            agency = commands.open_agency(
                request.scope,
                queries.unit_by_code(request.scope, form.cleaned_data["unit"]),
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["name"],
                short_name=form.cleaned_data["short_name"],
                opened_on=form.cleaned_data["opened_on"],
            )
        except DomainError as refusal:
            put(form, refusal)
        else:
            messages.success(request, _("The agency is added."))
            return redirect("orgs:agency", agency.pk)
    facts = {"form": form, "units": offered, "chosen": form["unit"].value() or ""}
    return render(request, "orgs/agency_add.html", facts, status=422 if form.errors else 200)


@require_GET
def agency(request: DeskRequest, pk: int) -> HttpResponse:
    """Show an agency's names, posts and people."""
    return _page(request, queries.agency_by_id(request.scope, pk))


@require_POST
def rename(request: DeskRequest, pk: int) -> HttpResponse:
    """Call it something else from a day on."""
    found = queries.agency_by_id(request.scope, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            commands.rename_agency(request.scope, found, **form.cleaned_data)
        except DomainError as refusal:
            put(form, refusal)
        else:
            messages.success(request, _("The new name holds from that day."))
            return redirect("orgs:agency", pk)
    return _page(request, found, rename_form=form)


@require_POST
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """Close it on a day."""
    found = queries.agency_by_id(request.scope, pk)
    form = CloseForm(request.POST, others=_others(request, found))
    if form.is_valid():
        successor = form.cleaned_data["succeeded_by"]
        try:
            commands.close_agency(
                request.scope,
                found,
                on=form.cleaned_data["on"],
                succeeded_by=queries.agency_by_id(request.scope, successor) if successor else None,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The agency closes on that day."))
            return redirect("orgs:agency", pk)
    return _page(request, found, close_form=form)


def _page(
    request: DeskRequest, agency: Agency, *, rename_form: Form | None = None, close_form: Form | None = None
) -> HttpResponse:
    now = clock.now()
    posts = queries.posts_of(request.scope, agency)
    holders = queries.incumbents(posts, at=now)
    failed = rename_form or close_form
    facts = {
        "agency": agency,
        "name": queries.agency_name(agency, on=_today()),
        "kind": KINDS[rules.AgencyKind(agency.kind)],
        "names": queries.names_of_agency(agency),
        "today": _today(),
        "chairs": [(post, [(held, telling.period(held)) for held in holders[post.pk]]) for post in posts],
        "rename_form": rename_form or NameForm(auto_id="id_rename_%s"),
        "close_form": close_form or CloseForm(auto_id="id_close_%s", others=_others(request, agency)),
        "form": failed,
    }
    return render(request, "orgs/agency.html", facts, status=422 if failed else 200)


def _others(request: DeskRequest, agency: Agency) -> list[tuple[Agency, str]]:
    found = list(queries.agencies(request.scope).filter(closed_on=None).exclude(pk=agency.pk))
    names = queries.agency_names([one.pk for one in found], on=_today())
    return [(one, names.get(one.pk, "")) for one in found]


def _today() -> date:
    return clock.now().astimezone(rules.ZONE).date()
