"""Speech from text: made speakable, read by an engine in a cage, remembered."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any  # Any: what the child is told is JSON

from django.conf import settings

from loa.media import children, refusals, rules, speakable, store
from loa.media.ports import Engine
from loa.media.rules import SPEED_FASTEST, SPEED_SLOWEST, PreparedClip, Voice
from loa.media.speakable import NO_WORDS, Lexicon, Piece, dialogue
from loa.media.voices import register

ReadOut = list[Piece]

logger = logging.getLogger(__name__)

DEFAULT_VOICE = "espeak:vi"
REMEMBERED = 2_000
BETWEEN_TURNS_MS = 600

BOUNDS = children.Bounds(
    kind="speak",
    at_once=2,
    patience=timedelta(seconds=20),
    wall=timedelta(seconds=180),
    cpu=timedelta(seconds=300),
    memory_bytes=2048 * 1024 * 1024,
    file_bytes=32 * 1024 * 1024,
)

_RECIPE = "3"
"""Raised whenever the same text would sound different: it is part of what is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one voice reads in one go."""

    engine: Engine
    voice: Voice
    phrases: Sequence[speakable.Phrase]


def voices(*, path: str | None = None) -> list[Voice]:
    """Return the voices, the usual one first, each with an honest word on how it sounds.

    With the path of a unit, only those it may use: its own, and those of units above it.
    """
    found = list(register.voices())
    if path is None:
        return found
    return [voice for voice in found if path == voice.unit_path or path.startswith(_below(voice.unit_path))]


def normalise(text: str, *, lexicon: Lexicon = NO_WORDS) -> str:
    """Return text as it will be read out: words only. Raises `TextTooLong`."""
    if len(text) > rules.TEXT_MAX_LETTERS:
        raise refusals.TextTooLong(limit=rules.TEXT_MAX_LETTERS)
    return speakable.spoken(text, lexicon=lexicon)


def read_out(text: str, *, lexicon: Lexicon = NO_WORDS) -> ReadOut:
    """Return text as it will be read out, the places marked where it differs from what is written."""
    return speakable.compared(text, normalise(text, lexicon=lexicon))


def speak(
    text: str,
    *,
    voice: str = DEFAULT_VOICE,
    second_voice: str = "",
    speed: float = 1.0,
    lexicon: Lexicon = NO_WORDS,
) -> PreparedClip:
    """Return the stored clip of a text. `speed` 1.0 is a calm pace. Raises a refusal of `loa.media.refusals`.

    With a second voice the text is a dialogue: lines that begin with “Đáp:”, “B:” or “Nữ:” are the second one's, and
    the marks are not read. `lexicon` is how a unit wants its words read.
    """
    pace = round(min(SPEED_FASTEST, max(SPEED_SLOWEST, speed)), 2)
    parts = _parts(text, voices=(voice, second_voice) if second_voice else (voice,), lexicon=lexicon)
    memory = _memory(parts, speed=pace)
    if (known := _remembered(memory)) is not None:
        return known
    with store.workplace() as folder:
        result = folder / "clip.ogg"
        request = {"task": "speak", "parts": [_told(part, pace, folder) for part in parts], "result": str(result)}
        facts = children.run(request, bounds=BOUNDS, overrun=refusals.VoiceFailed)
        used = "+".join(dict.fromkeys(part.voice.id for part in parts))
        clip = PreparedClip(sha256=store.adopt(result), voice=used, speed=pace, source="speech", **facts)
        note = folder / "note"
        note.write_text(json.dumps(asdict(clip)))
        _remember(note, memory)
    return clip


def _parts(text: str, *, voices: Sequence[str], lexicon: Lexicon) -> list[_Part]:
    """Return who reads what. Raises `UnknownVoice`, `TextTooLong`, `NothingToSay`."""
    found = [register.find(voice) for voice in voices]
    if len(text) > rules.TEXT_MAX_LETTERS:
        raise refusals.TextTooLong(limit=rules.TEXT_MAX_LETTERS)
    turns = dialogue.turns(text) if len(found) > 1 else [dialogue.Turn(speaker=0, text=text)]
    parts = []
    for turn in turns:
        if phrases := speakable.phrases(normalise(turn.text, lexicon=lexicon)):
            engine, voice = found[turn.speaker]
            parts.append(_Part(engine=engine, voice=voice, phrases=phrases))
    if not parts:
        raise refusals.NothingToSay
    return [*(_rested(part) for part in parts[:-1]), parts[-1]]


def _rested(part: _Part) -> _Part:
    """Return the part with the pause in which the other speaker takes breath."""
    last = replace(part.phrases[-1], pause_ms=BETWEEN_TURNS_MS)
    return replace(part, phrases=[*part.phrases[:-1], last])


def _told(part: _Part, speed: float, folder: Path) -> Mapping[str, Any]:
    phrases = [[phrase.text, phrase.pause_ms] for phrase in part.phrases]
    return {**part.engine.told(part.voice, part.phrases, speed=speed, folder=folder), "phrases": phrases}


def _below(path: str) -> str:
    return f"{path}/" if path else ""


def _memory(parts: Sequence[_Part], *, speed: float) -> Path:
    read = [
        [part.voice.id, part.voice.version, [[phrase.text, phrase.pause_ms] for phrase in part.phrases]]
        for part in parts
    ]
    told = json.dumps([_RECIPE, metadata.version("av"), speed, read])
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
