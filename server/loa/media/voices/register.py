"""Which engines there are, and which voice belongs to which."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.module_loading import import_string

from loa.media import refusals
from loa.media.ports import Engine
from loa.media.rules import Voice

ENGINES = (
    "loa.media.voices.espeak.Espeak",
    "loa.media.voices.piper.Piper",
    "loa.media.voices.provider.Elsewhere",
)
"""Each a `ports.Engine`, the usual one first; an engine whose operator gave it nothing has no voices."""


def engines() -> tuple[Engine, ...]:
    """Return the engines, the usual one first."""
    return tuple(_engine(name) for name in ENGINES)


def voices() -> Iterator[Voice]:
    """Yield every voice of every engine, the usual one first."""
    for engine in engines():
        yield from engine.voices()


def find(voice_id: str) -> tuple[Engine, Voice]:
    """Return a voice and its engine. Raises `UnknownVoice`."""
    for engine in engines():
        if voice_id.partition(":")[0] == engine.id:
            for voice in engine.voices():
                if voice.id == voice_id:
                    return engine, voice
    raise refusals.UnknownVoice


@lru_cache(maxsize=8)
def _engine(name: str) -> Engine:
    engine: Engine = import_string(name)()
    return engine
