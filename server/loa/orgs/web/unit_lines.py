"""Units as lines of a page: what stands below what on a day, and what became of what."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from loa.kernel import clock, text
from loa.kernel.scope import Scope
from loa.orgs import queries
from loa.orgs.models import LegalBasis, Unit
from loa.orgs.queries import Event, Node, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A unit of a list. `below` says how many units stand below it, `way` names those above."""

    code: str
    name: str
    level: str
    below: int = 0
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A unit that gave or took a part; `percent` is None for a whole. Without a link the person may not open it."""

    code: str
    name: str
    percent: int | None
    is_estimate: bool
    is_linked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """All that happened to a unit on a day."""

    on: date
    came_from: Sequence[Part]
    went_to: Sequence[Part]
    tallies: Sequence[tuple[str, int, int]]
    bases: Sequence[LegalBasis]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a unit was from a day to a day."""

    name: str
    level_name: str
    parent: str
    start_on: date | None
    end_on: date | None
    basis: LegalBasis | None


def chosen_day(request: HttpRequest) -> date:
    """Return the day the page is asked for; today in Viet Nam when none or none that is."""
    today = timezone.localdate(clock.now())
    return _asked_day(request) or today


def is_day_unknown(request: HttpRequest) -> bool:
    """Tell whether a day was named that is none, so that the page can say what it shows instead."""
    return bool(request.GET.get("on", "").strip()) and _asked_day(request) is None


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("on", ""))
    except ValueError:
        return None


def level_words() -> dict[str, str]:
    """Return the name of each level in the language of the moment."""
    return {level.code: level.name() for level in queries.levels()}


def lines(nodes: Iterable[Node], *, within: Sequence[Node] = ()) -> list[Line]:
    """Return units as lines in the Vietnamese order; those of `within` are counted below them."""
    words = level_words()
    below: Counter[str] = Counter()
    for node in within:
        below.update(node.path.split("/")[:-1])
    shown = sorted(nodes, key=lambda node: (text.sort_key(node.name.partition(" ")[2] or node.name), node.code))
    return [
        Line(code=node.code, name=node.name, level=words.get(node.level, node.level), below=below[node.code])
        for node in shown
    ]


def matches(nodes: Sequence[Node], day: date) -> list[Line]:
    """Return what was found, each with the names of the units above it that day."""
    words = level_words()
    above = {code for node in nodes for code in node.path.split("/")[:-1]}
    names = queries.names_as_of(above, day)
    return [
        Line(
            code=node.code,
            name=node.name,
            level=words.get(node.level, node.level),
            way=", ".join(names.get(code, "") for code in reversed(node.path.split("/")[:-1])),
        )
        for node in nodes
    ]


def stretches(unit: Unit) -> list[Stretch]:
    """Return what a unit in scope was, oldest first."""
    words = level_words()
    return [
        Stretch(
            name=one.name,
            level_name=words.get(one.level, one.level),
            parent=one.parent,
            start_on=one.start_on,
            end_on=one.end_on,
            basis=one.basis,
        )
        for one in queries.history(unit)
    ]


def happenings(scope: Scope, unit: Unit) -> list[Happening]:
    """Return what happened to a unit in scope, the latest first."""
    found = queries.events(unit)
    others = {code for event in found for code in (event.predecessor, event.successor)} - {unit.code}
    linked = set(queries.units(scope).filter(code__in=others).values_list("code", flat=True))
    words = level_words()
    return [
        Happening(
            on=on,
            came_from=_came_from(found, unit.code, on, linked),
            went_to=_went_to(found, unit.code, on, linked),
            tallies=[_told(tally, words) for tally in queries.tallies(unit, on)],
            bases=_bases(event.basis for event in found if event.on == on),
        )
        for on in sorted({event.on for event in found}, reverse=True)
    ]


def _came_from(found: Sequence[Event], code: str, on: date, linked: Collection[str]) -> list[Part]:
    return [
        _part(event.predecessor, event.predecessor_name, event, is_linked=event.predecessor in linked)
        for event in found
        if event.on == on and event.successor == code
    ]


def _went_to(found: Sequence[Event], code: str, on: date, linked: Collection[str]) -> list[Part]:
    return [
        _part(event.successor, event.successor_name, event, is_linked=event.successor in linked)
        for event in found
        if event.on == on and event.predecessor == code
    ]


def _part(code: str, name: str, event: Event, *, is_linked: bool) -> Part:
    percent = None if event.share == 1 else round(event.share * Fraction(100))
    return Part(code=code, name=name, percent=percent, is_estimate=event.is_estimate, is_linked=is_linked)


def _told(tally: Tally, words: Mapping[str, str]) -> tuple[str, int, int]:
    return words.get(tally.level, tally.level), tally.before, tally.after


def _bases(found: Iterable[LegalBasis | None]) -> list[LegalBasis]:
    return list({basis.pk: basis for basis in found if basis is not None}.values())
