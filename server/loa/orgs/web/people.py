"""People and their accounts, for whoever administers a unit."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import commands as accounts
from loa.accounts import passwords
from loa.accounts import queries as accounting
from loa.accounts.models import User
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, DomainError, FreshFactorNeeded, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, granting, queries
from loa.orgs.models import Unit
from loa.orgs.web import telling
from loa.orgs.web.forms import ExtendForm, PersonForm, SuccessorForm

PAGE = 40
FIELD_OF = {
    "username_taken": "username",
    "plain_username": "username",
    "name_missing": "full_name",
    "role_not_here": "role",
    "role_retired": "role",
    "beyond_own": "role",
    "two_duties": "role",
    "beyond_reach": "unit",
    "not_found": "unit",
    "closed_unit": "unit",
    "unknown_thing": "device",
    "bad_period": "end_on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A person in the list."""

    person: User
    held: list[telling.Held]


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
    return render(request, "orgs/people.html", {"page": page, "lines": lines, "words": words, "tab": "people"})


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Open an account with a role; the password for the first sign-in is shown once."""
    form = PersonForm(request.POST or None, roles=list(queries.roles_to_give(request.scope)))
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
            put(form, refusal)
        else:
            return render(request, "orgs/password_once.html", {"person": person, "password": once, "is_new": True})
    facts = {"form": form, "units": units(request), "chosen": form["unit"].value() or request.GET.get("unit", "")}
    return render(request, "orgs/person_add.html", facts, status=422 if form.errors else 200)


@require_GET
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what a person holds, held and will hold, with the reasons, and what can be done."""
    found = accounting.person(request.scope, pk)
    held = telling.held(queries.all_grants_of(found), request.scope, now=clock.now())
    facts = {
        "person": found,
        "held": [one for one in held if not one.is_over],
        "past": [one for one in held if one.is_over],
        "form": ExtendForm(),
        "is_self": str(found.pk) == request.scope.actor.id,
        "has_providers": accounting.has_providers(),
    }
    return render(request, "orgs/person.html", facts)


@require_GET
def person_rights(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer what this person may do, and why."""
    found = accounting.person(request.scope, pk)
    holdings = queries.what_may(found, at=clock.now())
    names = telling.thing_names([one.reason.grant for one in holdings if one.reason.grant is not None])
    lines = [
        {
            "reason": one.reason,
            "notes": telling.reason_notes(one.reason, names),
            "rights": sorted(permissions.sentence(code) for code in one.codes),
        }
        for one in holdings
    ]
    return render(request, "orgs/person_rights.html", {"person": found, "lines": lines})


@require_http_methods(["GET", "POST"])
def leave(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a person go: ask once more who goes on with their work, then end everything in one act."""
    found = wholly_mine(request, pk)
    now = clock.now()
    held = queries.grants_of([found.pk])
    paths = {grant.unit.path for grant in held} | ({found.unit_path} if found.unit_path else set())
    colleagues = [one for one in queries.colleagues(paths, but=found.pk, at=now) if _is_mine(request, one)]
    form = SuccessorForm(request.POST or None, colleagues=colleagues)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = next((one for one in colleagues if one.pk == form.cleaned_data["hand_to"]), None)
            try:
                count = commands.leave(request.scope, found, hand_to=chosen, now=now)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The person has left. Open work handed on: %(count)s.") % {"count": count})
                return redirect("orgs:person", pk)
    facts = {"person": found, "form": form, "held": telling.held(held, request.scope, now=now)}
    return render(request, "orgs/leave.html", facts, status=status)


@require_POST
def deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an account."""
    accounts.deactivate(request.scope, wholly_mine(request, pk))
    messages.success(request, _("The account is closed; its sessions have ended."))
    return redirect("orgs:person", pk)


@require_POST
def reactivate(request: DeskRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    accounts.reactivate(request.scope, wholly_mine(request, pk))
    messages.success(request, _("The account is open again."))
    return redirect("orgs:person", pk)


@require_POST
def reset(request: DeskRequest, pk: int) -> HttpResponse:
    """Set a new password for one sign-in and show it once."""
    found = wholly_mine(request, pk)
    once = passwords.one_time()
    accounts.reset_password(request.scope, found, password=once, now=clock.now())
    return render(request, "orgs/password_once.html", {"person": found, "password": once, "is_new": False})


def wholly_mine(request: DeskRequest, pk: int) -> User:
    """Return a person all of whose rights, now and later, are in the asker's reach; the commands ask again."""
    found = accounting.person(request.scope, pk)
    granting.demand_reach(request.scope, found, opens=False)
    return found


def units(request: DeskRequest) -> list[Unit]:
    """Return the units a form of these pages may offer: those administered that still exist."""
    return list(queries.choices_for(request.scope, "orgs.administer").filter(closed_on=None))


def put(form: Form, refusal: DomainError) -> None:
    """Put a refusal beside the field it is about; what is forbidden, or asks for a factor, gets a page of its own."""
    if isinstance(refusal, (Denied, FreshFactorNeeded)):
        raise refusal
    field = FIELD_OF.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal))


def _is_mine(request: DeskRequest, user: User) -> bool:
    return request.scope.can("orgs.administer", user.scope_path)


def _lines(request: DeskRequest, found: list[User]) -> list[Line]:
    grants = queries.grants_of([user.pk for user in found])
    told = telling.held(grants, request.scope, now=clock.now())
    by_user: dict[int, list[telling.Held]] = {user.pk: [] for user in found}
    for grant, words in zip(grants, told, strict=True):
        by_user[grant.user_id].append(words)
    return [Line(person=user, held=by_user[user.pk]) for user in found]
