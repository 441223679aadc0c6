"""Software on its way: pausing it, letting it go on, withdrawing it."""

import uuid

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.devices import commands, releases
from loa.devices.models import Rollout
from loa.devices.web.release_forms import WithdrawForm
from loa.devices.web.releases import RIGHT, VIEW, done, page
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, demand, needs


@require_POST
@needs(VIEW)
def turn(request: DeskRequest, rollout_id: uuid.UUID) -> HttpResponse:
    """Pause a rollout, or let it go on."""
    found = _rollout(request, rollout_id)
    form = forms.Form(request.POST)
    if request.POST.get("action") == "go_on":
        said, work = _("It goes on."), commands.go_on
    else:
        said, work = _("It is paused: no further device is told."), commands.pause
    return done(request, found.release, form, said, lambda: work(request.scope, found))


@require_POST
@needs(VIEW)
def withdraw(request: DeskRequest, rollout_id: uuid.UUID) -> HttpResponse:
    """End a rollout for a reason."""
    found = _rollout(request, rollout_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return page(request, found.release, withdrawing=form, status=422)
    reason, said = form.cleaned_data["reason"], _("It is withdrawn.")
    end = commands.withdraw
    return done(request, found.release, form, said, lambda: end(request.scope, found, reason=reason, now=clock.now()))


def _rollout(request: DeskRequest, rollout_id: uuid.UUID) -> Rollout:
    found = releases.get_rollout(request.scope, rollout_id)
    demand(request.scope, RIGHT, path=found.scope_path, place=found.unit.name)
    return found
