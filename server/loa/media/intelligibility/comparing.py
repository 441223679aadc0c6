"""How many words were heard wrongly."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_WORD = re.compile(r"\w+")
_TRIALS = 2_000
_SEED = 20_251_129


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One notice: the words it has, those that were wrong, and how long making and hearing took."""

    words: int
    wrong: int
    sound_s: float
    made_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A word error rate and the interval in which it lies with 95 % confidence, by drawing notices again."""

    rate: float
    low: float
    high: float


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: one form of letters, small, without signs."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def wrong_words(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the fewest words to change, add or leave out that make one from the other (Levenshtein)."""
    before = list(range(len(heard) + 1))
    for row, one in enumerate(said, 1):
        now = [row]
        for column, other in enumerate(heard, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return before[-1]


def share(heard: Sequence[Heard]) -> Share:
    """Return the share of wrong words over all notices; they are drawn again from a fixed seed."""
    counts = np.array([[one.wrong, one.words] for one in heard], dtype=np.int64)
    drawn = np.random.default_rng(_SEED).integers(0, len(counts), size=(_TRIALS, len(counts)))
    sums = counts[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    return Share(rate=float(counts[:, 0].sum() / counts[:, 1].sum()), low=float(low), high=float(high))
