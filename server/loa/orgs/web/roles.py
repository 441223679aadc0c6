"""Roles: which there are, what they allow, and roles of one's own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.kernel import clock, permissions
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, queries
from loa.orgs.web.forms import NewRoleForm, RoleWordsForm
from loa.orgs.web.people import put

_FIELD_OF = {"role_taken": "code", "two_duties": "permissions", "beyond_own": "permissions"}


@require_GET
@needs("orgs.administer")
def roles(request: DeskRequest) -> HttpResponse:
    """List the standard roles and those made here, above or below."""
    found = list(queries.roles(request.scope))
    lines = [(role, role.is_standard or request.scope.can("orgs.administer", role.scope_path)) for role in found]
    facts = {"lines": lines, "may_make": request.scope.holds("orgs.define_roles"), "tab": "roles"}
    return render(request, "orgs/roles.html", facts)


@require_http_methods(["GET", "POST"])
@needs("orgs.define_roles")
def add(request: DeskRequest) -> HttpResponse:
    """Make a role of one's own."""
    units = list(queries.choices_for(request.scope, "orgs.define_roles").filter(closed_on=None))
    form = NewRoleForm(request.POST or None, levels=_levels())
    if request.method == "POST" and form.is_valid():
        try:
            role = commands.define_role(
                request.scope,
                queries.unit_by_code(request.scope, form.cleaned_data["unit"]),
                code=form.cleaned_data["code"],
                words=_words(form),
            )
        except DomainError as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("The role is made."))
            return redirect("orgs:role", role.code)
    chosen = form["unit"].value() or (units[0].code if units else "")
    facts = {"form": form, "units": units, "chosen": chosen, "is_new": True}
    return render(request, "orgs/role_form.html", facts, status=422 if form.errors else 200)


@require_GET
def role(request: DeskRequest, code: str) -> HttpResponse:
    """Show what a role allows."""
    found = queries.role_by_code(request.scope, code)
    facts = {
        "role": found,
        "rights": sorted(permissions.sentence(one) for one in found.permissions),
        "levels": [name for level, name in _levels() if level in found.levels],
        "may_change": not found.is_standard
        and found.retired_at is None
        and request.scope.can("orgs.define_roles", found.scope_path),
    }
    return render(request, "orgs/role.html", facts)


@require_http_methods(["GET", "POST"])
def change(request: DeskRequest, code: str) -> HttpResponse:
    """Change what a role of one's own is called and allows."""
    found = queries.role_by_code(request.scope, code)
    kept = {
        "name_vi": found.name_vi,
        "name_en": found.name_en,
        "told_vi": found.told_vi,
        "told_en": found.told_en,
        "levels": found.levels,
        "permissions": found.permissions,
    }
    form = RoleWordsForm(request.POST or None, levels=_levels(), initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_role(request.scope, found, words=_words(form), now=clock.now())
        except DomainError as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("The role is changed, for everybody who has it."))
            return redirect("orgs:role", found.code)
    facts = {"form": form, "role": found}
    return render(request, "orgs/role_form.html", facts, status=422 if form.errors else 200)


@require_POST
def retire(request: DeskRequest, code: str) -> HttpResponse:
    """Give a role to nobody any more."""
    found = queries.role_by_code(request.scope, code)
    commands.retire_role(request.scope, found, now=clock.now())
    messages.success(request, _("The role is no longer given."))
    return redirect("orgs:roles")


def _words(form: RoleWordsForm) -> commands.RoleWords:
    names = ("name_vi", "name_en", "told_vi", "told_en", "permissions", "levels")
    return commands.RoleWords(**{name: form.cleaned_data[name] for name in names})


def _levels() -> list[tuple[str, str]]:
    is_english = (get_language() or "").startswith("en")
    return [(level.code, level.name_en if is_english else level.name_vi) for level in queries.levels()]


def _put(form: RoleWordsForm, refusal: DomainError) -> None:
    field = _FIELD_OF.get(refusal.code)
    if field in form.fields:
        form.add_error(field, str(refusal))
    else:
        put(form, refusal)
