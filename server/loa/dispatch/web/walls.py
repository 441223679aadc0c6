"""Links for screens on a wall: which there are, making one, ending one."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.dispatch import commands, rules, walls
from loa.dispatch.models import WallLink
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

LINKS_SHOWN = 50


class WallForm(forms.Form):
    """Where the screen hangs, and for how long it may show the unit."""

    name = forms.CharField(
        label=gettext_lazy("Where does the screen hang?"),
        max_length=rules.WALL_NAME_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (366, gettext_lazy("One year"))],
    )


@require_http_methods(["GET", "POST"])
@needs(walls.VIEW)
def links(request: DeskRequest, code: str) -> HttpResponse:
    """Show the links of a unit, and make one: its address is shown once."""
    unit = _unit(request, code)
    if request.method == "GET":
        return _page(request, unit, WallForm())
    form = WallForm(request.POST)
    if not form.is_valid():
        return _page(request, unit, form, status=422)
    try:
        _link, secret = commands.show_wall(
            request.scope,
            unit,
            name=form.cleaned_data["name"],
            lasts=timedelta(days=form.cleaned_data["days"]),
            now=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, unit, form, status=409)
    address = request.build_absolute_uri(reverse("wall:open", args=[secret]))
    return _page(request, unit, WallForm(), address=address)


@require_POST
@needs(walls.VIEW)
def end(request: DeskRequest, link_id: uuid.UUID) -> HttpResponse:
    """End a link."""
    found = walls.get(request.scope, link_id)
    demand(request.scope, walls.RIGHT, path=found.scope_path, place=found.unit.name)
    try:
        commands.end_wall(request.scope, found, now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The link is ended. Its screen shows nothing any more."))
    return redirect("dispatch:walls", found.unit.code)


def _unit(request: DeskRequest, code: str) -> Unit:
    unit = orgs.unit_by_code(request.scope, code.replace("\0", ""))
    demand(request.scope, walls.RIGHT, path=f"{unit.path}#{WallLink.scope_channel}", place=unit.name)
    return unit


def _page(request: DeskRequest, unit: Unit, form: WallForm, *, address: str = "", status: int = 200) -> HttpResponse:
    facts = {
        "unit": unit,
        "form": form,
        "address": address,
        "links": list(walls.links(request.scope, unit)[:LINKS_SHOWN]),
        "now": clock.now(),
    }
    answer = render(request, "dispatch/walls.html", facts, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
