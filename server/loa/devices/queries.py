"""Every read of this room."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, Q

from loa.devices import groups, keys, reminders, silences, stations
from loa.devices.groups import GroupFacts as GroupFacts  # noqa: PLC0414 - others enter by this door
from loa.devices.models import BridgeStatus, Device, Outbound, PlayEvent, Posting, Refusal
from loa.devices.rules import OWN_DRIVER, State
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa_protocol import limits
from loa_protocol.messages import Outcome

_STOOD = """
WITH last AS (
    SELECT DISTINCT ON (unit_id) unit_id, path, during FROM orgs_unit_version
     WHERE unit_id = ANY(%(units)s) AND (lower_inf(during) OR lower(during) <= %(day)s)
     ORDER BY unit_id, lower(during) DESC NULLS LAST
)
SELECT last.unit_id, array_agg(DISTINCT device.id)
  FROM last
  JOIN orgs_unit_version AS below ON (below.path = last.path OR starts_with(below.path, last.path || '/'))
                                 AND below.during && last.during
  JOIN devices_posting AS posting ON posting.unit_id = below.unit_id AND posting.during @> %(day)s::date
  JOIN devices_device AS device ON device.id = posting.device_id AND device.state = 'enrolled'
 GROUP BY last.unit_id
"""
groups_offered = groups.offered
stations_below = stations.below
hand_plays = stations.noted
faults_told = reminders.told
silences_over = silences.over_each

BRIDGE_SILENT_AFTER = timedelta(seconds=15)
DISPUTED_BY = 3
"""So many devices at least that tell another time raise a doubt about this system's clock, if they are most."""

_AHEAD_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What other rooms show of a device."""

    id: uuid.UUID
    name: str
    unit_id: int
    unit_name: str
    unit_path: str
    latitude: float | None
    longitude: float | None
    connected: bool
    seen_at: datetime | None
    driver: str = OWN_DRIVER


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One piece of evidence about an airing, as the device told it and the server committed it.

    Only `received_at` is the server's own word. `clock_offset_ms` is the device's clock minus the server's.
    """

    id: uuid.UUID
    device_id: uuid.UUID
    airing_id: uuid.UUID
    seq: int
    outcome: str
    reason: str
    clip: str | None
    started_at: datetime | None
    ended_at: datetime | None
    lateness_ms: int | None
    level_dbfs: float | None
    volume_pct: int | None
    clock_offset_ms: int | None
    at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeHealth:
    """Whether messages go out and evidence comes in. `waiting_for` is the age of the oldest message not yet sent.

    `clocks_ahead` and `clocks_behind` are how many devices in contact trust their clock no more, being so far off.
    """

    signing_ok: bool
    signing_problem: str
    alive: bool
    seen_at: datetime | None
    waiting: int
    waiting_for: timedelta
    unwritten: int
    connected: int
    enrolled: int
    clocks_ahead: int = 0
    clocks_behind: int = 0

    @property
    def clock_disputed(self) -> bool:
        """Tell whether most devices in contact agree that it is this system's clock that is wrong."""
        most = max(self.clocks_ahead, self.clocks_behind)
        return most >= DISPUTED_BY and 2 * most > self.connected

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.signing_ok and self.alive and self.waiting_for < BRIDGE_SILENT_AFTER


def visible(scope: Scope) -> ScopedQuerySet[Device]:
    """Return the devices this scope may see, by unit and name, each with its unit."""
    return Device.objects.within(scope, "devices.view").select_related("unit").order_by("unit__path", "name", "pk")  # type: ignore[no-any-return]  # the manager is built at run time


def get(scope: Scope, device_id: uuid.UUID) -> Device:
    """Return one device with its unit; `NotFound` when it is absent or outside the scope."""
    device: Device | None = visible(scope).filter(pk=device_id).first()
    if device is None:
        raise NotFound
    return device


def enrolled_below(unit_path: str) -> list[uuid.UUID]:
    """Return the enrolled devices at and below a unit."""
    found = Device.objects.unscoped("targets of an airing, whose right the caller checked").filter(
        unit__path__within=unit_path, state=State.ENROLLED
    )
    return list(found.order_by("pk").values_list("pk", flat=True))


def stood(device_ids: Collection[uuid.UUID], *, on: date) -> Mapping[uuid.UUID, int]:
    """Return the unit in which each device stood on a day, by its id."""
    found = Posting.objects.unscoped("where plays are counted; who reads is asked there")
    postings = found.filter(device_id__in=list(device_ids), during__contains=on)
    return dict(postings.values_list("device_id", "unit_id"))


