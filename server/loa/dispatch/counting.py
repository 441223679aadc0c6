"""Counting what was heard, by airing and unit: made when an airing is over, and anew whenever evidence still comes."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from loa.devices import queries as devices
from loa.devices.queries import EvidenceRow
from loa.dispatch import day_counting, meanings, rules, verdicts
from loa.dispatch.models import Airing, AiringTarget, Tally, Told
from loa.dispatch.rules import State, Verdict

MARK = """
INSERT INTO dispatch_told (airing_id) SELECT DISTINCT airing_id FROM incoming WHERE airing_id IS NOT NULL
"""
"""What room devices runs with each batch of evidence."""

AT_ONCE = 40
LOOK_BACK = timedelta(days=31)
"""How far back each look goes for airings that are over and not counted; `refresh_all` goes to the beginning."""

_WHY = "figures; who reads them is asked then"
_MARKS_AT_ONCE = 5_000


def refresh(*, now: datetime) -> int:
    """Count airings that are over, and those of which more was told, some at a time; return how many."""
    return _refresh(now=now, since=now - LOOK_BACK)


def refresh_all(*, now: datetime) -> int:
    """Count every airing that is over and was never counted, however old; return how many. Run daily."""
    total = 0
    while count := _refresh(now=now, since=None):
        total += count
    return total


def count(airings: Sequence[Airing]) -> list[Tally]:
    """Return the count of each airing that is over, by unit, from the rows behind it."""
    names = [airing.pk for airing in airings]
    meant: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    targets = AiringTarget.objects.unscoped(_WHY).filter(airing_id__in=names)
    for airing, device in targets.values_list("airing_id", "device_id"):
        meant[airing].append(device)
    told: dict[uuid.UUID, dict[uuid.UUID, list[EvidenceRow]]] = defaultdict(dict)
    for row in devices.evidence_of(names):
        told[row.airing_id].setdefault(row.device_id, []).append(row)
    places = _places(airings, meant)
    return [
        tally
        for airing in airings
        for tally in _of_airing(airing, meant[airing.pk], told[airing.pk], places[_day(airing)])
    ]


def _refresh(*, now: datetime, since: datetime | None) -> int:
    marks = list(Told.objects.order_by("pk").values_list("pk", "airing_id")[:_MARKS_AT_ONCE])
    wanted = [*_due(now=now, since=since), *_again({airing for _, airing in marks})]
    with transaction.atomic():
        # one of two clocks at a time: the airings' rows stand for their counts
        locked = Airing.objects.unscoped(_WHY).filter(pk__in=[airing.pk for airing in wanted])
        airings = list(locked.select_for_update().order_by("pk"))
        former = Tally.objects.unscoped(_WHY).filter(airing__in=airings)
        touched = set(former.values_list("unit_id", "on"))
        former.delete()
        made = Tally.objects.bulk_create(count(airings), batch_size=5_000)
        day_counting.recount(touched | {(one.unit_id, one.on) for one in made})
        Told.objects.filter(pk__in=[pk for pk, _ in marks]).delete()
    return len(airings)


def _due(*, now: datetime, since: datetime | None) -> list[Airing]:
    over = Airing.objects.unscoped(_WHY).filter(end_at__lte=now - rules.EVIDENCE_GRACE)
    if since is not None:
        over = over.filter(start_at__gt=since)
    counted = Tally.objects.unscoped(_WHY).filter(airing=OuterRef("pk"))
    meant = AiringTarget.objects.unscoped(_WHY).filter(airing=OuterRef("pk"))
    new = over.exclude(state=State.CANCELLED).filter(~Exists(counted), Exists(meant))
    return list(new.order_by("start_at", "pk")[:AT_ONCE])


def _again(airing_ids: set[uuid.UUID]) -> list[Airing]:
    """Return those that were counted before; the others come when they are over."""
    counted = Tally.objects.unscoped(_WHY).filter(airing=OuterRef("pk"))
    return list(Airing.objects.unscoped(_WHY).filter(Exists(counted), pk__in=airing_ids))


def _places(airings: Sequence[Airing], meant: dict[uuid.UUID, list[uuid.UUID]]) -> dict[date, dict[uuid.UUID, int]]:
    """Return where the devices stood on the day of each airing."""
    of_day: dict[date, set[uuid.UUID]] = defaultdict(set)
    for airing in airings:
        of_day[_day(airing)].update(meant[airing.pk])
    return {day: dict(devices.stood(ids, on=day)) for day, ids in of_day.items()}


def _of_airing(
    airing: Airing,
    device_ids: Sequence[uuid.UUID],
    told: dict[uuid.UUID, list[EvidenceRow]],
    places: dict[uuid.UUID, int],
) -> list[Tally]:
    whole = {device: told.get(device, []) for device in device_ids}
    judgments = verdicts.judge(airing, whole, reachable=(), now=airing.end_at + rules.EVIDENCE_GRACE)
    became: dict[int, Counter[Verdict]] = defaultdict(Counter)
    reasons: dict[int, Counter[str]] = defaultdict(Counter)
    for device, judgment in judgments.items():
        unit = places.get(device, airing.unit_id)
        became[unit][judgment.verdict] += 1
        if code := meanings.code(judgment):
            reasons[unit][f"{judgment.verdict}:{code}"] += 1
    return [
        Tally(
            airing=airing,
            unit_id=unit,
            on=_day(airing),
            meant=counts.total(),
            heard=counts[Verdict.HEARD],
            said=counts[Verdict.SAID],
            partial=counts[Verdict.PARTIAL],
            silent=counts[Verdict.SILENT],
            refused=counts[Verdict.REFUSED],
            odd=counts[Verdict.ODD],
            untold=counts[Verdict.UNREACHABLE],
            heard_ms=counts[Verdict.HEARD] * airing.clip_duration_ms,
            reasons=dict(reasons[unit]),
        )
        for unit, counts in became.items()
    ]


def _day(airing: Airing) -> date:
    return airing.start_at.astimezone(rules.ZONE).date()
