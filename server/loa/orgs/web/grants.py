"""Giving a role, letting it last longer, taking it away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts import queries as accounting
from loa.kernel import clock
from loa.kernel.errors import DomainError, Refusal
from loa.kernel.pages import DeskRequest
from loa.orgs import commands, ports, queries
from loa.orgs.web.forms import ExtendForm, GrantForm, after, midnight
from loa.orgs.web.people import put, units


@require_http_methods(["GET", "POST"])
def grant(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a role: where, as what, how far, from when to when, and why."""
    found = accounting.person(request.scope, pk)
    offered = units(request)
    code = request.POST.get("unit") or request.GET.get("unit", "")
    chosen = next((unit for unit in offered if unit.code == code), offered[0] if offered and not code else None)
    things = ports.things_at(chosen.pk) if chosen is not None else ()
    is_sent = request.method == "POST" and request.POST.get("action") != "things"
    form = GrantForm(
        request.POST if is_sent else None,
        roles=list(queries.roles_to_give(request.scope)),
        things=things,
        initial=request.POST.dict() if request.method == "POST" else None,
    )
    if is_sent and form.is_valid():
        kept = form.cleaned_data
        try:
            commands.grant(
                request.scope,
                queries.unit_by_code(request.scope, kept["unit"]),
                user=found,
                role=kept["role"],
                device_id=kept["device"] or None,
                channel=kept["channel"],
                is_here_only=kept["is_here_only"] and not kept["device"],
                start_at=midnight(kept["start_on"]),
                end_at=after(kept["end_on"]),
                reason=kept["reason"],
                now=clock.now(),
            )
        except DomainError as refusal:
            put(form, refusal)
        else:
            messages.success(request, _("The role was given."))
            return redirect("orgs:person", pk)
    facts = {"person": found, "form": form, "units": offered, "chosen": chosen.code if chosen else "", "things": things}
    return render(request, "orgs/grant.html", facts, status=422 if form.errors else 200)


@require_POST
def extend(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a role last until another day, or for ever."""
    held = queries.grant_by_id(request.scope, pk)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a day."))
        return redirect("orgs:person", held.user_id)
    try:
        commands.extend(
            request.scope,
            held,
            until=after(form.cleaned_data["end_on"]),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role lasts until then."))
    return redirect("orgs:person", held.user_id)


@require_POST
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    held = queries.grant_by_id(request.scope, pk)
    commands.withdraw(request.scope, held, now=clock.now())
    messages.success(request, _("The role was taken away."))
    return redirect("orgs:person", held.user_id)
