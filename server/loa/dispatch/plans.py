"""Plans for devices: which airings each holds for the coming days, shared by all with the same ones."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from loa.devices import commands as devices
from loa.dispatch import ceilings, rules, targets
from loa.dispatch.models import Airing, AiringTarget, Pending
from loa.kernel import scope as scopes
from loa.media import store
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import plan
from loa_protocol.plan import LateRule, Priority, ResumeRule

_SCOPE = scopes.system("dispatch")

_GROUPS = """
SELECT airings, array_agg(device_id)
  FROM (SELECT target.device_id, array_agg(airing.id ORDER BY airing.start_at, airing.id) AS airings
          FROM dispatch_target AS target
          JOIN dispatch_airing AS airing ON airing.id = target.airing_id
         WHERE airing.state IN ('planned', 'released') AND NOT airing.is_live
           AND airing.start_at < %(end)s AND airing.end_at > %(start)s
           AND target.device_id = ANY(%(devices)s)
         GROUP BY target.device_id) AS held
 GROUP BY airings
"""


def planned(airing: Airing) -> plan.PlannedAiring:
    """Return an airing as devices know it."""
    clip = plan.Clip(sha256=airing.clip_sha256, size_bytes=airing.clip_size_bytes, duration_ms=airing.clip_duration_ms)
    return plan.PlannedAiring(
        id=str(airing.pk),
        start_at=airing.start_at,
        end_at=airing.end_at,
        clips=(clip,),
        priority=Priority(airing.priority),
        late_rule=LateRule(airing.late_rule),
        late_tolerance_ms=airing.late_tolerance_ms,
        resume_rule=ResumeRule(airing.resume_rule),
        volume_pct=airing.volume_pct,
        fade_in_ms=airing.fade_in_ms,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Plans that lie in the store and are not assigned yet, with the marks they answer and the airings they carry."""

    marks: Sequence[int]
    airings: Sequence[uuid.UUID]
    plan_of: Mapping[uuid.UUID, str]


def refresh(*, now: datetime) -> int:
    """Make the plans of all devices marked since the last time and assign them; return how many devices changed."""
    prepared = prepare(now=now)
    return 0 if prepared is None else assign(prepared, now=now)


def prepare(*, now: datetime) -> Prepared | None:
    """Make and store the plans of all marked devices; None when none is marked. Writes files, never the database."""
    marks = list(Pending.objects.order_by("pk").values_list("pk", "airing_id", "device_id"))
    if not marks:
        return None
    groups = _groups(_devices_of(marks), now=now)
    return Prepared(
        marks=[number for number, _, _ in marks],
        airings=sorted({airing for airings in groups for airing in airings}),
        plan_of=_store(groups, now=now),
    )


def assign(prepared: Prepared, *, now: datetime) -> int:
    """Hand prepared plans out, and count their airings as released; return how many devices changed.

    The marks that were answered go in the same transaction: a crash before leaves them, and one set meanwhile stays.
    When another process answered some of them first, its plans are younger and nothing is assigned here.
    """
    with transaction.atomic():
        asked = Pending.objects.select_for_update().filter(pk__in=prepared.marks).order_by("pk")
        if len(asked.values_list("pk", flat=True)) != len(prepared.marks):
            return 0
        changed = sum(devices.assign_plans(_SCOPE, unit, plan_of=prepared.plan_of, now=now) for unit in _roots())
        planned_ones = Airing.objects.unscoped("plan loop").filter(pk__in=prepared.airings, state=rules.State.PLANNED)
        planned_ones.update(state=rules.State.RELEASED, released_at=now)
        Pending.objects.filter(pk__in=prepared.marks).delete()
    return changed


def mark(device_ids: Sequence[uuid.UUID]) -> None:
    """Mark devices whose plans must be made anew."""
    Pending.objects.bulk_create([Pending(device_id=device) for device in device_ids], batch_size=5_000)


def mark_all_dirty(now: datetime) -> int:  # noqa: ARG001 - the clock loop passes the moment to all its chores
    """Mark every device that can be heard, as when a new day moves the window of plans; return how many."""
    everyone = [device for unit in _roots() for device in targets.sounding(unit.path).values_list("pk", flat=True)]
    mark(everyone)
    return len(everyone)


def _devices_of(marks: Sequence[tuple[int, uuid.UUID | None, uuid.UUID | None]]) -> list[uuid.UUID]:
    alone = {device for _, _, device in marks if device is not None}
    airings = {airing for _, airing, _ in marks if airing is not None}
    meant = AiringTarget.objects.unscoped("plan loop").filter(airing_id__in=airings).values_list("device_id", flat=True)
    return sorted(alone.union(meant.distinct()))


def _groups(marked: Sequence[uuid.UUID], *, now: datetime) -> dict[tuple[uuid.UUID, ...], list[uuid.UUID]]:
    """Return the devices that hold the same airings, by these airings."""
    start, end = rules.plan_window(now)
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"start": start, "end": end, "devices": list(marked)})
        groups = {tuple(airings): members for airings, members in cursor.fetchall()}
    busy = {device for members in groups.values() for device in members}
    if idle := [device for device in marked if device not in busy]:
        groups[()] = idle
    return groups


def _store(groups: Mapping[tuple[uuid.UUID, ...], Sequence[uuid.UUID]], *, now: datetime) -> dict[uuid.UUID, str]:
    """Write one plan for each group into the media store; return each device's digest."""
    start, end = rules.plan_window(now)
    carried = {airing for airings in groups for airing in airings}
    ready = {row.pk: planned(row) for row in Airing.objects.unscoped("plan loop").filter(pk__in=carried)}
    limits = ceilings.of_devices([device for members in groups.values() for device in members])
    plan_of: dict[uuid.UUID, str] = {}
    for airings, members in groups.items():
        alike: dict[Sequence[plan.Ceiling], list[uuid.UUID]] = {}
        for device in members:
            alike.setdefault(limits.get(device, ()), []).append(device)
        for limited, those in alike.items():
            held = plan.Plan(
                start_at=start, end_at=end, airings=[ready[airing] for airing in airings], ceilings=limited
            )
            plan_of.update(dict.fromkeys(those, store.put(plan.encode(held))))
    return plan_of


def _roots() -> list[Unit]:
    return list(orgs.units(_SCOPE).filter(parent=None))
