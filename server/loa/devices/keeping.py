"""What becomes of devices when units change: they go along, and are told where they stand now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any  # Any: rows and parameters are of open shape

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import notify
from loa.devices.models import Device
from loa.devices.rules import State
from loa.kernel.scoped import ScopedQuerySet
from loa.kernel.sentences import filled
from loa.orgs import queries as orgs
from loa.orgs.ports import Clash, Move, Moved

_WHY = "devices go along when their units change"
_THING = "device:"

_SAME_NAME = """
WITH move (from_unit, to_unit) AS (SELECT * FROM unnest(%(from)s::bigint[], %(to)s::bigint[])),
meeting AS (
    SELECT move.to_unit AS unit, device.id, device.name, true AS comes
      FROM move JOIN devices_device AS device ON device.unit_id = move.from_unit
     WHERE device.state <> 'revoked'
    UNION ALL
    SELECT device.unit_id, device.id, device.name, false FROM devices_device AS device
     WHERE device.state <> 'revoked' AND device.unit_id IN (SELECT to_unit FROM move)
)
SELECT unit, name, array_agg(id::text ORDER BY id) FROM meeting
 GROUP BY unit, name HAVING count(*) > 1 AND bool_or(comes) ORDER BY unit, name
"""
_GO = """
UPDATE devices_device AS device SET unit_id = move.to_unit
  FROM unnest(%(from)s::bigint[], %(to)s::bigint[]) AS move (from_unit, to_unit)
 WHERE device.unit_id = move.from_unit AND device.state <> 'revoked'
RETURNING device.id::text, device.name, move.from_unit, move.to_unit
"""
_GO_BACK = """
UPDATE devices_device AS device SET unit_id = moved.from_unit
  FROM unnest(%(ids)s::uuid[], %(from)s::bigint[], %(to)s::bigint[]) AS moved (id, from_unit, to_unit)
 WHERE device.id = moved.id AND device.unit_id = moved.to_unit AND device.state <> 'revoked'
RETURNING device.id
"""
_MUST_BE_TOLD = """
UPDATE devices_device AS device
   SET former_areas = array_append(array_remove(device.former_areas, device.told_area), device.told_area),
       told_area = ''
  FROM orgs_unit AS unit
 WHERE unit.id = device.unit_id AND unit.id = ANY(%(units)s) AND device.state = 'enrolled'
   AND device.told_area NOT IN ('', unit.path)
"""


class DeviceKeeper:
    """Keeps loudspeakers, boards and gateways. What was shut out stays where it was."""

    name = "devices"
    words: str | Promise = _("devices")

    def holdings(self, unit_ids: Collection[int]) -> Mapping[int, int]:
        """Return how many devices stand at each unit."""
        standing = _standing(unit_ids).values_list("unit_id").annotate(count=Count("pk"))
        return dict(standing.order_by("unit_id"))

    def clashes(self, moves: Sequence[Move], *, on: date) -> Sequence[Clash]:  # noqa: ARG002 - as the port says
        """Return the names that several devices of one unit would have."""
        with connection.cursor() as cursor:
            cursor.execute(_SAME_NAME, _pairs(moves))
            rows = cursor.fetchall()
        sentence = _("%(count)s devices would be called “%(name)s”.")
        return [
            Clash(
                unit=unit,
                sentence=filled(sentence, count=len(ids), name=name),
                things=[f"{_THING}{one}" for one in ids],
            )
            for unit, name, ids in rows
        ]

    def hand_over(self, moves: Sequence[Move], *, now: datetime) -> Sequence[Moved]:
        """Move every device that is not shut out."""
        rows = _change(_GO, _pairs(moves), now=now)
        return [Moved(thing=f"{_THING}{pk}", name=name, from_unit=one, to_unit=other) for pk, name, one, other in rows]

    def take_back(self, moved: Sequence[Moved], *, now: datetime) -> int:
        """Move devices back, as far as nobody has moved them on."""
        mine = [one for one in moved if one.thing.startswith(_THING)]
        ids = [one.thing.removeprefix(_THING) for one in mine]
        units = {"from": [one.from_unit for one in mine], "to": [one.to_unit for one in mine]}
        return len(_change(_GO_BACK, units | {"ids": ids}, now=now))

    def relocated(self, unit_ids: Collection[int], *, now: datetime) -> None:  # noqa: ARG002 - as the port says
        """Mark the devices of these units: they must be told their new area."""
        with connection.cursor() as cursor:
            cursor.execute(_MUST_BE_TOLD, {"units": list(unit_ids)})
        notify.tell(notify.Channel.GATE, notify.EVERYONE)

    def hand_on(self, from_user: int, to_user: int | None, *, now: datetime) -> int:  # noqa: ARG002 - as the port says
        """Devices belong to units, never to people."""
        return 0

    def without_owner(self, unit_ids: Collection[int]) -> int:
        """Return how many devices nobody could look at."""
        held = self.holdings(unit_ids)
        able = orgs.holders_of(held.keys(), permission="devices.view")
        return sum(count for unit, count in held.items() if not able[unit])


def _change(statement: str, parameters: dict[str, Any], *, now: datetime) -> list[tuple[Any, ...]]:
    """Move devices on the local day of `now`: their postings change with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('loa.on_day', %s, true)", [timezone.localdate(now).isoformat()])
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SELECT set_config('loa.on_day', '', true)")
    if rows:
        notify.tell(notify.Channel.GATE, notify.EVERYONE)
    return rows


def _standing(unit_ids: Collection[int]) -> ScopedQuerySet[Device]:
    found: ScopedQuerySet[Device] = (
        Device.objects.unscoped(_WHY).filter(unit_id__in=list(unit_ids)).exclude(state=State.REVOKED)
    )
    return found


def _pairs(moves: Sequence[Move]) -> dict[str, Any]:
    return {"from": [move.from_unit for move in moves], "to": [move.to_unit for move in moves]}
