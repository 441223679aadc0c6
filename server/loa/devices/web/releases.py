"""Software for devices: what was taken in, confirming it, sending it out stage by stage, stopping it."""

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loa.devices import commands, releases
from loa.devices.models import Release
from loa.devices.web.release_forms import StartForm, WithdrawForm
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.kernel.scope import is_within
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

VIEW, RIGHT = "devices.view", "devices.update"
SHOWN = 30


@require_safe
@needs(VIEW)
def listing(request: DeskRequest) -> HttpResponse:
    """List what goes out now, then what was taken in."""
    now = clock.now()
    going = [one for one in releases.rollouts(request.scope)[:SHOWN] if one.is_open]
    facts = {
        "going": [releases.standing(one, now=now) for one in going],
        "found": list(releases.visible(request.scope)[:SHOWN]),
        "now": now,
        "may_take": request.scope.holds(RIGHT),
    }
    return render(request, "devices/releases.html", facts)


@require_safe
@needs(VIEW)
def detail(request: DeskRequest, release_id: uuid.UUID) -> HttpResponse:
    """Show a release, where it goes out, and what can be done about it."""
    return page(request, releases.get(request.scope, release_id))


@require_POST
@needs(VIEW)
def confirm(request: DeskRequest, release_id: uuid.UUID) -> HttpResponse:
    """Confirm that a release may go out."""
    found = _mine(request, release_id)
    form = forms.Form(request.POST)
    return done(request, found, form, _("It may go out now."), lambda: _confirmed(request, found))


@require_POST
@needs(VIEW)
def start(request: DeskRequest, release_id: uuid.UUID) -> HttpResponse:
    """Begin to send a release out."""
    found = _mine(request, release_id)
    form = StartForm(request.POST, units=_units(request, found))
    if not form.is_valid():
        return page(request, found, starting=form, status=422)
    said = _("It goes out from now on, to one device first.")
    return done(request, found, form, said, lambda: _started(request, found, form))


def _confirmed(request: DeskRequest, found: Release) -> None:
    commands.confirm(request.scope, found, now=clock.now())


def _started(request: DeskRequest, found: Release, form: StartForm) -> None:
    commands.roll_out(
        request.scope,
        form.chosen_unit,
        release=found,
        wait=form.wait,
        failures_most_pct=form.cleaned_data["failures_most_pct"],
        silent_after=form.silent_after,
        now=clock.now(),
    )


def done(request: DeskRequest, found: Release, form: forms.Form, said: str, work: Callable[[], object]) -> HttpResponse:
    """Do it and go back to the release; a refusal is told there."""
    try:
        work()
    except Refusal as refusal:
        form.is_valid()
        form.add_error(None, str(refusal))
        return page(request, found, refused=form, status=409)
    messages.success(request, said)
    return redirect("devices:release", found.pk)


def page(
    request: DeskRequest,
    found: Release,
    *,
    starting: StartForm | None = None,
    withdrawing: WithdrawForm | None = None,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a release with what was said about it."""
    now = clock.now()
    may_update = request.scope.can(RIGHT, found.scope_path)
    is_open = may_update and found.confirmed_at is None
    is_mine = found.is_taken_by(request.scope.actor)
    rollouts = [releases.standing(one, now=now) for one in releases.rollouts(request.scope).filter(release=found)]
    units = _units(request, found)
    facts = {
        "release": found,
        "is_over": found.expires_at <= now,
        "rollouts": [
            (one, request.scope.can(RIGHT, one.rollout.scope_path), releases.troubled(one.rollout, now=now))
            for one in rollouts
        ],
        "may_confirm": is_open and not is_mine,
        "waits_for_another": is_open and is_mine,
        "starting": starting or StartForm(units=units),
        "may_start": bool(units) and found.confirmed_at is not None and found.expires_at > now,
        "withdrawing": withdrawing or WithdrawForm(),
        "form": starting or withdrawing or refused,
    }
    return render(request, "devices/release.html", facts, status=status)


def _units(request: DeskRequest, found: Release) -> list[Unit]:
    """Return where somebody may send a release out."""
    return [unit for unit in orgs.choices_for(request.scope, RIGHT) if is_within(unit.path, found.unit.path)]


def _mine(request: DeskRequest, release_id: uuid.UUID) -> Release:
    found = releases.get(request.scope, release_id)
    demand(request.scope, RIGHT, path=found.scope_path, place=found.unit.name)
    return found
