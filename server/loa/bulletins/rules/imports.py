"""A bulletin as an archive tells it that was written out: read with care, since anybody may have written it."""

import json
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any  # Any: JSON of others

from loa.bulletins.rules import words
from loa.bulletins.rules.facts import ABSTRACT_LONGEST, BYLINE_LONGEST, VIETNAMESE, Facts
from loa.bulletins.rules.kinds import Kind
from loa.bulletins.rules.renditions import BODY_LONGEST, Form

LINE_LONGEST_BYTES = 8 * 1024 * 1024
WORDINGS_MOST = 200
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ORIGIN = ("id", "unit", "unit_name", "state", "author", "version_of", "origin_level")
_DECIDED = ("number", "state", "requester", "written_by", "submitted_at", "decided_at", "decided_by", "note")


class NoItem(ValueError):
    """The line tells of no bulletin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a wording says in one form."""

    form: Form
    title: str
    body: str
    is_edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording; `sound` is the digest of its sound, empty without."""

    number: int
    title: str
    text: str
    facts: Facts
    sound: str
    voice: str
    created_at: datetime
    forms: Sequence[Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A bulletin with all its wordings, the oldest first. `origin` is what the other system said of it, as JSON."""

    id: uuid.UUID
    unit: str
    created_at: datetime
    changed_at: datetime
    wordings: Sequence[Wording]
    origin: Mapping[str, Any]  # Any: JSON

    @property
    def title(self) -> str:
        """Return what it is called now."""
        return self.wordings[-1].title


def read(line: bytes) -> Item:
    """Return what a line of an archive tells. Raises `NoItem` for whatever is no bulletin."""
    if len(line) > LINE_LONGEST_BYTES:
        raise NoItem
    try:
        told = json.loads(line)
        return _item(told)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as odd:
        raise NoItem from odd


def without(item: Item, *, categories: Collection[str], languages: Collection[str]) -> Item:
    """Return the same without these categories and languages."""

    def bare(facts: Facts) -> Facts:
        return replace(
            facts,
            category="" if facts.category in categories else facts.category,
            language=VIETNAMESE if facts.language in languages else facts.language,
        )

    return replace(item, wordings=[replace(one, facts=bare(one.facts)) for one in item.wordings])


def _item(told: Mapping[str, Any]) -> Item:
    wordings = [_wording(one) for one in told["revisions"]]
    if not 0 < len(wordings) <= WORDINGS_MOST or len({one.number for one in wordings}) != len(wordings):
        raise NoItem
    origin = {name: _short(told.get(name)) for name in _ORIGIN}
    origin["revisions"] = [{name: _short(one.get(name)) for name in _DECIDED} for one in told["revisions"]]
    tape = told.get("tape")
    if isinstance(tape, dict):
        origin["tape"] = {name: _short(value) for name, value in tape.items() if isinstance(name, str)}
    return Item(
        id=uuid.UUID(told["id"]),
        unit=words.line(str(told["unit"]))[:40],
        created_at=_moment(told["created_at"]),
        changed_at=_moment(told["changed_at"]),
        wordings=sorted(wordings, key=lambda one: one.number),
        origin=origin,
    )


def _wording(told: Mapping[str, Any]) -> Wording:
    title, text = words.line(_text(told["title"])), words.body(_text(told["text"]))
    number, sound = told["number"], _text(told.get("sound"))
    is_whole = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 100_000
    if not is_whole or not title or len(title) > words.TITLE_LONGEST or len(text) > words.TEXT_LONGEST:
        raise NoItem
    if sound and not _DIGEST.fullmatch(sound):
        raise NoItem
    return Wording(
        number=number,
        title=title,
        text=text,
        facts=_facts(told),
        sound=sound,
        voice=words.line(_text(told.get("voice")))[:64] if sound else "",
        created_at=_moment(told["created_at"]),
        forms=_forms(told.get("renditions") or []),
    )


def _facts(told: Mapping[str, Any]) -> Facts:
    kind, since, until = _text(told.get("kind")), told.get("valid_from"), told.get("valid_until")
    valid_from, valid_until = (None if at is None else _moment(at) for at in (since, until))
    if valid_from is not None and valid_until is not None and valid_from >= valid_until:
        raise NoItem
    return Facts(
        kind=Kind(kind) if kind in set(Kind) else Kind.OTHER,
        category=_text(told.get("category"))[:40],
        abstract=words.body(_text(told.get("abstract")))[:ABSTRACT_LONGEST],
        byline=words.line(_text(told.get("byline")))[:BYLINE_LONGEST],
        language=_text(told.get("language"))[:16] or VIETNAMESE,
        valid_from=valid_from,
        valid_until=valid_until,
        is_must=told.get("is_must") is True,
    )


def _forms(told: Sequence[Mapping[str, Any]]) -> list[Said]:
    known = {_text(one.get("form")): one for one in told[: 2 * len(Form)]}
    return [
        Said(
            form=form,
            title=words.line(_text(known[form].get("title")))[: words.TITLE_LONGEST],
            body=words.body(_text(known[form].get("body")))[:BODY_LONGEST],
            is_edited=known[form].get("is_edited") is True,
        )
        for form in Form
        if form in known
    ]


def _text(given: object) -> str:
    """Return a text; nothing is an empty one. Raises `NoItem` for anything else."""
    if given is None:
        return ""
    if not isinstance(given, str):
        raise NoItem
    return given


def _short(given: object) -> object:
    """Return what another system said, bounded and without signs a database cannot hold."""
    return words.body(given)[: words.NOTE_LONGEST] if isinstance(given, str) else given if _is_plain(given) else None


def _is_plain(given: object) -> bool:
    return given is None or isinstance(given, bool) or (isinstance(given, int) and abs(given) < 2**53)


def _moment(given: object) -> datetime:
    at = datetime.fromisoformat(_text(given))
    if at.tzinfo is None or not 1900 < at.year < 9999:
        raise NoItem
    return at.astimezone(UTC)