def stood_below(unit_ids: Sequence[int], *, before: date) -> Mapping[int, Sequence[uuid.UUID]]:
    """Return the enrolled devices that stood at or below each of these units on the day before, as the tree was then.

    For a unit that closes that is what it had, wherever its devices have gone by now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STOOD, {"units": list(unit_ids), "day": before - timedelta(days=1)})
        return dict(cursor.fetchall())


def device_facts(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, DeviceFacts]:
    """Return facts of devices whose ids the caller was allowed to know."""
    found = Device.objects.unscoped("facts beside an airing the caller may see").filter(pk__in=list(ids))
    columns = (
        "pk",
        "name",
        "unit_id",
        "unit__name",
        "unit__path",
        "latitude",
        "longitude",
        "connected",
        "seen_at",
        "driver",
    )
    names = tuple(DeviceFacts.__dataclass_fields__)
    return {row[0]: DeviceFacts(**dict(zip(names, row, strict=True))) for row in found.values_list(*columns)}


def evidence_of(airing_ids: Sequence[uuid.UUID]) -> list[EvidenceRow]:
    """Return all evidence about these airings, in order of event time."""
    rows = PlayEvent.objects.filter(airing_id__in=list(airing_ids)).order_by("at", "id")
    names = tuple(EvidenceRow.__dataclass_fields__)
    return [EvidenceRow(**dict(zip(names, values, strict=True))) for values in rows.values_list(*names)]


def latest_evidence(scope: Scope, device: Device, *, limit: int = 50) -> list[PlayEvent]:
    """Return what one device last reported, newest first; `NotFound` outside the scope."""
    get(scope, device.pk)
    return list(PlayEvent.objects.filter(device_id=device.pk).order_by("-id")[:limit])


def last_sound(device: Device) -> PlayEvent | None:
    """Return the last evidence of a device, which the caller may see, that it played anything."""
    sounding = PlayEvent.objects.filter(device_id=device.pk, outcome__in=(Outcome.PLAYED, Outcome.PARTIAL))
    return sounding.order_by("-id").first()


def refusals(scope: Scope, device: Device, *, limit: int = 50) -> list[Refusal]:
    """Return messages of one device that the server did not take, newest first; `NotFound` outside the scope."""
    get(scope, device.pk)
    return list(Refusal.objects.filter(device_id=device.pk).order_by("-pk")[:limit])


def events_count() -> int:
    """Return how many pieces of evidence are committed. Counts every row."""
    return PlayEvent.objects.count()


def health(now: datetime) -> BridgeHealth:
    """Return how the bridge does, as it says itself. While none speaks, this process looks at the keys."""
    alive = BridgeStatus.objects.filter(seen_at__gt=now - BRIDGE_SILENT_AFTER, seen_at__lt=now + _AHEAD_MOST)
    statuses = list(alive)
    latest = BridgeStatus.objects.order_by("-seen_at", "pk").first()
    told = next((status.signing_problem for status in statuses if status.signing_problem), "")
    problem = told if statuses else _signing_problem(now)
    waiting = Outbound.objects.filter(published_at=None, expires_at__gt=now).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    fleet = Device.objects.unscoped("figures without names for the operator").filter(state=State.ENROLLED)
    here, off_ms = Q(connected=True), limits.CLOCK_UNTRUSTED_MS
    figures = fleet.aggregate(
        enrolled=Count("pk"),
        ahead=Count("pk", filter=here & Q(clock_offset_ms__gt=off_ms)),
        behind=Count("pk", filter=here & Q(clock_offset_ms__lt=-off_ms)),
        connected=Count("pk", filter=here),  # last: from here on the name means this count
    )
    return BridgeHealth(
        signing_ok=not problem,
        signing_problem=problem,
        alive=bool(statuses),
        seen_at=None if latest is None else latest.seen_at,
        waiting=waiting["count"],
        waiting_for=max(timedelta(), now - waiting["oldest"]) if waiting["oldest"] else timedelta(),
        unwritten=sum(status.unwritten for status in statuses),
        connected=figures["connected"],
        enrolled=figures["enrolled"],
        clocks_ahead=figures["ahead"],
        clocks_behind=figures["behind"],
    )


def _signing_problem(now: datetime) -> str:
    try:
        keys.load_signer(now=now)
    except keys.NoSigningKey as missing:
        return str(missing.facts["problem"])
    return ""
