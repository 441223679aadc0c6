"""What the set-up says. The sentences are in texts.vi and texts.en; the wrapper reads the same files."""

import os
import sys
import time
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
_STARTED = time.monotonic()


class Refused(Exception):
    """The set-up cannot go on: `key` names the sentence that says what happened and what to do."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def languages() -> list[str]:
    """Return the languages to speak: the account's own, or both when it does not say."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return [name for name in ("vi", "en") if chosen.startswith(name)] or ["vi", "en"]


def sentence(key: str, language: str, **facts: object) -> str:
    """Return one sentence in one language."""
    for line in (_FOLDER / f"texts.{language}").read_text("utf-8").splitlines():
        name, _, text = line.partition("=")
        if name == key:
            for fact, value in facts.items():
                text = text.replace("{" + fact + "}", str(value))
            return text
    raise KeyError(key)


def say(key: str, **facts: object) -> None:
    """Print a step with the seconds since the start."""
    words = " / ".join(sentence(key, language, **facts) for language in languages())
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {words}", file=sys.stderr, flush=True)


def explain(refusal: Refused) -> None:
    """Print why the set-up cannot go on, one line a language."""
    for language in languages():
        print(sentence(refusal.key, language, **refusal.facts), file=sys.stderr, flush=True)
