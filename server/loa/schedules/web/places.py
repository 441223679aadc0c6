"""The page on which a person chooses where and when, and hands the bulletin in."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.bulletins import commands as writing
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import State
from loa.devices import queries as devices
from loa.devices.queries import DeviceFacts, GroupFacts
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import commands, hours, queries, rules
from loa.schedules.models import Slot
from loa.schedules.web.forms import PlaceForm, usual_time
from loa.schedules.web.views import may_air

LISTED_MOST = 120
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIELD_OF = {
    "too_late": "at",
    "too_far_ahead": "day",
    "quiet_hours": "confirmed",
    "hours_broken": "override",
    "nobody_there": "unit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """What can be chosen: the wishes that stand, and the clusters of the unit before the eyes.

    `is_direct` is for who may approve: what they choose is on the schedule at once.
    """

    bulletin: Bulletin
    is_direct: bool
    standing: Sequence[Slot]
    units: Sequence[Unit]
    unit: Unit
    clusters: Sequence[DeviceFacts]
    groups: Sequence[GroupFacts]

    @property
    def device_ids(self) -> list[uuid.UUID]:
        """Return what may be chosen of the unit."""
        return [cluster.id for cluster in self.clusters]

    @property
    def replaceable(self) -> Sequence[Slot]:
        """Return the wishes a new one may take the place of: only while the words are not approved."""
        if self.bulletin.state == State.APPROVED:
            return []
        return [slot for slot in self.standing if slot.state == rules.State.WAITING]


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def place(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Choose where and when; hand in a draft along the way."""
    now = clock.now()
    choice = _choice(request, bulletin_id, now=now)
    if request.method == "GET" or request.POST.get("action") == "devices":
        return _page(request, choice, _fresh(request, choice, now=now), now=now)
    form = PlaceForm(request.POST, units=choice.units, device_ids=choice.device_ids, groups=choice.groups)
    if not form.is_valid():
        return _page(request, choice, form, now=now, status=422)
    try:
        (_air if choice.is_direct else _ask)(request, choice, form, now=now)
    except Refusal as refusal:
        field = "wakes" if choice.is_direct and refusal.code == "quiet_hours" else FIELD_OF.get(refusal.code)
        form.add_error(field, str(refusal))
        return _page(request, choice, form, now=now, status=409)
    return redirect("bulletins:detail", bulletin_id)


