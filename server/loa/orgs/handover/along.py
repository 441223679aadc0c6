"""What comes along without being handed over: units that stand below another one from that day, and their devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from loa.orgs import ports
from loa.orgs.models import Lineage, Reorganisation, UnitVersion

_WHY = "of a change already in scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocated:
    """A unit that came along, the codes of the units above it before and after, and the names of its devices by id."""

    name: str
    code: str
    from_code: str
    to_code: str
    things: Mapping[str, str]


def relocated(done: Reorganisation) -> Sequence[Relocated]:
    """Return the units that changed the one above them in a change in force, by name. Devices are those of today."""
    on = done.effective_on
    takers = Lineage.objects.unscoped(_WHY).filter(reorganisation=done).values_list("successor_id", flat=True)
    versions = UnitVersion.objects.unscoped(_WHY)
    came = versions.filter(parent__in=list(takers), during__startswith=on).select_related("unit", "parent")
    before = _parents_before([version.unit_id for version in came], on)
    return [
        Relocated(
            name=version.name,
            code=version.unit.code,
            from_code=before[version.unit_id],
            to_code=version.parent.code,
            things={str(thing.id): thing.name for thing in ports.things_at(version.unit_id)},
        )
        for version in came.order_by("name", "pk")
        if version.parent is not None and before.get(version.unit_id, version.parent.code) != version.parent.code
    ]


def _parents_before(unit_ids: Sequence[int], on: date) -> dict[int, str]:
    former = UnitVersion.objects.unscoped(_WHY).filter(unit_id__in=unit_ids, during__endswith=on)
    return dict(former.exclude(parent=None).values_list("unit_id", "parent__code"))
