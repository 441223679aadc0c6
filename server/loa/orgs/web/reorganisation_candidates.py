"""Which units the form of a change offers: of one level, below one unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.orgs import queries
from loa.orgs.composing import Kind
from loa.orgs.models import Level, Unit

_NEAREST = "commune"


@dataclass(slots=True)
class Candidates:
    """What a form offers: `areas` to look below, `levels` that occur there, the `units` of the chosen one."""

    place: Unit
    areas: list[Unit]
    levels: list[tuple[str, str]]
    level: str
    units: list[Unit]
    parents: list[Unit] = field(default_factory=list)
    along: list[Unit] = field(default_factory=list)
    unit: str = ""

    @classmethod
    def of(cls, scope: Scope, kind: Kind, asked: Mapping[str, str]) -> "Candidates":
        """Return what the scope may change, as asked by `below`, `level` and, for a division, `unit`."""
        reach = list(queries.choices_for(scope, "orgs.reorganise").select_related("parent"))
        open_ones = [unit for unit in reach if unit.closed_on is None]
        if not open_ones:
            raise NotFound
        is_english = (get_language() or "").startswith("en")
        holding = {unit.parent_id for unit in open_ones}
        areas = [unit for unit in open_ones if unit.pk in holding]
        place = next((unit for unit in areas if unit.code == asked.get("below")), (areas or open_ones)[0])
        below = [unit for unit in open_ones if unit.path.startswith(f"{place.path}/")]
        occurring = {unit.level for unit in below}
        known = [level for level in Level.objects.order_by("rank") if level.code in occurring]
        level = asked.get("level", "")
        if level not in occurring:
            level = _NEAREST if _NEAREST in occurring else known[0].code if known else ""
        units = [unit for unit in below if unit.level == level]
        above = next((set(one.below) for one in known if one.code == level), set())
        chosen = next((unit for unit in units if unit.code == asked.get("unit")), None)
        return cls(
            place=place,
            areas=areas,
            levels=[(one.code, one.name_en if is_english else one.name_vi) for one in known],
            level=level,
            units=units,
            parents=[unit for unit in open_ones if unit.level in above] if kind is Kind.TRANSFER else [],
            along=[unit for unit in open_ones if chosen is not None and unit.parent_id == chosen.pk],
            unit=chosen.code if chosen else "",
        )
