"""eSpeak NG: there from the first minute, in three accents."""

from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from django.utils.translation import gettext as _

from loa.media.rules import Region, Voice
from loa.media.speakable import Phrase

_NAMES = {
    "espeak:vi": ("vi", Region.NORTH),
    "espeak:vi-vn-x-central": ("vi-vn-x-central", Region.CENTRAL),
    "espeak:vi-vn-x-south": ("vi-vn-x-south", Region.SOUTH),
}
LICENSE = "GPL-3.0-or-later"


class Espeak:
    """The engine that needs nothing added."""

    id = "espeak"

    def voices(self) -> Sequence[Voice]:
        """Return the three accents."""
        labels = {
            Region.NORTH: _("Machine voice, northern"),
            Region.CENTRAL: _("Machine voice, central"),
            Region.SOUTH: _("Machine voice, southern"),
        }
        note = _("A plain machine voice: clear to a patient listener, not natural. Listen before you send it up.")
        version = metadata.version("espeakng-loader")
        return [
            Voice(id=name, label=labels[region], note=note, engine=self.id, version=version, region=region,
                  gender="male", license=LICENSE)
            for name, (_name, region) in _NAMES.items()
        ]  # fmt: skip

    def told(self, voice: Voice, phrases: Sequence[Phrase], *, speed: float, folder: Path) -> Mapping[str, object]:  # noqa: ARG002 - as the port says
        """Return the voice's name in the library."""
        return {"engine": "espeak", "voice": _NAMES[voice.id][0], "speed": speed}
