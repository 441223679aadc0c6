"""Groups of devices: the list, making one, changing it, letting it go."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.devices import commands, groups, queries, rules
from loa.devices.models import Device, Group
from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

VIEW, RIGHT = "devices.view", "devices.group"
LISTED_MOST = 400


class GroupForm(forms.Form):
    """The name of a group, and who is in it."""

    name = forms.CharField(
        label=_("Name of the group"),
        max_length=rules.NAME_LONGEST,
        error_messages={"required": _("Give the group a name by which people know it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    device_ids = forms.TypedMultipleChoiceField(
        label=_("Which devices?"),
        coerce=uuid.UUID,
        error_messages={"required": _("Choose at least one device.")},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, devices: Sequence[Device], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device_ids"].choices = [(str(one.pk), f"{one.name} · {one.unit.name}") for one in devices]  # type: ignore[attr-defined]  # a choice field


@require_safe
@needs(VIEW)
def listing(request: DeskRequest) -> HttpResponse:
    """List groups by unit and name."""
    found = list(groups.visible(request.scope))
    held = groups.members(found)
    facts = {
        "rows": [(group, len(held.get(group.pk, ())), request.scope.can(RIGHT, group.scope_path)) for group in found],
        "may_make": request.scope.holds(RIGHT),
    }
    return render(request, "devices/groups.html", facts)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: DeskRequest) -> HttpResponse:
    """Make a group of devices of one unit."""
    units = list(orgs.choices_for(request.scope, RIGHT))
    unit = _chosen(request, units)
    devices, left_out = _devices(request, unit)
    form = GroupForm(request.POST if request.method == "POST" else None, devices=devices)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.make_group(request.scope, unit, **form.cleaned_data, now=clock.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:groups")
    facts = {"form": form, "unit": unit, "units": units, "left_out": left_out}
    return render(request, "devices/group.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def change(request: DeskRequest, group_id: uuid.UUID) -> HttpResponse:
    """Change name and devices of a group."""
    group = _mine(request, group_id)
    members = groups.members([group]).get(group.pk, ())
    devices, left_out = _devices(request, group.unit, members)
    begin = {"name": group.name, "device_ids": [str(one) for one in members]}
    form = GroupForm(request.POST if request.method == "POST" else None, devices=devices, initial=begin)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                commands.change_group(request.scope, group, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("devices:groups")
    facts = {"form": form, "group": group, "unit": group.unit, "units": (), "left_out": left_out}
    return render(request, "devices/group.html", facts, status=status)


@require_POST
@needs(VIEW)
def drop(request: DeskRequest, group_id: uuid.UUID) -> HttpResponse:
    """Let go of a group; its devices stay."""
    commands.drop_group(request.scope, _mine(request, group_id))
    return redirect("devices:groups")


def _mine(request: DeskRequest, group_id: uuid.UUID) -> Group:
    group = groups.get(request.scope, group_id)
    demand(request.scope, RIGHT, path=group.scope_path, place=group.unit.name)
    return group


def _chosen(request: DeskRequest, units: Sequence[Unit]) -> Unit:
    code = request.POST.get("unit", request.GET.get("unit", ""))
    home = request.scope.home(RIGHT)
    if code:
        found = next((unit for unit in units if unit.code == code), None)
    else:
        found = next((unit for unit in units if unit.path == home), units[0] if units else None)
    if found is None:
        raise NotFound
    return found


def _devices(request: DeskRequest, unit: Unit, members: Collection[uuid.UUID] = ()) -> tuple[Sequence[Device], int]:
    """Return the devices to choose among, those of the group first, and how many more there are."""
    seen = queries.visible(request.scope).exclude(state=rules.State.REVOKED)
    here = seen.filter(unit__path__within=unit.path)
    others = here.exclude(pk__in=list(members))
    listed = list(others[:LISTED_MOST])
    left_out = others.count() - len(listed) if len(listed) == LISTED_MOST else 0
    return [*here.filter(pk__in=list(members)), *listed], left_out
