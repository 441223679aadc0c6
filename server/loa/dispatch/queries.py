"""Every read of airings, and what was heard of them."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from loa.devices import queries as devices
from loa.devices.queries import DeviceFacts, EvidenceRow
from loa.dispatch import rules, verdicts
from loa.dispatch.ceilings import lowest_ceiling as lowest_ceiling  # noqa: PLC0414 - others enter by this door
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.ordinary import Planned as Planned  # noqa: PLC0414 - as above
from loa.dispatch.ordinary import ordinary as ordinary  # noqa: PLC0414 - as above
from loa.dispatch.reaching import Reached as Reached  # noqa: PLC0414 - as above
from loa.dispatch.reaching import reached as reached  # noqa: PLC0414 - as above
from loa.dispatch.rules import Verdict
from loa.dispatch.verdicts import Judgment
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What became of an airing on one device. `device` is None when the registry no longer knows it."""

    device_id: uuid.UUID
    device: DeviceFacts | None
    verdict: Verdict
    why: str
    level_dbfs: float | None
    lateness_ms: int | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AiringOutcome:
    """An airing with what every device made of it, unheard ones first; the nine counts add up to `expected`.

    `first_sound_ms` and `last_sound_ms` count from when it was asked for if it was for now, else from its start.
    `skew_ms_p99` is how far behind the first device 99 of 100 began. All three are None before a sound.
    """

    airing: Airing
    expected: int
    heard: int
    said: int
    partial: int
    silent: int
    missed: int
    refused: int
    odd: int
    unreachable: int
    waiting: int
    first_sound_ms: int | None
    last_sound_ms: int | None
    skew_ms_p99: int | None
    rows: Sequence[OutcomeRow]


def visible(scope: Scope) -> ScopedQuerySet[Airing]:
    """Return the airings of units this scope may see, latest start first."""
    airings: ScopedQuerySet[Airing] = Airing.objects.within(scope, VIEW)
    return airings.select_related("unit").order_by("-start_at", "-pk")


def get(scope: Scope, airing_id: uuid.UUID) -> Airing:
    """Return one airing of a unit this scope may see; `NotFound` otherwise."""
    found = visible(scope).filter(pk=airing_id).first()
    if found is None:
        raise NotFound
    return found


def on_air(scope: Scope, *, now: datetime) -> ScopedQuerySet[Airing]:
    """Return what may be sounding at this moment."""
    return visible(scope).filter(state__in=rules.STANDING, start_at__lte=now, end_at__gt=now)


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
    evidence = _evidence(list(known))
    return [_summary(airing, meant[pk], evidence, now=now) for pk, airing in known.items() if pk in meant]


def outcome(scope: Scope, airing_id: uuid.UUID, *, now: datetime) -> AiringOutcome:
    """Return what every device in reach of the scope made of an airing; `NotFound` when none is in reach."""
    found = Airing.objects.unscoped("an airing from above is seen by those whose devices it reaches; checked below")
    airing: Airing | None = found.filter(pk=airing_id).select_related("unit").first()
    if airing is None:
        raise NotFound
    meant = AiringTarget.objects.within(scope, VIEW).filter(airing_id=airing_id).values_list("device_id", flat=True)
    device_ids = list(meant.order_by("device_id"))
    if not device_ids and not scope.can(VIEW, airing.scope_path):
        raise NotFound
    facts = devices.device_facts(device_ids)
    evidence = _evidence([airing_id])
    told = {device: evidence.get((airing_id, device), ()) for device in device_ids}
    judgments = verdicts.judge(airing, told, reachable={pk for pk, fact in facts.items() if fact.connected}, now=now)
    rows = [_row(airing, device, facts.get(device), judgment, now=now) for device, judgment in judgments.items()]
    return _outcome(airing, sorted(rows, key=_exceptions_first))


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


def _evidence(airing_ids: Sequence[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], list[EvidenceRow]]:
    """Return all evidence of these airings by airing and device."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[EvidenceRow]] = defaultdict(list)
    for row in devices.evidence_of(airing_ids):
        found[row.airing_id, row.device_id].append(row)
    return found


def _summary(
    airing: Airing,
    device_ids: Sequence[uuid.UUID],
    evidence: Mapping[tuple[uuid.UUID, uuid.UUID], Sequence[EvidenceRow]],
    *,
    now: datetime,
) -> AiringSummary:
    told = {device: evidence.get((airing.pk, device), ()) for device in device_ids}
    judgments = verdicts.judge(airing, told, reachable=told.keys(), now=now)
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


def _row(
    airing: Airing, device_id: uuid.UUID, facts: DeviceFacts | None, judgment: Judgment, *, now: datetime
) -> OutcomeRow:
    best = judgment.evidence
    return OutcomeRow(
        device_id=device_id,
        device=facts,
        verdict=judgment.verdict,
        why=verdicts.why(airing, judgment, device=facts, now=now),
        level_dbfs=None if best is None else best.level_dbfs,
        lateness_ms=None if best is None else best.lateness_ms,
        started_at=None if best is None else best.started_at,
        ended_at=None if best is None else best.ended_at,
    )


def _outcome(airing: Airing, rows: Sequence[OutcomeRow]) -> AiringOutcome:
    counts = Counter(row.verdict for row in rows)
    origin = airing.created_at if airing.is_now else airing.start_at
    sounds = [
        (row.started_at - origin) / timedelta(milliseconds=1)
        for row in rows
        if row.started_at is not None and row.verdict in {Verdict.HEARD, Verdict.PARTIAL}
    ]
    first = min(sounds, default=None)
    return AiringOutcome(
        airing=airing,
        expected=len(rows),
        heard=counts[Verdict.HEARD],
        said=counts[Verdict.SAID],
        partial=counts[Verdict.PARTIAL],
        silent=counts[Verdict.SILENT],
        missed=counts[Verdict.MISSED],
        refused=counts[Verdict.REFUSED],
        odd=counts[Verdict.ODD],
        unreachable=counts[Verdict.UNREACHABLE],
        waiting=counts[Verdict.WAITING],
        first_sound_ms=None if first is None else round(first),
        last_sound_ms=None if first is None else round(max(sounds)),
        skew_ms_p99=None if first is None else round(rules.percentile([at - first for at in sounds], share=0.99)),
        rows=rows,
    )


_URGENCY = (
    Verdict.ODD, Verdict.REFUSED, Verdict.SILENT, Verdict.MISSED,
    Verdict.UNREACHABLE, Verdict.PARTIAL, Verdict.SAID, Verdict.WAITING, Verdict.HEARD,
)  # fmt: skip


def _exceptions_first(row: OutcomeRow) -> tuple[int, str, str, uuid.UUID]:
    place, name = ("", "") if row.device is None else (row.device.unit_path, row.device.name)
    return _URGENCY.index(row.verdict), place, name, row.device_id
