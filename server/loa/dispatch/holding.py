"""What the clusters of a unit hold: those with the same airings together, as their plans have them."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from loa.devices import queries as devices
from loa.devices.models import Silence
from loa.devices.queries import DeviceFacts
from loa.dispatch import ceilings, plans, rules, targets
from loa.dispatch.models import Airing, AiringTarget
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa_protocol.plan import Ceiling, PlannedAiring

_Alike = tuple[frozenset[uuid.UUID], tuple[Ceiling, ...], Silence | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Clusters with the same airings in a span, these airings as a plan has them, and how loud they may be.

    `titles` says what each airing is called, `excused` what asked for those that may break rules, both by id.
    `silence` holds for them now: they play alerts alone.
    """

    devices: Sequence[DeviceFacts]
    airings: Sequence[PlannedAiring]
    titles: Mapping[str, str]
    excused: Mapping[str, str]
    ceilings: Sequence[Ceiling]
    silence: Silence | None


def held(scope: Scope, unit: Unit, *, start_at: datetime, end_at: datetime) -> list[Held]:
    """Return what the clusters at and below a unit hold that may sound in a span, the largest group first.

    Those in one group do the same in every minute of it: same airings, same ceilings, silent by the same word or not.

    Only clusters this scope sees. What is not in their hands yet but will be with the next plans is in it.
    """
    below = list(targets.sounding(unit.path).filter(pk__in=devices.visible(scope).values("pk")))
    rows = Airing.objects.unscoped("what reaches clusters this scope sees").filter(
        state__in=rules.STANDING, start_at__lt=end_at, end_at__gt=start_at
    )
    airings = {row.pk: row for row in rows}
    meant = AiringTarget.objects.unscoped("as above").filter(
        airing_id__in=list(airings), device_id__in=[device.pk for device in below]
    )
    of: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for airing, device in meant.values_list("airing_id", "device_id"):
        of[device].add(airing)
    names = [device.pk for device in below]
    limits, silent = ceilings.of_devices(names), devices.silences_over(names)
    groups: dict[_Alike, list[uuid.UUID]] = defaultdict(list)
    for name in names:
        groups[frozenset(of[name]), tuple(limits.get(name, ())), silent.get(name)].append(name)
    facts = devices.device_facts(names)
    found = [
        Held(
            devices=sorted((facts[member] for member in members), key=lambda one: (one.unit_path, one.name, one.id)),
            airings=sorted((plans.planned(airings[name]) for name in names), key=lambda one: (one.start_at, one.id)),
            titles={str(name): airings[name].title for name in names},
            excused={str(name): airings[name].source for name in names if airings[name].exception},
            ceilings=limited,
            silence=silence,
        )
        for (names, limited, silence), members in groups.items()
    ]
    return sorted(found, key=lambda group: (-len(group.devices), group.devices[0].unit_path, group.devices[0].name))


def sounding_below(unit_path: str) -> list[uuid.UUID]:
    """Return the enrolled devices at and below a unit that can be heard, by id. The caller has checked the right."""
    return list(targets.sounding(unit_path).values_list("pk", flat=True))


def meant(airing_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the devices an airing is meant for; the caller has the airing from a row of its own."""
    found = AiringTarget.objects.unscoped("of an airing that the caller asked for").filter(airing_id=airing_id)
    return set(found.values_list("device_id", flat=True))


def changed(scope: Scope, unit: Unit, *, since: datetime, until: datetime) -> list[Airing]:
    """Return what came onto or left the plan of a unit's own airings since a moment and begins before another.

    In order of start. What was taken off before it was to begin is cancelled; the others are new.
    """
    airings = Airing.objects.within(scope, "dispatch.view").filter(
        Q(created_at__gte=since, state__in=rules.STANDING)
        | Q(stopped_at__gte=since, created_at__lt=since, state=rules.State.CANCELLED),
        unit__path__within=unit.path,
        start_at__gte=since,
        start_at__lt=until,
    )
    return list(airings.select_related("unit").order_by("start_at", "pk")[:300])
