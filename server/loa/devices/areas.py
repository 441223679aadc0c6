"""Where else to speak while devices have not confirmed that they know of their new area."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from loa.kernel.scope import is_within
from loa_protocol import topics

_MOVING = """
SELECT device.id, device.former_areas FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled' AND device.former_areas <> '{}' AND (unit.path = %(path)s OR unit.path LIKE %(below)s)
"""
_ELSEWHERE = """
SELECT DISTINCT area
  FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 CROSS JOIN LATERAL unnest(device.former_areas || device.told_area || unit.path) AS heard (area)
 WHERE device.state = 'enrolled' AND NOT (unit.path = %(path)s OR unit.path LIKE %(below)s) AND area <> ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A former area in which devices may still listen. `device_ids` None is every device that hears it."""

    area: str
    device_ids: Sequence[uuid.UUID] | None


def former(unit_path: str) -> list[Former]:
    """Return where else a message for a unit must be said, so that devices that have not confirmed hear it too.

    An area is taken as high up as nobody hears it who stands elsewhere; where somebody does, the devices are named.
    """
    reach = {"path": unit_path, "below": f"{unit_path}/%"}
    with connection.cursor() as cursor:
        cursor.execute(_MOVING, reach)
        moving: Mapping[uuid.UUID, Sequence[str]] = dict(cursor.fetchall())
        if not moving:
            return []
        cursor.execute(_ELSEWHERE, reach)
        elsewhere = {area for (area,) in cursor.fetchall()}
    # whatever is within the unit's own path hears the message itself
    areas = {area for heard in moving.values() for area in heard if not is_within(area, unit_path)}
    found: dict[str, Former] = {}
    for area in sorted(areas):
        top = _highest(area, elsewhere)
        if top is not None:
            found[top] = Former(area=top, device_ids=None)
        else:
            named = sorted(device for device, heard in moving.items() if area in heard)
            found[area] = Former(area=area, device_ids=named)
    return list(found.values())


def _highest(area: str, elsewhere: Collection[str]) -> str | None:
    """Return the highest of an area and the units above it that nobody elsewhere hears."""
    return next((path for path in topics.ancestry(area) if not any(is_within(one, path) for one in elsewhere)), None)
