"""Speaking live: choosing where, the speaker's page with its microphone, its sound, and the end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.devices.refusals import BadSound
from loa.dispatch import spoken as speeches
from loa.dispatch.models import Airing
from loa.kernel import clock, permissions
from loa.kernel.errors import Denied, NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Level
from loa.schedules import bounds, checks, commands, consents, hours, rules, saying, speech
from loa.schedules.commands.speaking import TITLE_LONGEST
from loa.schedules.rules import speaking
from loa.schedules.rules.hours import Broken
from loa.schedules.speech import SPEAK, VIEW

FIELD_OF = {
    "quiet_hours": "wakes",
    "hours_broken": "override",
    "reason_too_long": "override",
    "subject_needed": "title",
    "too_long": "minutes",
}
SOUND_MOST_BYTES = 64 * 1024


class SpeakForm(forms.Form):
    """Where, about what, and for how long at most."""

    title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=TITLE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Who shall hear it?"),
        choices=[("all", gettext_lazy("All")), ("chosen", gettext_lazy("Chosen"))],
    )
    parts = forms.MultipleChoiceField(label=gettext_lazy("Places in the unit"), required=False)
    minutes = forms.TypedChoiceField(label=gettext_lazy("At most"), coerce=int)
    wakes = forms.IntegerField(
        label=gettext_lazy("It wakes people"), required=False, min_value=0, max_value=bounds.WAKES_MOST
    )
    override = forms.CharField(
        label=gettext_lazy("It must air although the hour rules do not allow it, because"),
        required=False,
        max_length=rules.OVERRIDE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, parts: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = {str(part.pk): part for part in parts}
        self.fields["parts"].choices = [(key, part.name) for key, part in self._parts.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["minutes"].choices = [  # type: ignore[attr-defined]  # as above
            (count, ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count})
            for count in speaking.MINUTES
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for a part where some were promised."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == "chosen" and not cleaned.get("parts") and not self.has_error("parts"):
            self.add_error("parts", _("Choose at least one."))
        return cleaned

    def units(self, whole: Unit) -> list[Unit]:
        """Return what was chosen of a unit."""
        if self.cleaned_data["reach"] == "all":
            return [whole]
        return [self._parts[key] for key in self.cleaned_data["parts"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """The unit before the eyes, the others this person may speak to, and its parts."""

    unit: Unit
    units: Sequence[Unit]
    parts: Sequence[Unit]
    count: int


@require_http_methods(["GET", "POST"])
@needs(SPEAK)
def begin(request: DeskRequest) -> HttpResponse:
    """Choose who shall hear it, and open the speech."""
    now = clock.now()
    choice = _choice(request)
    if request.method == "GET":
        usual = {"reach": "all", "minutes": speaking.MINUTES_USUAL}
        return _page(request, choice, SpeakForm(initial=usual, parts=choice.parts), now=now)
    form = SpeakForm(request.POST, parts=choice.parts)
    if not form.is_valid():
        return _page(request, choice, form, now=now, status=422)
    try:
        airing = commands.speak(
            request.scope,
            choice.unit,
            units=form.units(choice.unit),
            title=form.cleaned_data["title"],
            minutes=form.cleaned_data["minutes"],
            wakes=form.cleaned_data["wakes"],
            override=form.cleaned_data["override"],
            requested_by=request.scope.actor.name or request.scope.actor.id,
            now=now,
        )
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _page(request, choice, form, now=now, status=409)
    return redirect("live:speak", airing.pk)


@require_safe
@needs(VIEW)
def speak(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """Show the speaker their microphone; everybody else, and after its end everybody, what was heard."""
    spoken = speech.spoken(request.scope, airing_id)
    if not spoken.is_open or spoken.session.speaker != request.scope.actor.id:
        return redirect("dispatch:airing", airing_id)
    return render(request, "schedules/live_speak.html", _facts(spoken, now=clock.now()))


@require_safe
@needs(VIEW)
def state(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """Return who hears it at this moment."""
    spoken = speech.spoken(request.scope, airing_id)
    return render(request, "schedules/live_state.html", _facts(spoken, now=clock.now()))


@require_POST
@needs(VIEW)
def sound(request: DeskRequest, airing_id: uuid.UUID, seq: int) -> HttpResponse:
    """Take in one chunk of sound from the speaker's browser."""
    if int(request.headers.get("Content-Length") or 0) > SOUND_MOST_BYTES:
        return HttpResponse(status=413)
    try:
        speech.take(request.scope, airing_id, seq, request.body, now=clock.now())
    except BadSound as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@needs(VIEW)
def end(request: DeskRequest, airing_id: uuid.UUID) -> HttpResponse:
    """End it: what has been said still sounds."""
    spoken = speech.spoken(request.scope, airing_id)
    commands.end_speech(request.scope, spoken.airing, now=clock.now())
    return redirect("dispatch:airing", airing_id)


def _facts(spoken: speech.Spoken, *, now: datetime) -> dict[str, object]:
    return {
        "spoken": spoken,
        "airing": spoken.airing,
        "session": spoken.session,
        "left_s": max(0, int((spoken.session.expires_at - now) / timedelta(seconds=1))),
        "now": now,
    }


def _choice(request: DeskRequest) -> _Choice:
    units = [
        unit for unit in orgs.choices_for(request.scope, SPEAK, channel=Airing.scope_channel) if unit.closed_on is None
    ]
    if not units:
        raise Denied(permission=permissions.sentence(SPEAK), place=_("any unit"))
    wanted = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if one.code == wanted), None) if wanted else _first(units)
    if unit is None:
        raise NotFound
    below = [one for one in units if one.path.rpartition("/")[0] == unit.path]
    return _Choice(unit=unit, units=units, parts=below, count=speeches.hearers([unit.path]))


def _first(units: Sequence[Unit]) -> Unit:
    return min(units, key=lambda unit: (unit.path.count("/"), unit.sort_order, unit.path))


def _page(request: DeskRequest, choice: _Choice, form: SpeakForm, *, now: datetime, status: int = 200) -> HttpResponse:
    counts = {part.pk: speeches.hearers([part.path]) for part in choice.parts[:60]}
    facts = {
        "form": form,
        "unit": choice.unit,
        "units": [one for one in choice.units if one.pk != choice.unit.pk and one.level != Level.HAMLET],
        "parts": [(part, counts.get(part.pk)) for part in choice.parts],
        "picked": form["parts"].value() or [],
        "count": choice.count,
        **_against(request, choice.unit, form, now=now),
    }
    return render(request, "schedules/live_begin.html", facts, status=status)


def _against(request: DeskRequest, unit: Unit, form: SpeakForm, *, now: datetime) -> dict[str, object]:
    """Return which hour rules speak against it, also when it only reaches into the quiet hours, and who agreed."""
    asked = str(form["minutes"].value())
    minutes = next((one for one in speaking.MINUTES if str(one) == asked), speaking.MINUTES_USUAL)
    span = [speaking.span(now, timedelta(minutes=minutes))]
    breaks = [one for one in hours.broken(unit, span, now=now) if one.rule is not Broken.QUIET]
    told = {"breaks": saying.each(breaks)[: saying.SAID_MOST], "asks_why": bool(breaks or form["override"].errors)}
    if not hours.is_quiet(unit, span):
        return {"is_quiet": False, **told}
    speaker = checks.person(request.scope)
    agreed = consents.counting(consents.standing(unit, speaker_id=speaker, wakes=0, now=now))
    return {"is_quiet": True, "agreed": agreed, "givers": consents.givers(unit, speaker_id=speaker), **told}
