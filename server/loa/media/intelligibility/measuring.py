"""Speaking a list of notices with each voice and hearing what is left of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loa.media import speech, store, transcribing
from loa.media.intelligibility import comparing
from loa.media.intelligibility.comparing import Heard, Share
from loa.media.rules import Voice

NOTICES = Path(__file__).with_name("notices.tsv")
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How a voice did. `speed` is how many seconds of sound one second of making gives."""

    voice: Voice
    notices: int
    words: int
    share: Share
    speed: float


def notices(file: Path = NOTICES) -> list[str]:
    """Return the notices of a list: one a line; before a tab stands its kind, which is not read."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.rpartition("\t")[2].strip() for line in lines if line.strip()]


def measure(voice: Voice, texts: Sequence[str]) -> Measured:
    """Speak and hear every text. Takes about half as long as the sound. Raises refusals of media.

    The reference is the text as it is read out, so that a voice is not blamed for numbers.
    """
    heard: list[Heard] = []
    for start in range(0, len(texts), _AT_ONCE):
        heard += _heard(voice, texts[start : start + _AT_ONCE])
    return Measured(
        voice=voice,
        notices=len(heard),
        words=sum(one.words for one in heard),
        share=comparing.share(heard),
        speed=sum(one.sound_s for one in heard) / sum(one.made_s for one in heard),
    )


def _heard(voice: Voice, texts: Sequence[str]) -> list[Heard]:
    clips, made = [], []
    for text in texts:
        began = time.monotonic()
        clips.append(speech.speak(text, voice=voice.id))
        made.append(time.monotonic() - began)
    drafts = transcribing.transcribe_ours([store.path(clip.sha256) for clip in clips])
    found = []
    for text, clip, made_s, draft in zip(texts, clips, made, drafts, strict=True):
        said = comparing.words(speech.normalise(text))
        wrong = comparing.wrong_words(said, comparing.words(draft.text))
        found.append(Heard(words=len(said), wrong=wrong, sound_s=clip.duration_ms / 1000, made_s=made_s))
    return found
