"""The day of a unit: which airings reach its devices, and what became of those that are shown."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from loa.devices import queries as devices
from loa.devices.queries import EvidenceRow
from loa.dispatch import rules, verdicts
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.rules import Verdict
from loa.kernel import permissions
from loa.kernel.errors import Denied, NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs.models import Unit
from loa_protocol import topics

VIEW = "dispatch.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class AiringSummary:
    """One line of a timeline, counting only devices below the unit that was asked about.

    `heard + missed + waiting == expected`: here `missed` is everything that is neither.
    """

    id: uuid.UUID
    title: str
    unit_name: str
    start_at: datetime
    duration: timedelta
    state: rules.State
    is_now: bool
    expected: int
    heard: int
    missed: int
    waiting: int


def beginning(scope: Scope, unit: Unit, *, day_start: datetime, day_end: datetime) -> ScopedQuerySet[Airing]:
    """Return the airings that start in the span and reach devices below a unit, from upper units as well, by start.

    Outside the scope `NotFound`, without grant `Denied`.
    """
    _check(scope, f"{unit.path}#{Airing.scope_channel}")
    why = "airings from above reach devices this scope may see; checked on the unit"
    there = AiringTarget.objects.unscoped(why).filter(area_path__within=unit.path, airing=OuterRef("pk"))
    below = Q(unit__path__within=unit.path)
    above = Q(unit__path__in=list(topics.ancestry(unit.path))[:-1])
    found: ScopedQuerySet[Airing] = Airing.objects.unscoped(why)
    reaching = found.filter(below | above, Exists(there), start_at__gte=day_start, start_at__lt=day_end)
    return reaching.select_related("unit").order_by("start_at", "pk")


def summaries(unit: Unit, airings: Iterable[Airing], *, now: datetime) -> list[AiringSummary]:
    """Return what became of airings on the devices below a unit, in their order; of a unit the caller checked.

    All their evidence is read: a province has a thousand airings a day, so ask for those that are shown.
    """
    known = {airing.pk: airing for airing in airings}
    meant = _meant(known, unit.path)
    told = evidence(list(known))
    return [_summary(airing, meant[pk], told, now=now) for pk, airing in known.items() if pk in meant]


def evidence(airing_ids: Sequence[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], list[EvidenceRow]]:
    """Return all evidence of these airings by airing and device."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[EvidenceRow]] = defaultdict(list)
    for row in devices.evidence_of(airing_ids):
        found[row.airing_id, row.device_id].append(row)
    return found


def _check(scope: Scope, path: str) -> None:
    if scope.can(VIEW, path):
        return
    if scope.sees(path):
        raise Denied(permission=permissions.sentence(VIEW), place=permissions.place_name(path), path=path)
    raise NotFound


def _meant(airings: Mapping[uuid.UUID, Airing], path: str) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return the devices below a unit that each airing is meant for; airings without any are left out."""
    targets = AiringTarget.objects.unscoped("the caller checked the unit")
    targets = targets.filter(area_path__within=path, airing_id__in=list(airings))
    meant: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for airing, device in targets.values_list("airing_id", "device_id"):
        meant[airing].append(device)
    return dict(meant)


def _summary(
    airing: Airing,
    device_ids: Sequence[uuid.UUID],
    told: Mapping[tuple[uuid.UUID, uuid.UUID], Sequence[EvidenceRow]],
    *,
    now: datetime,
) -> AiringSummary:
    of_device = {device: told.get((airing.pk, device), ()) for device in device_ids}
    judgments = verdicts.judge(airing, of_device, reachable=of_device.keys(), now=now)
    counts = Counter(judgment.verdict for judgment in judgments.values())
    return AiringSummary(
        id=airing.pk,
        title=airing.title,
        unit_name=airing.unit.name,
        start_at=airing.start_at,
        duration=timedelta(milliseconds=airing.clip_duration_ms),
        state=rules.State(airing.state),
        is_now=airing.is_now,
        expected=len(device_ids),
        heard=counts[Verdict.HEARD],
        missed=len(device_ids) - counts[Verdict.HEARD] - counts[Verdict.WAITING],
        waiting=counts[Verdict.WAITING],
    )
