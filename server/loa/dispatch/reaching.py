"""What was heard of several airings in several places at once: for who looks from above."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loa.devices import queries as devices
from loa.devices.queries import EvidenceRow
from loa.dispatch import verdicts
from loa.dispatch.models import Airing, AiringTarget
from loa.dispatch.rules import Verdict

_WHY = "the caller has the airing from a thing in its scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How an airing came through at a place: devices meant, heard, and not told of yet."""

    meant: int = 0
    heard: int = 0
    waiting: int = 0


def reached(places: Sequence[tuple[uuid.UUID, str]], *, now: datetime) -> dict[tuple[uuid.UUID, str], Reached]:
    """Return, for pairs of an airing and the path of a unit, what the devices below that unit made of it."""
    names = {airing for airing, _ in places}
    airings = {row.pk: row for row in Airing.objects.unscoped(_WHY).filter(pk__in=names)}
    meant: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    targets = AiringTarget.objects.unscoped(_WHY).filter(airing_id__in=names)
    for airing, device, path in targets.values_list("airing_id", "device_id", "area_path"):
        meant[airing].append((device, path))
    told: dict[uuid.UUID, dict[uuid.UUID, list[EvidenceRow]]] = defaultdict(dict)
    for row in devices.evidence_of(list(names)):
        told[row.airing_id].setdefault(row.device_id, []).append(row)
    judged = {name: _judged(airings[name], meant[name], told[name], now=now) for name in airings}
    return {(airing, path): _below(path, meant[airing], judged[airing]) for airing, path in places if airing in airings}


def _judged(
    airing: Airing,
    meant: Sequence[tuple[uuid.UUID, str]],
    told: dict[uuid.UUID, list[EvidenceRow]],
    *,
    now: datetime,
) -> dict[uuid.UUID, Verdict]:
    whole = {device: told.get(device, []) for device, _ in meant}
    judgments = verdicts.judge(airing, whole, reachable=whole.keys(), now=now)
    return {device: judgment.verdict for device, judgment in judgments.items()}


def _below(path: str, meant: Sequence[tuple[uuid.UUID, str]], judged: dict[uuid.UUID, Verdict]) -> Reached:
    here = [judged[device] for device, at in meant if at == path or at.startswith(f"{path}/")]
    return Reached(meant=len(here), heard=here.count(Verdict.HEARD), waiting=here.count(Verdict.WAITING))
