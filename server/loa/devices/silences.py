"""Reads of silences: which hold, whom they cover, who has confirmed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: parameters of a statement

from django.db import connection
from django.db.models import Q

from loa.devices import rules
from loa.devices.models import Device, Silence
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import topics

_ANSWERS = """
SELECT device.id, device.name, unit.name, unit.path, device.connected, device.seen_at,
       device.told_muted AND device.reported_config = COALESCE(device.config, ''),
       (SELECT min(event.received_at) FROM devices_event AS event
         WHERE event.airing_id = %(silence)s AND event.device_id = device.id AND event.outcome = 'received'
           AND event.reason = %(word)s), device.cannot_stop
  FROM devices_device AS device JOIN orgs_unit AS unit ON unit.id = device.unit_id
 WHERE device.state = 'enrolled'
   AND CASE WHEN %(named)s::uuid[] IS NULL THEN unit.path = %(path)s OR starts_with(unit.path, %(path)s || '/')
            ELSE device.id = ANY(%(named)s::uuid[]) END
 ORDER BY unit.path, device.name, device.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one device stands to a silence. `is_told` says that it follows a configuration that mutes it."""

    device_id: uuid.UUID
    name: str
    unit_name: str
    unit_path: str
    connected: bool
    seen_at: datetime | None
    is_told: bool
    confirmed_at: datetime | None
    cannot: bool = False

    @property
    def standing(self) -> str:
        """Return `confirmed`, `waiting` while it is on line, or `away`: then it obeys when it returns.

        `cannot` is a device of another maker that plays on, whatever it is told.
        """
        if self.cannot:
            return "cannot"
        if self.confirmed_at is not None or self.is_told:
            return "confirmed"
        return "waiting" if self.connected else "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Who has confirmed a silence, or that it ended. `last_after` is the time to the last verified receipt."""

    answers: Sequence[Answer]
    confirmed: int
    waiting: int
    away: int
    cannot: int
    last_after: timedelta | None


def visible(scope: Scope) -> ScopedQuerySet[Silence]:
    """Return the silences said for units this scope may see, newest first."""
    found = Silence.objects.within(scope, "devices.view").select_related("unit", "said_from")
    return found.order_by("-began_at", "-pk")  # type: ignore[no-any-return]  # the manager is built at run time


def holding(scope: Scope) -> ScopedQuerySet[Silence]:
    """Return those that hold, newest first."""
    return visible(scope).filter(stops=True, lifted_at=None)


def get(scope: Scope, silence_id: uuid.UUID) -> Silence:
    """Return one silence; `NotFound` when it is absent or outside the scope."""
    found: Silence | None = visible(scope).filter(pk=silence_id).first()
    if found is None:
        raise NotFound
    return found


def over(device: Device) -> list[Silence]:
    """Return the silences that hold for a device the caller may see, also those said from above."""
    above = list(topics.ancestry(device.unit.path))
    held = Silence.objects.unscoped("why a device that may be seen is silent").filter(stops=True, lifted_at=None)
    mine = held.filter(Q(device_ids__contains=[device.pk]) | Q(device_ids=None, unit__path__in=above))
    return list(mine.select_related("unit", "said_from").order_by("-began_at", "-pk"))


def over_each(device_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Silence]:
    """Return the newest silence that holds for each of these devices, which the caller may see; others are left out."""
    held = Silence.objects.unscoped("why devices that may be seen are silent").filter(stops=True, lifted_at=None)
    rows = list(held.select_related("unit").order_by("-began_at", "-pk"))
    if not rows:
        return {}
    places = Device.objects.unscoped("as above").filter(pk__in=list(device_ids)).values_list("pk", "unit__path")
    found: dict[uuid.UUID, Silence] = {}
    for device, path in places:
        above = set(topics.ancestry(path))
        mine = (row for row in rows if (row.unit.path in above if row.device_ids is None else device in row.device_ids))
        silence = next(mine, None)
        if silence is not None:
            found[device] = silence
    return found


def covered(unit_path: str, device_ids: Sequence[uuid.UUID] | None) -> ScopedQuerySet[Device]:
    """Return the devices below a unit that are not shut out, or those of them that are named."""
    found: ScopedQuerySet[Device] = (
        Device.objects.unscoped("who is silenced; the command asks for the right")
        .filter(orgs.stands_inside(unit_path, "unit_id"))
        .exclude(state=rules.State.REVOKED)
    )
    return found if device_ids is None else found.filter(pk__in=list(device_ids))


def reached(unit: Unit, device_ids: Sequence[uuid.UUID] | None) -> list[tuple[str, str]]:
    """Return the units a silence reaches, each as level and path: of the devices it names, wherever they stand."""
    if device_ids is None:
        return [(unit.level, unit.path)]
    named = Device.objects.unscoped("how far a silence reaches").filter(pk__in=list(device_ids))
    return list(named.values_list("unit__level", "unit__path"))


def progress(silence: Silence) -> Progress:
    """Return how the devices of a silence stand to it; after it was lifted, how they stand to that."""
    word = "lift" if silence.lifted_at else "stop" if silence.stops else "drill"
    since = silence.lifted_at or silence.began_at
    parameters: dict[str, Any] = {
        "silence": silence.pk,
        "word": word,
        "named": silence.device_ids,
        "path": silence.unit.path,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, parameters)
        rows = cursor.fetchall()
    is_order = silence.is_open
    answers = [
        Answer(
            device_id=pk,
            name=name,
            unit_name=unit_name,
            unit_path=path,
            connected=connected,
            seen_at=seen_at,
            is_told=is_order and is_told,
            confirmed_at=confirmed_at,
            cannot=cannot and word != "lift",
        )
        for pk, name, unit_name, path, connected, seen_at, is_told, confirmed_at, cannot in rows
    ]
    standings = [answer.standing for answer in answers]
    last = max((answer.confirmed_at for answer in answers if answer.confirmed_at is not None), default=None)
    return Progress(
        answers=answers,
        confirmed=standings.count("confirmed"),
        waiting=standings.count("waiting"),
        away=standings.count("away"),
        cannot=standings.count("cannot"),
        last_after=None if last is None else last - since,
    )


def among(ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return which of these ids, as evidence names them, are silences and not airings."""
    found = Silence.objects.unscoped("names beside evidence the caller may see").filter(pk__in=list(ids))
    return frozenset(found.values_list("pk", flat=True))
