"""People and their rights, for whoever administers a unit."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import commands as accounts
from loa.accounts import passwords
from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import commands, queries
from loa.orgs.models import Unit
from loa.orgs.web.forms import PersonForm, RoleForm

PAGE = 40


@dataclass(slots=True)
class Held:
    """A role somebody holds, in words."""

    pk: int
    role: str | Promise
    place: str
    is_mine: bool
    """Whether the asking administrator may take it away."""


@dataclass(slots=True)
class Line:
    """A person in the list."""

    person: User
    held: list[Held] = field(default_factory=list)


@require_GET
@needs("orgs.administer")
def people(request: DeskRequest) -> HttpResponse:
    """List the people at and below the administrator's units."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = accounting.people(request.scope)
    if words:
        found = found.filter(full_name__icontains=words) | found.filter(username__icontains=words)
    page = Paginator(accounting.in_name_order(found), PAGE).get_page(request.GET.get("page"))
    lines = _lines(request, accounting.by_ids(list(page.object_list)))
    facts = {"page": page, "lines": lines, "words": words}
    return render(request, "orgs/people.html", facts)


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Open an account with a role; the password for the first sign-in is shown once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        once = passwords.one_time()
        try:
            person = commands.add_person(
                request.scope,
                queries.unit_by_code(request.scope, form.cleaned_data["unit"]),
                username=form.cleaned_data["username"],
                full_name=form.cleaned_data["full_name"],
                role=form.cleaned_data["role"],
                password=once,
            )
        except DomainError as refusal:
            _put(form, refusal)
        else:
            return render(request, "orgs/password_once.html", {"person": person, "password": once, "is_new": True})
    facts = {"form": form, "units": _units(request), "chosen": form["unit"].value() or request.GET.get("unit", "")}
    return render(request, "orgs/person_add.html", facts, status=422 if form.errors else 200)


@require_GET
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a person's roles, and what can be done."""
    found = accounting.person(request.scope, pk)
    facts = {
        "line": _lines(request, [found])[0],
        "form": RoleForm(),
        "units": _units(request),
        "is_self": str(found.pk) == request.scope.actor.id,
    }
    return render(request, "orgs/person.html", facts)


@require_POST
def grant(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a role."""
    found = accounting.person(request.scope, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        unit = queries.unit_by_code(request.scope, form.cleaned_data["unit"])
        commands.grant(request.scope, unit, user=found, role=form.cleaned_data["role"])
        messages.success(request, _("The role was given."))
    else:
        messages.error(request, _("Please choose a unit and a role."))
    return redirect("orgs:person", pk)


@require_POST
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    held = queries.grant_by_id(request.scope, pk)
    commands.withdraw(request.scope, held, now=clock.now())
    messages.success(request, _("The role was taken away."))
    return redirect("orgs:person", held.user_id)


@require_POST
def deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an account."""
    accounts.deactivate(request.scope, _wholly_mine(request, pk))
    messages.success(request, _("The account is closed; its sessions have ended."))
    return redirect("orgs:person", pk)


@require_POST
def reactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    accounts.reactivate(request.scope, _wholly_mine(request, pk))
    messages.success(request, _("The account is open again."))
    return redirect("orgs:person", pk)


@require_POST
def reset(request: DeskRequest, pk: int) -> HttpResponse:
    """Set a new password for one sign-in and show it once."""
    found = _wholly_mine(request, pk)
    once = passwords.one_time()
    accounts.reset_password(request.scope, found, password=once, now=clock.now())
    return render(request, "orgs/password_once.html", {"person": found, "password": once, "is_new": False})


def _wholly_mine(request: DeskRequest, pk: int) -> User:
    """Return a person all of whose grants stand where the asker administers; else who resets a password takes them."""
    found = accounting.person(request.scope, pk)
    for held in queries.grants_of([found.pk]):
        demand(request.scope, "orgs.administer", path=held.unit.path, place=held.unit.name)
    return found


def _units(request: DeskRequest) -> list[Unit]:
    return list(queries.choices_for(request.scope, "orgs.administer"))


def _lines(request: DeskRequest, found: list[User]) -> list[Line]:
    lines = {user.pk: Line(user) for user in found}
    for held in queries.grants_of(list(lines)):
        mine = request.scope.can("orgs.administer", held.scope_path) and str(held.user_id) != request.scope.actor.id
        lines[held.user_id].held.append(Held(held.pk, held.role.name(), held.unit.name, mine))
    return list(lines.values())


def _put(form: PersonForm, refusal: DomainError) -> None:
    """Put a refusal beside the field it is about."""
    field = {"username_taken": "username", "plain_username": "username", "name_missing": "full_name"}.get(refusal.code)
    form.add_error(field, str(refusal))
