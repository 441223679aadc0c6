"""One clean line a step, with the seconds since the command began; in Vietnamese unless the account speaks English."""

import gettext
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent / "locale"


def speak(language: str = "") -> gettext.NullTranslations:
    """Return the words of a language, else of the account's own; Django need not be running."""
    return gettext.translation("django", localedir=_LOCALE, languages=[language or languages()[0]], fallback=True)


def languages() -> Sequence[str]:
    """Return the languages to speak: the account's own, or both when it does not say."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return [name for name in ("vi", "en") if chosen.startswith(name)] or ["vi", "en"]


def gettext_noop(sentence: str) -> str:
    """Return the sentence as it is: it is translated where it is said."""
    return sentence


_words = speak()
_ = _words.gettext
_imported_at = time.time()


def elapsed_s() -> float:
    """Return the seconds since the wrapper was called, the set-up included."""
    return time.time() - float(os.environ.get("LOA_STARTED_AT") or _imported_at)


def step(sentence: str, **facts: object) -> None:
    """Print a step to stderr: what a program prints as its answer stays alone on stdout."""
    sys.stderr.write(f"[{elapsed_s():6.1f} s] {_(sentence) % facts}\n")


def plain(sentence: str = "", **facts: object) -> None:
    """Print a line without the time."""
    sys.stderr.write((_(sentence) % facts if sentence else "") + "\n")


def translated(sentence: str) -> str:
    """Return a sentence in the account's language."""
    return _(sentence)


def in_language(sentence: str, language: str) -> str:
    """Return a sentence in a language; empty is the account's own."""
    return speak(language).gettext(sentence)


class Refused(Exception):
    """The box cannot go on; the sentence says what happened and what to do."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(_(sentence) % facts)
