"""Units in a select: the tops first, then everything grouped by the unit that leads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import template

from loa.orgs.models import Unit
from loa.orgs.rules import Level

register = template.Library()


@dataclass(frozen=True, slots=True)
class Option:
    """A unit as a select offers it: a hamlet after its commune, since many share a name."""

    code: str
    name: str


@dataclass(slots=True)
class Group:
    """Units under one heading; the heading is empty for those at the top."""

    label: str
    units: list[Option] = field(default_factory=list)


@register.simple_tag
def grouped(units: Sequence[Unit]) -> list[Group]:
    """Return units grouped: a province stands alone, a district heads its communes, a commune its hamlets."""
    by_path = {unit.path: unit for unit in units}
    groups: dict[str, Group] = {}
    for unit in sorted(units, key=lambda one: _rank(one, by_path)):
        head = _head(unit, by_path)
        label = "" if head is None else head.name
        groups.setdefault(label, Group(label)).units.append(Option(unit.code, _name(unit, by_path)))
    return list(groups.values())


def _name(unit: Unit, by_path: dict[str, Unit]) -> str:
    above = by_path.get(unit.path.rpartition("/")[0])
    return f"{above.name} – {unit.name}" if above is not None and unit.level == Level.HAMLET.value else unit.name


def _rank(unit: Unit, by_path: dict[str, Unit]) -> list[tuple[int, str]]:
    """Order by the official list at every level, so that hamlets follow their commune."""
    parts = unit.path.split("/")
    above = [by_path.get("/".join(parts[:depth])) for depth in range(1, len(parts) + 1)]
    return [(step.sort_order, step.path) if step is not None else (0, "") for step in above]


def _head(unit: Unit, by_path: dict[str, Unit]) -> Unit | None:
    if unit.level == Level.DISTRICT.value:
        return unit
    parts = unit.path.split("/")
    above = (by_path.get("/".join(parts[:depth])) for depth in range(len(parts) - 1, 0, -1))
    return next((head for head in above if head is not None and head.level == Level.DISTRICT.value), None)
