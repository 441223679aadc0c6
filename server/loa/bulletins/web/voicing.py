"""Who reads a bulletin's words, and how fast: the fields of the form about voices."""

from collections.abc import Sequence
from typing import Any  # Any: what a form was given

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.media import queries as media
from loa.media import speech
from loa.media.rules import PACES, ClipFacts, PreparedClip, Region, Voice
from loa.orgs.models import Unit

_PACE_WORDS = {"slow": _("Slow"), "medium": _("Medium"), "fast": _("Fast")}
_REGION_WORDS = {
    Region.NORTH: _("Northern"),
    Region.CENTRAL: _("Central"),
    Region.SOUTH: _("Southern"),
    Region.UNKNOWN: _("Other voices"),
}


class ReadingFields(forms.Form):
    """A voice, perhaps a second one for a dialogue, and a pace."""

    voice = forms.ChoiceField(label=_("Voice"), required=False)
    second_voice = forms.ChoiceField(label=_("Second voice (questions and answers)"), required=False)
    pace = forms.ChoiceField(label=_("Pace"), required=False, choices=list(_PACE_WORDS.items()))

    voices: Sequence[Voice] = ()

    def offer_voices(self, units: Sequence[Unit]) -> None:
        """Offer what these units may read with, and begin with what the first of them usually reads with."""
        found = {voice.id: voice for unit in units for voice in speech.voices(path=unit.path)}
        self.voices = list(found.values()) or speech.voices(path="")
        choices = _by_region(self.voices)
        self.fields["voice"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["second_voice"].choices = [("", _("One voice reads everything")), *choices]  # type: ignore[attr-defined]  # as above
        usual = media.usual_voice(units[0].path) if units else None
        if usual is not None and usual.voice in found:
            self.initial.setdefault("voice", usual.voice)
        self.initial.setdefault("pace", usual.pace if usual is not None else "medium")

    def sound_of(self, text: str, *, unit: Unit) -> PreparedClip:
        """Return the words as sound, read as chosen, with the unit's own words.

        Takes seconds. Raises refusals of media.
        """
        return speech.speak(
            text,
            voice=self.cleaned_data["voice"] or str(self.initial.get("voice") or speech.DEFAULT_VOICE),
            second_voice=self.cleaned_data["second_voice"],
            speed=PACES[self.cleaned_data["pace"] or str(self.initial["pace"])],
            lexicon=media.lexicon_of(unit),
        )

    @property
    def notes(self) -> list[Voice]:
        """Return the voices on offer, whose notes say how they sound."""
        return list(self.voices)

    @property
    def marks(self) -> str:
        """Return the marks at the beginning of a line that say who speaks; they are Vietnamese in every language."""
        return "Hỏi:, Đáp: – A:, B: – Nam:, Nữ:"

    @property
    def some_leave(self) -> bool:
        """Tell whether a voice on offer is read by somebody else's server."""
        return any(voice.leaves for voice in self.voices)


def chosen(clip: ClipFacts | None) -> dict[str, Any]:
    """Return what the fields begin with for a clip that was read before."""
    if clip is None or not clip.voice:
        return {}
    voice, _plus, second = clip.voice.partition("+")
    pace = min(PACES, key=lambda name: abs(PACES[name] - clip.speed))
    return {"voice": voice, "second_voice": second, "pace": pace}


def _by_region(voices: Sequence[Voice]) -> list[tuple[Any, Any]]:
    """Return choices in groups by region, those of a region in the order in which they came."""
    groups = []
    for region, words in _REGION_WORDS.items():
        if members := [(voice.id, voice.label) for voice in voices if voice.region is region]:
            groups.append((words, members))
    return groups
