"""Fixing which devices an airing is meant for, in bulk and inside the database."""

import uuid
from collections.abc import Sequence

from django.db import connection

from loa.devices import queries as devices
from loa.devices.models import Device
from loa.devices.rules import Kind, State
from loa.dispatch.models import Airing
from loa.kernel import scope as scopes
from loa.kernel.errors import NotFound
from loa.kernel.scoped import ScopedQuerySet

SOUNDING = (Kind.LOUDSPEAKER, Kind.GATEWAY)
"""Kinds of device that can be heard."""


def sounding(unit_path: str) -> ScopedQuerySet[Device]:
    """Return the enrolled devices at and below a unit that can be heard, by id. The caller has checked the right."""
    below = devices.visible(scopes.system("dispatch")).filter(unit__path__within=unit_path)
    return below.filter(state=State.ENROLLED, kind__in=SOUNDING).order_by("pk")


def fix(airing: Airing, *, unit_path: str, device_ids: Sequence[uuid.UUID] | None) -> int:
    """Store the devices of an airing, all below the unit or those named, each once; return how many.

    `NotFound` when one that was named does not stand enrolled below the unit.
    """
    chosen = sounding(unit_path)
    if device_ids is not None:
        chosen = chosen.filter(pk__in=device_ids)
    sql, parameters = chosen.values_list("pk", "unit__path").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatch_target (airing_id, device_id, area_path)"  # noqa: S608 - a query set's own SQL, bound
            f" SELECT %s::uuid, chosen.device_id, chosen.area_path FROM ({sql}) AS chosen (device_id, area_path)",
            [airing.pk, *parameters],
        )
        count: int = cursor.rowcount
    if device_ids is not None and count != len(device_ids):
        raise NotFound
    return count


def fit(airing: Airing, *, unit_path: str, device_ids: Sequence[uuid.UUID] | None) -> tuple[int, list[uuid.UUID]]:
    """Let an airing be meant for the devices that stand below the unit by now, or for those of them that are named.

    Return how many it is meant for, and those that came or went. The others stay as they are.
    """
    chosen = sounding(unit_path)
    if device_ids is not None:
        chosen = chosen.filter(pk__in=device_ids)
    sql, parameters = chosen.order_by().values_list("pk", "unit__path").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dispatch_target AS target WHERE airing_id = %s"  # noqa: S608 - a query set's own SQL, bound
            f" AND NOT EXISTS (SELECT FROM ({sql}) AS chosen (device_id, area_path)"
            " WHERE chosen.device_id = target.device_id) RETURNING target.device_id",
            [airing.pk, *parameters],
        )
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO dispatch_target (airing_id, device_id, area_path)"  # noqa: S608 - as above
            f" SELECT %s::uuid, chosen.device_id, chosen.area_path FROM ({sql}) AS chosen (device_id, area_path)"
            " ON CONFLICT DO NOTHING RETURNING device_id",
            [airing.pk, *parameters],
        )
        changed += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM dispatch_target WHERE airing_id = %s", [airing.pk])
        row = cursor.fetchone()
    return int(row[0]), changed
