"""The form of one word of a dictionary."""

from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.media import speech
from loa.media.speakable import Word, word
from loa.media.speakable.dictionary import SPOKEN_LONGEST, WRITTEN_LONGEST

EXAMPLE_LONGEST = 300


class WordForm(forms.Form):
    """What is written, what is read, and a sentence to hear it in."""

    written = forms.CharField(
        label=_("As written"),
        max_length=WRITTEN_LONGEST,
        error_messages={"required": _("Enter the word as it stands in the text.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    spoken = forms.CharField(
        label=_("Read out as"),
        max_length=SPOKEN_LONGEST,
        error_messages={"required": _("Enter how the word is read out.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    is_exact_case = forms.BooleanField(label=_("Only with these capitals"), required=False)
    example = forms.CharField(
        label=_("A sentence to hear it in"),
        required=False,
        max_length=EXAMPLE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    voice = forms.ChoiceField(label=_("Voice"), required=False)

    def __init__(self, *args: Any, is_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voice"].choices = [(voice.id, voice.label) for voice in speech.voices()]  # type: ignore[attr-defined]  # a choice field
        if is_known:
            self.fields["written"].disabled = True

    @property
    def word(self) -> Word:
        """Return the word, after the form was found valid."""
        data = self.cleaned_data
        return word(data["written"], data["spoken"], is_exact_case=data["is_exact_case"])
