"""The page on which a second person agrees that somebody speaks live while people sleep."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts import queries as accounts
from loa.dispatch import spoken
from loa.dispatch.models import Airing
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.kernel.scope import ActorKind
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import bounds, commands, consents
from loa.schedules.speech import SPEAK

RIGHT = "schedules.request"


class AgreeForm(forms.Form):
    """Who may speak, and how many clusters that may wake."""

    speaker = forms.TypedChoiceField(label=gettext_lazy("Who may speak?"), coerce=int)
    wakes = forms.IntegerField(
        min_value=0,
        max_value=bounds.WAKES_MOST,
        error_messages={"required": gettext_lazy("Confirm how many clusters it wakes.")},
    )

    def __init__(self, *args: Any, people: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaker"].choices = sorted(people.items(), key=lambda one: one[1])  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def agree(request: DeskRequest) -> HttpResponse:
    """Choose who may speak to a unit within the hour, and read whom that wakes."""
    units = _units(request)
    unit = _chosen(request, units)
    people = _people(request, unit)
    form = AgreeForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            commands.agree_to_speech(
                request.scope,
                unit,
                speaker_id=form.cleaned_data["speaker"],
                wakes=form.cleaned_data["wakes"],
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Agreed. They may begin to speak within one hour, once."))
            return redirect("hours:unit")
    facts = {
        "form": form,
        "unit": unit,
        "units": units,
        "people": people,
        "count": spoken.hearers([unit.path]),
        "given": consents.given_by(request.scope, unit, now=clock.now()),
    }
    return render(request, "schedules/live_agree.html", facts, status=422 if form.errors else 200)


@require_POST
@needs(RIGHT)
def take_back(request: DeskRequest, consent_id: uuid.UUID) -> HttpResponse:
    """Take one's own word back."""
    found = consents.get(request.scope, consent_id)
    try:
        commands.take_word_back(request.scope, found, now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. They need another person's word now."))
    return redirect(f"{reverse('live:agree')}?unit={found.unit.code}")


def _units(request: DeskRequest) -> list[Unit]:
    found = orgs.choices_for(request.scope, RIGHT, channel=Airing.scope_channel).filter(closed_on=None)
    units = list(found)
    if not units:
        raise Denied(permission=permissions.sentence(RIGHT), place=_("any unit"))
    return units


def _chosen(request: DeskRequest, units: Sequence[Unit]) -> Unit:
    wanted = request.POST.get("unit") or request.GET.get("unit", "")
    if not wanted:
        return min(units, key=lambda unit: (unit.path.count("/"), unit.sort_order, unit.path))
    found = next((one for one in units if one.code == wanted), None)
    if found is None:
        raise NotFound
    return found


def _people(request: DeskRequest, unit: Unit) -> Mapping[int, str]:
    """Return who may speak there, without the person who asks."""
    able = orgs.holders_of([unit.pk], permission=SPEAK)[unit.pk]
    actor = request.scope.actor
    me = int(actor.id) if actor.kind is ActorKind.PERSON else 0
    return accounts.names_of(sorted(able - {me}))
