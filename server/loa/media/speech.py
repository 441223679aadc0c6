"""Speech from text: made speakable, read by eSpeak NG in a cage, remembered."""

import hashlib
import json
import logging
from dataclasses import asdict
from datetime import timedelta
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from loa.media import children, refusals, rules, speakable, store
from loa.media.rules import PreparedClip, Voice
from loa.media.speakable import NO_WORDS, Lexicon, Piece

ReadOut = list[Piece]

logger = logging.getLogger(__name__)

DEFAULT_VOICE = "espeak:vi"
SPEED_SLOWEST, SPEED_FASTEST = 0.6, 1.6
REMEMBERED = 2_000

BOUNDS = children.Bounds(
    kind="speak",
    at_once=2,
    patience=timedelta(seconds=20),
    wall=timedelta(seconds=180),
    cpu=timedelta(seconds=150),
    memory_bytes=1024 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)

_ENGINE_VOICES = {
    "espeak:vi": "vi",
    "espeak:vi-vn-x-central": "vi-vn-x-central",
    "espeak:vi-vn-x-south": "vi-vn-x-south",
}
_RECIPE = "1"
"""Raised whenever the same text would sound different: it is part of what is remembered."""


def voices() -> list[Voice]:
    """Return the voices, the usual one first, each with an honest word on how it sounds."""
    note = _("A plain machine voice: clear to a patient listener, not natural. Listen before you send it up.")
    labels = {
        "espeak:vi": _("Machine voice, northern"),
        "espeak:vi-vn-x-central": _("Machine voice, central"),
        "espeak:vi-vn-x-south": _("Machine voice, southern"),
    }
    return [Voice(id=voice, label=label, note=note) for voice, label in labels.items()]


def normalise(text: str, *, lexicon: Lexicon = NO_WORDS) -> str:
    """Return text as it will be read out: words only. Raises `TextTooLong`."""
    if len(text) > rules.TEXT_MAX_LETTERS:
        raise refusals.TextTooLong(limit=rules.TEXT_MAX_LETTERS)
    return speakable.spoken(text, lexicon=lexicon)


def read_out(text: str, *, lexicon: Lexicon = NO_WORDS) -> ReadOut:
    """Return text as it will be read out, the places marked where it differs from what is written."""
    return speakable.compared(text, normalise(text, lexicon=lexicon))


def speak(text: str, *, voice: str = DEFAULT_VOICE, speed: float = 1.0, lexicon: Lexicon = NO_WORDS) -> PreparedClip:
    """Return the stored clip of a text. `speed` 1.0 is a calm pace. Raises a refusal of `loa.media.refusals`."""
    if voice not in _ENGINE_VOICES:
        raise refusals.UnknownVoice
    pace = round(min(SPEED_FASTEST, max(SPEED_SLOWEST, speed)), 2)
    phrases = speakable.phrases(normalise(text, lexicon=lexicon))
    if not phrases:
        raise refusals.NothingToSay
    memory = _memory(phrases, voice=voice, speed=pace)
    if (known := _remembered(memory)) is not None:
        return known
    with store.workplace() as folder:
        result = folder / "clip.ogg"
        request = {
            "task": "speak",
            "voice": _ENGINE_VOICES[voice],
            "speed": pace,
            "phrases": [[phrase.text, phrase.pause_ms] for phrase in phrases],
            "result": str(result),
        }
        facts = children.run(request, bounds=BOUNDS, overrun=refusals.VoiceFailed)
        clip = PreparedClip(sha256=store.adopt(result), voice=voice, source="speech", **facts)
        note = folder / "note"
        note.write_text(json.dumps(asdict(clip)))
        _remember(note, memory)
    return clip


def _memory(phrases: list[speakable.Phrase], *, voice: str, speed: float) -> Path:
    versions = [_RECIPE, *(metadata.version(name) for name in ("espeakng-loader", "av"))]
    told = json.dumps([versions, voice, speed, [[phrase.text, phrase.pause_ms] for phrase in phrases]])
    return Path(settings.MEDIA_FOLDER) / ".speech" / hashlib.sha256(told.encode()).hexdigest()


def _remembered(memory: Path) -> PreparedClip | None:
    try:
        clip = PreparedClip(**json.loads(memory.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        logger.warning("a remembered voice was unreadable and is made anew")
        return None
    return clip if store.has(clip.sha256) else None


def _remember(note: Path, memory: Path) -> None:
    memory.parent.mkdir(mode=0o700, exist_ok=True)
    note.replace(memory)
    known = list(memory.parent.iterdir())
    if len(known) > REMEMBERED:
        for old in sorted(known, key=lambda file: file.stat().st_mtime)[: len(known) - REMEMBERED]:
            old.unlink(missing_ok=True)
