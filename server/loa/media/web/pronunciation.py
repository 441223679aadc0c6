"""Pages on which a unit says how its words are read out, and hears it."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loa.kernel import clock, text
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands, ports, queries, refusals, speech
from loa.media.models import Pronunciation
from loa.media.rules import PreparedClip
from loa.media.speakable import Lexicon, Word, unknown_words
from loa.media.speakable.dictionary import SPOKEN_LONGEST, WRITTEN_LONGEST, is_fit_speech, is_fit_writing
from loa.media.web.wordforms import WordForm
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

RIGHT = "media.pronounce"
PAGE_LENGTH = 50
TEXTS_LOOKED_AT = 60
SUGGESTED = 20
FIELD_OF = {
    "media_unfit_writing": "written",
    "media_word_known": "written",
    "media_unfit_speech": "spoken",
    "media_text_too_long": "example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A word as it sounds: alone, and in a sentence with what will be read."""

    alone: PreparedClip
    sentence: PreparedClip | None
    read: str


@require_safe
@needs(RIGHT)
def pronunciations(request: DeskRequest) -> HttpResponse:
    """List what holds at a unit, its own words and those of the units above, and words nobody has decided on."""
    units = own_units(request)
    unit = chosen_unit(request, units)
    entries = queries.heard_at(unit)
    lexicon = queries.lexicon_of(unit)
    wanted = text.folded(" ".join(request.GET.get("q", "").replace("\0", "").split()))
    found = [entry for entry in entries if wanted in text.folded(f"{entry.written} {entry.spoken}")]
    texts = ports.recent_texts(request.scope, unit.pk, most=TEXTS_LOOKED_AT)
    facts = {
        "units": units,
        "unit": unit,
        "words": request.GET.get("q", ""),
        "page": Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page")),
        "suggested": unknown_words(texts, lexicon=lexicon)[:SUGGESTED] if not wanted else [],
    }
    return render(request, "media/pronunciations.html", facts)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def pronounce(request: DeskRequest) -> HttpResponse:
    """Hear a new word, and add it."""
    unit = chosen_unit(request, own_units(request))
    if request.method == "GET":
        initial = {"written": request.GET.get("written", "")[:WRITTEN_LONGEST]}
        return _page(request, unit, WordForm(initial=initial))
    form = WordForm(request.POST)
    return _answered(request, unit, form, entry=None)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def entry(request: DeskRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Hear a word of the dictionary, change it or take it out."""
    found = queries.pronunciation(request.scope, entry_id)
    initial = {"written": found.written, "spoken": found.spoken, "is_exact_case": found.is_exact_case}
    if request.method == "GET":
        return _page(request, found.unit, WordForm(initial=initial, is_known=True), entry=found)
    if request.POST.get("action") == "remove":
        commands.stop_pronouncing(request.scope, found, now=clock.now())
        messages.success(request, _("“%(written)s” is no longer in the dictionary.") % {"written": found.written})
        return redirect(_list_of(found.unit))
    form = WordForm(request.POST, initial=initial, is_known=True)
    return _answered(request, found.unit, form, entry=found)


def own_units(request: DeskRequest) -> list[Unit]:
    """Return the units whose dictionary the person keeps."""
    return list(orgs.choices_for(request.scope, RIGHT))


def chosen_unit(request: DeskRequest, units: list[Unit]) -> Unit:
    """Return the unit the address or the form names, or the person's own. Raises `NotFound`."""
    wanted = request.POST.get("unit") or request.GET.get("unit")
    if not units:
        raise NotFound
    if not wanted:
        return min(units, key=lambda unit: (len(unit.path), unit.path))
    named = [unit for unit in units if unit.code == wanted]
    if not named:
        raise NotFound
    return named[0]


def _answered(request: DeskRequest, unit: Unit, form: WordForm, *, entry: Pronunciation | None) -> HttpResponse:
    if not form.is_valid():
        return _page(request, unit, form, entry=entry, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        if request.POST.get("action") == "hear":
            return _page(request, unit, form, entry=entry, heard=_heard(unit, form))
        if entry is None:
            commands.pronounce(request.scope, unit, word=form.word, now=clock.now())
        else:
            commands.pronounce_otherwise(request.scope, entry, word=form.word, now=clock.now())
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _page(request, unit, form, entry=entry, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("“%(written)s” is read so from now on.") % {"written": form.word.written})
    return redirect(_list_of(unit))


def _heard(unit: Unit, form: WordForm) -> Heard:
    """Speak the word alone and in the sentence, as if it were in the dictionary. Takes seconds."""
    tried = form.word
    if not is_fit_writing(tried.written):
        raise refusals.UnfitWriting(longest=WRITTEN_LONGEST)
    if not is_fit_speech(tried.spoken):
        raise refusals.UnfitSpeech(longest=SPOKEN_LONGEST)
    lexicon = Lexicon([tried, *(one for one in _words_at(unit) if one.written != tried.written)])
    voice = form.cleaned_data["voice"] or speech.DEFAULT_VOICE
    sentence = form.cleaned_data["example"]
    return Heard(
        alone=speech.speak(tried.written, voice=voice, lexicon=lexicon),
        sentence=speech.speak(sentence, voice=voice, lexicon=lexicon) if sentence.strip() else None,
        read=speech.normalise(sentence, lexicon=lexicon),
    )


def _words_at(unit: Unit) -> list[Word]:
    return [
        Word(written=one.written, spoken=one.spoken, is_exact_case=one.is_exact_case) for one in queries.heard_at(unit)
    ]


def _list_of(unit: Unit) -> str:
    return f"{reverse('media:pronunciations')}?unit={unit.code}"


def _page(
    request: DeskRequest,
    unit: Unit,
    form: WordForm,
    *,
    entry: Pronunciation | None = None,
    heard: Heard | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    facts = {"unit": unit, "form": form, "entry": entry, "heard": heard}
    return render(request, "media/pronunciation.html", facts, status=status)
