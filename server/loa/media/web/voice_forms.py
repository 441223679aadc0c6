"""The forms by which a voice comes in, and by which one is chosen."""

from collections.abc import Sequence
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.media.rules import GENDERS, LABEL_LONGEST, PACES, Region, Voice
from loa.media.voices import folder
from loa.orgs.unit_form import UnitForm

REGION_WORDS = {
    Region.NORTH: _("Northern"),
    Region.CENTRAL: _("Central"),
    Region.SOUTH: _("Southern"),
    Region.UNKNOWN: _("Not said"),
}
_GENDER_WORDS = {"": _("Not said"), "female": _("A woman’s voice"), "male": _("A man’s voice")}
_PACE_WORDS = {"slow": _("Slow"), "medium": _("Medium"), "fast": _("Fast")}


class VoiceForm(UnitForm):
    """Two files, or a name in the operator's folder; the digest from where the operator trusts it; what is told."""

    unit = forms.ChoiceField(label=_("Belongs to"), error_messages={"required": _("Please choose a unit.")})
    label = forms.CharField(
        label=_("Name of the voice"),
        max_length=LABEL_LONGEST,
        error_messages={"required": _("Give the voice a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    model = forms.FileField(
        label=_("Voice file (.onnx)"), required=False, widget=forms.FileInput(attrs={"accept": ".onnx"})
    )
    config = forms.FileField(
        label=_("Description (.onnx.json)"), required=False, widget=forms.FileInput(attrs={"accept": ".json"})
    )
    name = forms.ChoiceField(label=_("File in the operator’s folder"), required=False)
    sha256 = forms.CharField(
        label=_("SHA-256 digest of the voice file"),
        max_length=80,
        error_messages={"required": _("Give the file's SHA-256 digest, 64 signs, as its maker publishes it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    region = forms.ChoiceField(
        label=_("Accent"), required=False, choices=[(region.value, REGION_WORDS[region]) for region in reversed(Region)]
    )
    gender = forms.ChoiceField(
        label=_("Kind of voice"), required=False, choices=[(name, _GENDER_WORDS[name]) for name in GENDERS]
    )
    license = forms.CharField(label=_("License"), max_length=120, required=False)
    note = forms.CharField(
        label=_("What its maker says of it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [("", _("None: I send the files")), *((name, name) for name in folder.names())]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """Ask for both files, or for one in the folder."""
        cleaned = super().clean() or {}
        if not cleaned.get("name"):
            for field in ("model", "config"):
                if not cleaned.get(field) and not self.has_error(field):
                    self.add_error(field, _("Choose a file."))
        return cleaned


class UsualVoiceForm(UnitForm):
    """A unit, the voice it usually reads with, and how fast."""

    voice = forms.ChoiceField(label=_("Voice"))
    pace = forms.ChoiceField(label=_("Pace"), choices=[(name, _PACE_WORDS[name]) for name in PACES], initial="medium")

    def __init__(self, *args: Any, voices: Sequence[Voice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voice"].choices = [(voice.id, voice.label) for voice in voices]  # type: ignore[attr-defined]  # as above
