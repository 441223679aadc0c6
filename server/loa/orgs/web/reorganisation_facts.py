"""What the page of a change of units shows: what goes into what, where, and what the person may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any  # Any: a rehearsal as it was kept

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.kernel import clock
from loa.kernel.scope import Scope
from loa.orgs import carrying_people, changes, ports, queries
from loa.orgs.models import Reorganisation, Unit
from loa.orgs.rules import Change
from loa.orgs.rules import ReorganisationState as State

COLORS = 12
"""How many colors the map has; after the last the first comes again."""

KINDS: Mapping[Change, str | Promise] = {
    Change.CONTINUE: _("goes on"),
    Change.MERGE: _("goes in"),
    Change.SPLIT: _("a part of it"),
    Change.TRANSFER: _("moves"),
    Change.RENAME: _("is renamed"),
    Change.ABOLISH: _("ends with its level"),
}


@dataclass(slots=True)
class Part:
    """A unit, or a part of one, that goes into another."""

    code: str
    name: str
    word: str | Promise
    percent: int


@dataclass(slots=True)
class Group:
    """A unit after the change with what it is made of. `was` is its former name, `above` its new unit above."""

    code: str
    name: str
    was: str = ""
    above: str = ""
    is_new: bool = False
    parts: list[Part] = field(default_factory=list)
    color: int = 0


def groups(reorganisation: Reorganisation) -> list[Group]:
    """Return the units after the change that are new, other than they were or larger, in the official order."""
    plan = changes.from_json(reorganisation.plan)
    codes = {code for edge in plan.edges for code in (edge.predecessor, edge.successor)}
    codes |= {one.code for one in plan.opens} | {one.code for one in plan.alters}
    codes |= {one.parent for one in plan.alters if one.parent}
    before = queries.names_on(codes, reorganisation.effective_on - timedelta(days=1))
    names = dict(before) | {one.code: one.name for one in plan.opens}
    names |= {one.code: one.name for one in plan.alters if one.name}
    found: dict[str, Group] = {}

    def group(code: str) -> Group:
        return found.setdefault(code, Group(code, names.get(code, code)))

    for opening in plan.opens:
        group(opening.code).is_new = True
    for altering in plan.alters:
        one = group(altering.code)
        one.was = before.get(altering.code, "") if altering.name else ""
        one.above = names.get(altering.parent, altering.parent) if altering.parent else ""
    for edge in plan.edges:
        if edge.predecessor != edge.successor or any(
            other.successor == edge.successor and other is not edge for other in plan.edges
        ):
            name = before.get(edge.predecessor, edge.predecessor)
            percent = round(edge.share * 100)
            group(edge.successor).parts.append(Part(edge.predecessor, name, KINDS[edge.kind], percent))
    ordered = sorted(found.values(), key=lambda one: one.code)
    for number, one in enumerate(ordered):
        one.color = number % COLORS
    return ordered


def spots(shown: Sequence[Group]) -> dict[str, Unit]:
    """Return the units of these groups that have coordinates, by code."""
    codes = {one.code for one in shown} | {part.code for one in shown for part in one.parts}
    return queries.placed_on_map(codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What the person who looks may do now."""

    decide: bool
    withdraw: bool
    place: bool
    undo: bool
    compensate: bool
    is_own: bool


def acts(scope: Scope, reorganisation: Reorganisation) -> Acts:
    """Return what may be done; the command asks again."""
    has_right = scope.can("orgs.reorganise", reorganisation.scope_path)
    is_own = str(reorganisation.proposed_by_id) == scope.actor.id
    state = reorganisation.state
    is_ahead = timezone.localdate(clock.now()) < reorganisation.effective_on
    return Acts(
        decide=has_right and state == State.PROPOSED and not is_own,
        withdraw=has_right and state == State.PROPOSED,
        place=has_right and state == State.PROPOSED,
        undo=has_right and state == State.APPROVED and is_ahead,
        compensate=has_right and state == State.IN_FORCE,
        is_own=is_own,
    )


@dataclass(slots=True)
class Row:
    """A line of the rehearsal: a unit, where it goes, and how much of each kind goes along."""

    unit: str
    to: str
    counts: list[tuple[str, int]]


def place_of_others(found: Reorganisation) -> str | None:
    """Return the code where people go who are not named, empty for none, None when nobody said."""
    named = {one.user: one.unit for one in changes.from_json(found.plan).people}
    return named.get(None)


def outcome(done: Reorganisation) -> dict[str, list[tuple[str, int]]]:
    """Return what was handed over, and what has nobody to take it up, in words."""
    words = {keeper.name: str(keeper.words) for keeper in ports.keepers()}
    words[carrying_people.NAME] = str(_("People placed anew"))
    came = done.outcome or {}
    return {
        "handed_over": [(words.get(name, name), count) for name, count in came.get("moved", {}).items()],
        "left_over": [(words.get(name, name), count) for name, count in came.get("without_owner", {}).items() if count],
    }


def rehearsal(kept: Mapping[str, Any]) -> dict[str, Any]:  # Any: as above
    """Return the rehearsal in the language of the moment, ready for the template."""
    language = "en" if (translation.get_language() or "").startswith("en") else "vi"
    words = {keeper["name"]: keeper["words"][language] for keeper in kept.get("keepers", ())}

    def counts(of: Mapping[str, int]) -> list[tuple[str, int]]:
        return [(words.get(name, name), count) for name, count in of.items()]

    totals: dict[str, int] = {}
    for one in (*kept.get("moves", ()), *kept.get("along", ())):
        for name, count in one["counts"].items():
            totals[name] = totals.get(name, 0) + count
    return {
        "flaws": [flaw[language] for flaw in kept.get("flaws", ())],
        "totals": [(words[name], totals.get(name, 0)) for name in words],
        "moves": [Row(one["from_name"], one["to_name"], counts(one["counts"])) for one in kept.get("moves", ())],
        "along": [Row(one["name"], one["path"], counts(one["counts"])) for one in kept.get("along", ())],
        "along_count": kept.get("along_count", 0),
        "clashes": [(one["words"][language], one["unit"]) for one in kept.get("clashes", ())],
        "clash_count": kept.get("clash_count", 0),
        "without_owner": counts(kept.get("without_owner", {})),
        "people": [one | {"role": one["role"][language]} for one in kept.get("people", ())],
        "unplaced": kept.get("unplaced", 0),
        "estimate_s": kept.get("estimate_s", 0),
        "took_s": kept.get("took_s", 0),
    }
