"""The pages on which a unit lays down the way its bulletins go until they are approved."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, naming, queries, rules, saying
from loa.bulletins.models import FlowStep
from loa.bulletins.web.flow_form import FlowForm, offered
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit


@require_safe
@needs("bulletins.administer")
def flows(request: DeskRequest) -> HttpResponse:
    """List the ways of approval of the units the reader administers, each as plain sentences."""
    today = timezone.localdate(clock.now())
    found = queries.flows(request.scope, on=today)
    lines = [(one, [naming.kind_name(kind) for kind in one.flow.kinds if kind in set(rules.Kind)]) for one in found]
    return render(request, "bulletins/flows.html", {"lines": lines, "today": today})


@require_http_methods(["GET", "POST"])
@needs("bulletins.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Lay down a way, step by step; `action=look` shows it as sentences before it is saved."""
    units = orgs.choices_for(request.scope, "bulletins.administer")
    unit = _unit(request, list(units.order_by("path")[:1]))
    today = timezone.localdate(clock.now())
    choices = offered(unit, on=today)
    form = FlowForm(request.POST or None, choices=choices, initial={"starts_on": today})
    is_posted = request.method == "POST" and request.POST.get("action") != "unit"
    if is_posted and form.is_valid() and request.POST.get("action") == "save":
        try:
            commands.lay_down_flow(
                request.scope,
                unit,
                name=form.cleaned_data["name"],
                asks=form.asks,
                kinds=[rules.Kind(kind) for kind in form.cleaned_data["kinds"]],
                is_far=form.cleaned_data["is_far"],
                starts_on=form.cleaned_data["starts_on"],
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The way of approval is laid down."))
            return redirect("bulletins:flows")
    facts = {
        "form": form,
        "unit": unit,
        "units": units,
        "sentences": _sentences(form, on=today) if is_posted and form.is_valid() else [],
        "kinds": [(kind.value, naming.kind_name(kind)) for kind in rules.Kind],
    }
    return render(request, "bulletins/flow_form.html", facts, status=422 if is_posted and form.errors else 200)


@require_POST
@needs("orgs.view")
def end(request: DeskRequest, flow_id: uuid.UUID) -> HttpResponse:
    """End a way today; the next one up the tree applies."""
    now = clock.now()
    flow = queries.flow(request.scope, flow_id)
    demand(request.scope, "bulletins.administer", path=flow.scope_path, place=flow.unit.name)
    try:
        commands.end_flow(request.scope, flow, on=timezone.localdate(now), now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This way of approval ends today. What was handed in goes the way it began."))
    return redirect("bulletins:flows")


def _unit(request: DeskRequest, highest: list[Unit]) -> Unit:
    """Return the unit the form names, else the highest one in reach."""
    code = (request.POST.get("unit") or request.GET.get("unit") or "").replace("\0", "")
    if code:
        found = orgs.choices_for(request.scope, "bulletins.administer").filter(code=code).first()
        if found is None:
            raise NotFound
        return found
    if not highest:
        raise NotFound
    return highest[0]


def _sentences(form: FlowForm, *, on: date) -> list[str]:
    """Return what was chosen as sentences."""
    told = []
    for position, ask in enumerate(form.asks, 1):
        step = FlowStep(position=position, asks=ask.asks, who=ask.who, where=ask.where, hours=ask.hours)
        step.role = form.roles.get(ask.role)
        step.post = form.posts.get(ask.post or 0)
        step.agency = form.agencies.get(ask.agency or 0)
        told.append(saying.sentence(step, on=on))
    return told
