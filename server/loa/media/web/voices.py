"""Pages on which voices are told of, added and chosen."""

import uuid
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands, queries, refusals, speech
from loa.media.rules import Region
from loa.media.voices import adding, folder, parts
from loa.media.web.voice_forms import REGION_WORDS, UsualVoiceForm, VoiceForm
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

CHOOSE, ADMINISTER = "media.choose_voice", "media.administer"
FIELD_OF = {
    "media_no_label": "label",
    "media_digest_needed": "sha256",
    "media_wrong_digest": "sha256",
    "media_storage_full": "model",
}


@require_safe
@needs(CHOOSE)
def voices(request: DeskRequest) -> HttpResponse:
    """Tell which voices there are, how each sounds, and which one each unit usually reads with."""
    return _list(request, None, status=HTTPStatus.OK)


@require_http_methods(["GET", "POST"])
@needs(ADMINISTER)
def add(request: DeskRequest) -> HttpResponse:
    """Add a voice by upload, or from the folder the operator named."""
    units = list(orgs.choices_for(request.scope, ADMINISTER))
    if request.method == "GET":
        return _form(request, VoiceForm(units=units), status=HTTPStatus.OK)
    form = VoiceForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _form(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    unit, told = form.chosen_unit, form.cleaned_data
    try:
        model, config = _files(form)
        voice = commands.add_voice(
            request.scope,
            unit,
            prepared=adding.prepare(model, config, sha256=told["sha256"]),
            label=told["label"],
            region=Region(told["region"]),
            gender=told["gender"],
            license=told["license"],
            card=told["note"],
            now=clock.now(),
        )
    except Refusal as refusal:
        commands.turn_away_voice(request.scope, unit, refusal=refusal, name=told["label"], sha256=told["sha256"])
        form.add_error(FIELD_OF.get(refusal.code, "model"), str(refusal))
        return _form(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The voice “%(label)s” was added.") % {"label": voice.label})
    return redirect("media:voices")


@require_POST
@needs(CHOOSE)
def remove(request: DeskRequest, voice_id: uuid.UUID) -> HttpResponse:
    """Remove a voice; what it has read stays."""
    voice = queries.added_voice(request.scope, voice_id)
    label = voice.label
    commands.remove_voice(request.scope, voice)
    adding.sweep()
    messages.success(request, _("The voice “%(label)s” was removed. What it has read stays.") % {"label": label})
    return redirect("media:voices")


@require_POST
@needs(CHOOSE)
def prefer(request: DeskRequest) -> HttpResponse:
    """Choose the voice with which a unit usually reads."""
    form = UsualVoiceForm(request.POST, units=_choosing(request), voices=speech.voices())
    if not form.is_valid():
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.prefer_voice(
            request.scope, form.chosen_unit, voice=form.cleaned_data["voice"], pace=form.cleaned_data["pace"]
        )
    except refusals.UnknownVoice as refusal:
        form.add_error("voice", str(refusal))
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("%(unit)s now usually reads with this voice.") % {"unit": form.chosen_unit.name})
    return redirect("media:voices")


def _list(request: DeskRequest, form: UsualVoiceForm | None, *, status: HTTPStatus) -> HttpResponse:
    units = _choosing(request)
    found = {voice.id: voice for unit in units for voice in speech.voices(path=unit.path)}
    removable = {voice.voice_id: voice for voice in queries.added_voices(request.scope)}
    facts = {
        "rows": [(voice, REGION_WORDS[voice.region], removable.get(voice.id)) for voice in found.values()],
        "form": form or UsualVoiceForm(units=units, voices=list(found.values())),
        "units": units,
        "usual": _usual(units, {voice.id: voice.label for voice in found.values()}),
        "may_add": request.scope.holds(ADMINISTER),
    }
    return render(request, "media/voices.html", facts, status=status)


def _usual(units: list[Unit], labels: dict[str, str]) -> list[tuple[Unit, str]]:
    """Return the voice each of the first units reads with."""
    told = []
    for unit in units[:20]:
        usual = queries.usual_voice(unit.path)
        voice = usual.voice if usual is not None else speech.DEFAULT_VOICE
        told.append((unit, labels.get(voice, voice)))
    return told


def _form(request: DeskRequest, form: VoiceForm, *, status: HTTPStatus) -> HttpResponse:
    facts = {
        "form": form,
        "units": list(form.units.values()),
        "chosen": form.data.get("unit", ""),
        "parts_missing": not parts.are_there(),
        "has_folder": bool(folder.names()),
    }
    return render(request, "media/add_voice.html", facts, status=status)


def _files(form: VoiceForm) -> tuple[Path, Path]:
    if form.cleaned_data["name"]:
        return folder.files(form.cleaned_data["name"])
    model, config = form.cleaned_data["model"], form.cleaned_data["config"]
    if not isinstance(model, TemporaryUploadedFile) or not isinstance(config, TemporaryUploadedFile):
        raise refusals.BadVoice
    return Path(model.temporary_file_path()), Path(config.temporary_file_path())


def _choosing(request: DeskRequest) -> list[Unit]:
    """Return the units for which the person may choose: where they hold the right, not all that lies below."""
    roots = {root.removesuffix("!") for root in request.scope.roots(CHOOSE)}
    return list(orgs.choices_for(request.scope, CHOOSE).filter(path__in=roots))
