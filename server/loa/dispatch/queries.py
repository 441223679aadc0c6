"""Every read of airings, and what was heard of them."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa.devices import queries as devices
from loa.devices import rules as device_rules
from loa.devices.queries import DeviceFacts
from loa.dispatch import rules, timeline, verdicts
from loa.dispatch.ceilings import lowest_ceiling as lowest_ceiling  # noqa: PLC0414 - others enter by this door
from loa.dispatch.ceilings_seen import ceilings_to_end as ceilings_to_end  # noqa: PLC0414 - as above
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.ordinary import Planned as Planned  # noqa: PLC0414 - as above
from loa.dispatch.ordinary import ordinary as ordinary  # noqa: PLC0414 - as above
from loa.dispatch.reaching import Reached as Reached  # noqa: PLC0414 - as above
from loa.dispatch.reaching import reached as reached  # noqa: PLC0414 - as above
from loa.dispatch.rules import Verdict
from loa.dispatch.timeline import AiringSummary as AiringSummary  # noqa: PLC0414 - as above
from loa.dispatch.timeline import beginning as beginning  # noqa: PLC0414 - as above
from loa.dispatch.timeline import summaries as summaries  # noqa: PLC0414 - as above
from loa.dispatch.verdicts import Judgment
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet

VIEW = "dispatch.view"


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

    @property
    def is_unverified(self) -> bool:
        """Tell whether it is the word of a device that checks no signatures and seals nothing."""
        return self.device is not None and self.device.driver != device_rules.OWN_DRIVER


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

    @property
    def heard_unverified(self) -> int:
        """Return how many of those that were heard told it by an unverified channel."""
        return sum(row.verdict is Verdict.HEARD and row.is_unverified for row in self.rows)


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
    evidence = timeline.evidence([airing_id])
    told = {device: evidence.get((airing_id, device), ()) for device in device_ids}
    judgments = verdicts.judge(airing, told, reachable={pk for pk, fact in facts.items() if fact.connected}, now=now)
    rows = [_row(airing, device, facts.get(device), judgment, now=now) for device, judgment in judgments.items()]
    return _outcome(airing, sorted(rows, key=_exceptions_first))


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
