"""Support sessions, before the eyes of the unit that is helped."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.accounts import queries as accounting
from loa.kernel import clock, permissions
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, queries
from loa.orgs.web.office_forms import SupportForm
from loa.orgs.web.people import put, units

SHOWN = 50


@require_safe
@needs("orgs.view")
def sessions(request: DeskRequest) -> HttpResponse:
    """List who helps here now, and who did."""
    now = clock.now()
    found = list(queries.support_sessions(request.scope)[:SHOWN])
    facts = {
        "running": [one for one in found if one.during.upper > now],
        "past": [one for one in found if one.during.upper <= now],
        "may_open": request.scope.holds("orgs.administer"),
    }
    return render(request, "orgs/support.html", facts)


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Let somebody help."""
    form = SupportForm(request.POST or None, roles=list(queries.roles_to_give(request.scope)))
    offered = units(request)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        supporter = accounting.by_username(kept["username"])
        unit = queries.unit_by_code(request.scope, kept["unit"])
        if supporter is None:
            form.add_error("username", _("Nobody with this user name can help in a support session."))
        else:
            try:
                session = commands.open_support(
                    request.scope,
                    unit,
                    supporter=supporter,
                    role=kept["role"],
                    reason=kept["reason"],
                    minutes=kept["minutes"],
                    now=clock.now(),
                )
            except DomainError as refusal:
                put(form, refusal)
            else:
                messages.success(request, _("The support session is open."))
                return redirect("orgs:support_session", session.pk)
    facts = {"form": form, "units": offered, "chosen": form["unit"].value() or ""}
    return render(request, "orgs/support_add.html", facts, status=422 if form.errors else 200)


@require_safe
def session(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a session with every act done in it, live while it runs."""
    found = queries.support_session(request.scope, pk)
    now = clock.now()
    acts = queries.acts_in(found, limit=SHOWN)
    names = permissions.place_names({act.unit_path for act in acts})
    is_running = found.during.upper > now
    facts = {
        "session": found,
        "acts": [(act, names[act.unit_path]) for act in acts],
        "rights": sorted(permissions.sentence(code) for code in queries.supported(found.role)),
        "is_running": is_running,
        "may_end": is_running and _may_end(request, found.supporter_id, found.scope_path),
    }
    return render(request, "orgs/support_session.html", facts)


@require_POST
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """End a session before its time."""
    found = queries.support_session(request.scope, pk)
    commands.end_support(request.scope, found, now=clock.now())
    messages.success(request, _("The support session has ended."))
    return redirect("orgs:support")


def _may_end(request: DeskRequest, supporter: int, path: str) -> bool:
    return request.scope.actor.id == str(supporter) or request.scope.can("orgs.administer", path)
