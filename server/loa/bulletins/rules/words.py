"""What the words of a bulletin may be."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping

from loa.kernel import text as kernel_text

TITLE_LONGEST = 200
TEXT_LONGEST = 20_000
NOTE_LONGEST = 2_000
OWN_REASON_LONGEST = 300
WORKING_TITLE_LONGEST = 60
SPOKEN_LONGEST = 4_000
"""Letters a voice reads while a person waits: five minutes of sound, made in less than 15 s at the 3.3 s a thousand
letters that a busy machine of two cores takes."""


def line(text: str) -> str:
    """Return a one-line text in the form in which it is kept: NFC, single spaces, nothing invisible at its ends."""
    return " ".join(body(text).split())


def body(text: str) -> str:
    """Return a text in the form in which it is kept: an approver sees all that is there, in the order it is read."""
    return kernel_text.stored("".join(letter for letter in text if _is_known(letter))).strip()


def working_title(text: str) -> str:
    """Return the first words of a text, for a draft that has no title yet; empty when there are none."""
    first = line(text.strip().partition("\n")[0])
    if len(first) <= WORKING_TITLE_LONGEST:
        return first
    cut = first[: WORKING_TITLE_LONGEST - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:-–") + "…"


def content_sha256(*, title: str, text: str, clip_sha256: str, facts: Mapping[str, object] | None = None) -> str:
    """Return the digest under which an approval stands in the record: SHA-256, in hex, of canonical JSON.

    Without `facts` it is that of recipe 1, under which approvals stand from before facts were kept.
    """
    told: dict[str, object] = {"clip_sha256": clip_sha256, "text": text, "title": title}
    if facts is not None:
        told["facts"] = facts
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _is_known(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cs", "Cn", "Co"}
