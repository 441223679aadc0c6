"""The edit list: which parts of which clips follow each other, and what sounds before, after and under them. Pure."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from loa.media import refusals, rules

PARTS_MOST = 200
PART_SHORTEST_MS = 50
GAIN_MOST_DB = 20.0
GAP_LONGEST_MS = 5_000
UNDER_LOUDEST_DB, UNDER_SOFTEST_DB = -6.0, -40.0
LEAD_MS, TAIL_MS = 1_500, 2_000
"""How long a background sounds alone before the first word and after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`from_ms <= t < to_ms` of a clip, named by digest. `is_gated` takes the noise out of its pauses."""

    sha256: str
    from_ms: int
    to_ms: int
    gain_db: float = 0.0
    is_gated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Parts one after another with a pause between; tunes before and after, a clip under them, each by digest or empty.

    `under_db` is the level of what lies below while somebody speaks, relative to the speech.
    """

    parts: Sequence[Part]
    gap_ms: int = 0
    intro: str = ""
    outro: str = ""
    under: str = ""
    under_db: float = -18.0

    @property
    def clips(self) -> frozenset[str]:
        """Return the digests of every clip it needs."""
        return frozenset({*(part.sha256 for part in self.parts), self.intro, self.outro, self.under} - {""})


def check(edit: Edit, *, lengths_ms: Mapping[str, int]) -> None:
    """Raise what stands against rendering; `lengths_ms` says how long each clip is, every clip of the edit among them.

    Raises `NothingLeft`, `TooManyParts`, `OutsideClip`, `PartTooShort`, `WrongLevel`, `TooLong`.
    """
    if not edit.parts:
        raise refusals.NothingLeft
    if len(edit.parts) > PARTS_MOST:
        raise refusals.TooManyParts(most=PARTS_MOST)
    for number, part in enumerate(edit.parts, start=1):
        length_ms = lengths_ms[part.sha256]
        if not 0 <= part.from_ms < part.to_ms <= length_ms:
            raise refusals.OutsideClip(number=number, seconds=length_ms // 1000)
        if part.to_ms - part.from_ms < PART_SHORTEST_MS:
            raise refusals.PartTooShort(number=number)
    _check_levels(edit)
    if length_ms_of(edit, lengths_ms=lengths_ms) > rules.CLIP_MAX.total_seconds() * 1000:
        raise refusals.TooLong


def length_ms_of(edit: Edit, *, lengths_ms: Mapping[str, int]) -> int:
    """Return how long the edit sounds before silence at its ends is cut off."""
    spoken = sum(part.to_ms - part.from_ms for part in edit.parts) + edit.gap_ms * (len(edit.parts) - 1)
    around = sum(lengths_ms[tune] for tune in (edit.intro, edit.outro) if tune)
    return spoken + around + (LEAD_MS + TAIL_MS if edit.under else 0)


def encode(edit: Edit) -> str:
    """Return the edit as canonical JSON: the same edit gives the same text."""
    return json.dumps(asdict(edit), sort_keys=True, separators=(",", ":"))


def decode(told: str) -> Edit:
    """Return the edit of such a text."""
    facts = json.loads(told)
    return Edit(**{**facts, "parts": tuple(Part(**part) for part in facts["parts"])})


def _check_levels(edit: Edit) -> None:
    """A comparison with what is no number is false, and refused with the rest."""
    gains = all(math.isfinite(part.gain_db) and abs(part.gain_db) <= GAIN_MOST_DB for part in edit.parts)
    if not gains or not 0 <= edit.gap_ms <= GAP_LONGEST_MS:
        raise refusals.WrongLevel
    if edit.under and not UNDER_SOFTEST_DB <= edit.under_db <= UNDER_LOUDEST_DB:
        raise refusals.WrongLevel