@require_safe
@needs("bulletins.view")
def devices_of(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Return the choice of clusters of one unit, for a page that changes without being loaded again."""
    now = clock.now()
    choice = _choice(request, bulletin_id, now=now)
    return render(request, "schedules/clusters.html", _cluster_facts(choice, _fresh(request, choice, now=now)))


def _ask(request: DeskRequest, choice: _Choice, form: PlaceForm, *, now: datetime) -> None:
    bulletin = choice.bulletin
    commands.ask(
        request.scope,
        form.chosen_unit,
        bulletin_id=bulletin.pk,
        start_at=form.start_at,
        device_ids=form.device_ids,
        requested_by=request.scope.actor.name,
        confirmed=form.cleaned_data["confirmed"],
        override=form.cleaned_data["override"],
        priority_reason=form.cleaned_data["first"],
        replaces=_replaced(request),
        now=now,
    )
    if bulletin.state == State.DRAFT:
        writing.submit(request.scope, bulletin, now=now)
        messages.success(request, _("The bulletin is waiting for approval."))
    elif bulletin.state == State.APPROVED:
        messages.success(request, _("This place and time wait for approval."))


def _replaced(request: DeskRequest) -> list[uuid.UUID]:
    """Return the former wishes, as they stood on the page, that the new one takes the place of."""
    if request.POST.get("standing") != "replace":
        return []
    return [uuid.UUID(text) for text in request.POST.getlist("replaces") if UUID_TEXT.fullmatch(text)]


def _air(request: DeskRequest, choice: _Choice, form: PlaceForm, *, now: datetime) -> None:
    slot = commands.air(
        request.scope,
        choice.bulletin,
        unit=form.chosen_unit,
        start_at=form.start_at,
        device_ids=form.device_ids,
        wakes=form.cleaned_data["wakes"],
        override=form.cleaned_data["override"],
        priority_reason=form.cleaned_data["first"],
        now=now,
    )
    if slot.state == rules.State.WAITING:
        messages.success(request, _("A second person must agree to this time. It waits for them."))
    else:
        messages.success(request, _("It is on the schedule."))


def _choice(request: DeskRequest, bulletin_id: uuid.UUID, *, now: datetime) -> _Choice:
    bulletin = bulletins.get(request.scope, bulletin_id)
    is_direct = may_air(request.scope, bulletin)
    permission = "bulletins.approve" if is_direct else "schedules.request"
    channel = "" if is_direct else Slot.scope_channel
    path = f"{bulletin.scope_path}#{channel}" if channel else bulletin.scope_path
    demand(request.scope, permission, path=path, place=bulletin.unit.name)
    reach = orgs.choices_for(request.scope, permission, channel=channel)
    units = [unit for unit in reach if is_within(unit.path, bulletin.unit.path)]
    standing = [
        slot
        for slot in queries.of_bulletin(request.scope, bulletin.pk).filter(state__in=rules.STANDING)
        if slot.state != rules.State.PLACED or (slot.start_at is not None and slot.start_at > now)
    ]
    code = request.POST.get("unit") or request.GET.get("unit") or (standing[0].unit.code if standing else "")
    unit = next((unit for unit in units if unit.code == code), bulletin.unit)
    facts = devices.device_facts(devices.enrolled_below(unit.path))
    clusters = sorted(facts.values(), key=lambda device: (device.unit_path, device.name, device.id))
    return _Choice(
        bulletin=bulletin,
        is_direct=is_direct,
        standing=standing,
        units=units,
        unit=unit,
        clusters=clusters,
        groups=devices.groups_offered(request.scope, unit.path),
    )


def _fresh(request: DeskRequest, choice: _Choice, *, now: datetime) -> PlaceForm:
    """Return the form as it begins: with what was typed so far, else the last wish, else all, as soon as approved."""
    usual = usual_time(now)
    first: dict[str, object] = {"unit": choice.unit.code, "reach": "all", "when": "approved"}
    first |= {"day": usual.date(), "at": usual.time()}
    last = choice.replaceable[0] if choice.replaceable else None
    if last is not None and last.unit_id == choice.unit.pk:
        if last.device_ids is not None:
            first |= {"reach": "chosen", "devices": [str(device) for device in last.device_ids]}
        if last.start_at is not None:
            local = (last.start_at if last.start_at > now else usual).astimezone(rules.ZONE)
            first |= {"when": "at", "day": local.date(), "at": local.time()}
    first |= {name: typed for name in ("reach", "when", "day", "at") if (typed := request.POST.get(name))}
    return PlaceForm(initial=first, units=choice.units, device_ids=choice.device_ids, groups=choice.groups)


def _cluster_facts(choice: _Choice, form: PlaceForm) -> dict[str, object]:
    picked = form["devices"].value() or []
    return {
        "form": form,
        "unit": choice.unit,
        "clusters": choice.clusters if len(choice.clusters) <= LISTED_MOST else [],
        "count": len(choice.clusters),
        "silent": sum(not cluster.connected for cluster in choice.clusters),
        "picked": {str(device) for device in picked},
        "groups": [(group, str(group.id) in (form["groups"].value() or [])) for group in choice.groups],
    }


def _page(request: DeskRequest, choice: _Choice, form: PlaceForm, *, now: datetime, status: int = 200) -> HttpResponse:
    asks = hours.is_quiet_now(choice.unit, now=now) or "confirmed" in form.errors or bool(form["confirmed"].value())
    facts = _cluster_facts(choice, form) | {
        "bulletin": choice.bulletin,
        "units": choice.units,
        "standing": choice.standing,
        "adds": request.POST.get("standing") == "add",
        "replaceable": choice.replaceable,
        "is_direct": choice.is_direct,
        "is_draft": choice.bulletin.state == State.DRAFT,
        "asks_override": "override" in form.errors or bool(form["override"].value()),
        "asks_quiet": asks and not choice.is_direct,
        "waking": _waking(choice, form, now=now) if choice.is_direct else None,
    }
    return render(request, "schedules/place.html", facts, status=status)


def _waking(choice: _Choice, form: PlaceForm, *, now: datetime) -> queries.Waking | None:
    """Return whom the choice would wake, once it is one."""
    if not form.is_bound or set(form.errors) - {"wakes"}:
        return None
    wish = Slot(bulletin=choice.bulletin, unit=form.chosen_unit, device_ids=form.device_ids, start_at=form.start_at)
    return queries.waking([wish], now=now)
