"""The form in which a bulletin is written."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar  # Any: Django's own signatures

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from loa.bulletins import rules
from loa.bulletins.web.fields import FactsForm
from loa.bulletins.web.voicing import ReadingFields
from loa.orgs.models import Unit


class DraftForm(FactsForm):
    """Words as they stand while somebody types: a title may still be missing."""

    unit = forms.ChoiceField(label=_("In the name of"), required=False)
    title = forms.CharField(
        label=_("Title"),
        max_length=rules.TITLE_LONGEST,
        required=False,
        error_messages={"required": _("Give the bulletin a title.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Text"), required=False, max_length=rules.TEXT_LONGEST, widget=forms.Textarea(attrs={"rows": 9})
    )
    edition = forms.IntegerField(required=False, min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)

    draft = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """What a new bulletin will be called: a form that is sent twice over a bad line makes one bulletin."""

    def __init__(self, *args: Any, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(key, unit.name) for key, unit in self.units.items()]  # type: ignore[attr-defined]  # a choice field
        if len(self.units) < 2:
            del self.fields["unit"]

    def fix_words(self) -> None:
        """Show title and text as they are: those of an announcement for others are made by its form."""
        for name in ("title", "text"):
            self.fields[name].widget.attrs["readonly"] = True

    @property
    def first_unit(self) -> Unit | None:
        """Return the unit the form speaks for until another is chosen."""
        return self.units.get(str(self.data.get("unit", ""))) or next(iter(self.units.values()), None)

    @property
    def chosen_unit(self) -> Unit | None:
        """Return the unit that speaks: the only one there is, or the chosen one."""
        if len(self.units) == 1:
            return next(iter(self.units.values()))
        return self.units.get(str(self.cleaned_data.get("unit", "")))


class BulletinForm(DraftForm, ReadingFields):
    """Words, and how they become sound: read out by a voice, or recorded."""

    SPEECH: ClassVar[str] = "speech"
    CLIP: ClassVar[str] = "clip"

    sound = forms.ChoiceField(
        label=_("Sound"), choices=[(SPEECH, _("Read out by a voice")), (CLIP, _("A recording"))], initial=SPEECH
    )
    clip = forms.FileField(
        label=_("Recording"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*,video/mp4,video/webm", "capture": "user"}),
    )
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """A recording that was kept when two people saved at once."""

    def __init__(self, *args: Any, has_clip: bool = False, readers: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_clip = has_clip
        self.fields["title"].required = True
        self.offer_voices(list(self.units.values()) or readers)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind of sound needs."""
        cleaned = super().clean() or {}
        if cleaned.get("sound") == self.SPEECH and not cleaned.get("text") and not self.has_error("text"):
            self.add_error("text", _("Write or paste the text that is to be read out."))
        has_sound = self.has_clip or cleaned.get("clip") or cleaned.get("kept")
        if cleaned.get("sound") == self.CLIP and not has_sound:
            self.add_error("clip", _("Choose a file or record something."))
        return cleaned

    @property
    def is_spoken(self) -> bool:
        """Tell whether a voice reads the text."""
        return bool(self.cleaned_data["sound"] == self.SPEECH)

    @property
    def kept_clip(self) -> uuid.UUID | None:
        """Return the recording that was kept for this form before; never one for a form that is spoken."""
        found: uuid.UUID | None = self.cleaned_data.get("kept")
        return None if self.is_spoken else found

    @property
    def upload(self) -> "UploadedFile[bytes] | None":  # generic for the checker only
        """Return the recording that came with the form."""
        found: UploadedFile[bytes] | None = self.cleaned_data.get("clip")
        return found
