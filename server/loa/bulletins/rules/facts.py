"""What is said about a bulletin beside its words, and what of it can be derived."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from loa.bulletins.rules import words
from loa.bulletins.rules.flows import ZONE
from loa.bulletins.rules.kinds import CATEGORY_OF, Kind

ABSTRACT_LONGEST = 500
ABSTRACT_DERIVED = 240
"""Letters of an abstract that the program makes: about two sentences."""
BYLINE_LONGEST = 120
REQUESTER_LONGEST = 200
VIETNAMESE = "vi"
VALID_FOR = timedelta(days=30)
"""How long a bulletin is valid unless its writer says otherwise."""

RECIPE = 2
"""What the digest of an approval covers: 1 words and sound, 2 the facts too."""

_TODAY = re.compile(r"\b(hôm|sáng|trưa|chiều|tối|đêm) nay\b", re.IGNORECASE)
"""Words that are wrong the day after they were meant for."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a bulletin is about, who stands behind it, in which language, and from when until when it holds.

    What is left open is completed when it is handed in: `category` from the kind, `abstract` from the text, `byline`
    from the author, the validity from the day. `category` and `language` are codes; the validity is half-open.
    """

    kind: Kind = Kind.NOTICE
    category: str = ""
    abstract: str = ""
    byline: str = ""
    language: str = VIETNAMESE
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    is_must: bool = False


def derived_abstract(title: str, text: str) -> str:
    """Return the first sentences of a text as far as they fit, cut at a word when not even one does.

    A bulletin without text, such as a recording, is told by its title.
    """
    taken = ""
    for sentence in _SENTENCE_END.split(text.strip()):
        longer = f"{taken} {sentence.strip()}".strip()
        if len(longer) > ABSTRACT_DERIVED:
            break
        taken = longer
    return taken or _cut(" ".join(text.split())) or title


def stored(facts: Facts) -> Facts:
    """Return the facts in the form in which they are kept."""
    return replace(facts, abstract=words.body(facts.abstract), byline=words.line(facts.byline))


def carried_on(facts: Facts, *, title: str, text: str) -> Facts:
    """Return the facts for a wording that follows this one: an abstract that was derived is derived anew."""
    return replace(facts, abstract="") if facts.abstract == derived_abstract(title, text) else facts


def moved_to(facts: Facts, now: datetime) -> Facts:
    """Return the facts with their validity moved by whole days so that it begins on the day of `now`."""
    if facts.valid_from is None:
        return replace(facts, valid_until=None)
    days = timedelta(days=(now.astimezone(ZONE).date() - facts.valid_from.astimezone(ZONE).date()).days)
    until = None if facts.valid_until is None else facts.valid_until + days
    return replace(facts, valid_from=facts.valid_from + days, valid_until=until)


def speaks_of_today(title: str, text: str) -> bool:
    """Tell whether the words name the day on which they are heard: “hôm nay”, “tối nay”."""
    return _TODAY.search(unicodedata.normalize("NFC", f"{title}\n{text}")) is not None


def completed(
    facts: Facts, *, title: str, text: str, author: str, last_at: datetime | None = None, now: datetime
) -> Facts:
    """Return the facts with everything that can be derived in the places that were left open.

    What speaks of today is valid until the end of the day on which it is to be heard: `last_at` is the last time asked
    for so far.
    """
    start_at = facts.valid_from or now
    latest = max(start_at, now)
    return replace(
        facts,
        category=facts.category or CATEGORY_OF.get(facts.kind, ""),
        abstract=facts.abstract or derived_abstract(title, text),
        byline=facts.byline or author,
        valid_from=start_at,
        valid_until=facts.valid_until
        or (_day_after(max(latest, last_at or latest)) if speaks_of_today(title, text) else latest + VALID_FOR),
    )


def is_too_early(facts: Facts, at: datetime) -> bool:
    """Tell whether what is said does not hold yet at a moment; what says no day holds always."""
    return facts.valid_from is not None and at < facts.valid_from


def is_over(facts: Facts, at: datetime) -> bool:
    """Tell whether what is said holds no longer at a moment."""
    return facts.valid_until is not None and at >= facts.valid_until


def told(facts: Facts, *, requester: str, paper_sha256: str, answers: Mapping[str, str] | None) -> dict[str, object]:
    """Return facts as plain JSON, moments in UTC, for the digest of an approval."""
    return {
        "abstract": facts.abstract,
        "answers": None if answers is None else dict(answers),
        "byline": facts.byline,
        "category": facts.category,
        "is_must": facts.is_must,
        "kind": facts.kind.value,
        "language": facts.language,
        "paper_sha256": paper_sha256,
        "requester": requester,
        "valid_from": _moment(facts.valid_from),
        "valid_until": _moment(facts.valid_until),
    }


def _day_after(at: datetime) -> datetime:
    day = at.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(day, time.min, tzinfo=ZONE)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _cut(text: str) -> str:
    if len(text) <= ABSTRACT_DERIVED:
        return text
    whole = text[: ABSTRACT_DERIVED - 1]
    at_word = whole.rpartition(" ")[0] or whole
    return at_word.rstrip(" ,;:-–") + "…"
