"""Piper: voices that an operator adds, each an ONNX file and its description."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from loa.media import store
from loa.media.models import AddedVoice
from loa.media.rules import Region, Voice
from loa.media.speakable import Phrase
from loa.media.voices import parts


class Piper:
    """The engine of added voices."""

    id = "piper"

    def voices(self) -> Sequence[Voice]:
        """Return the voices of all units, by name."""
        rows = AddedVoice.objects.unscoped("which unit may use a voice says its path").select_related("unit")
        version = parts.version("piper-tts")
        return [_voice(row, version) for row in rows.order_by("label", "pk")]

    def told(self, voice: Voice, phrases: Sequence[Phrase], *, speed: float, folder: Path) -> Mapping[str, object]:  # noqa: ARG002 - as the port says
        """Return where the voice's files lie."""
        model, config = voice.version.split("/")[-2:]
        return {
            "engine": "piper",
            "model": str(store.path(model, shelf=store.VOICES)),
            "config": str(store.path(config, shelf=store.VOICES)),
            "speed": speed,
        }


def _voice(row: AddedVoice, version: str) -> Voice:
    card = row.note or _("Its maker says of it: %(dataset)s, quality %(quality)s.") % {
        "dataset": row.dataset or "–",
        "quality": row.quality or "–",
    }
    note = _("A machine voice that was added here. %(card)s Listen before you send it up.") % {"card": card}
    return Voice(
        id=row.voice_id,
        label=row.label,
        note=note,
        engine="piper",
        version=f"{version}/{row.sha256}/{row.config_sha256}",
        region=Region(row.region),
        gender=row.gender,
        license=row.license,
        unit_path=row.unit.path,
    )
