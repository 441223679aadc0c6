"""Reads of groups of devices: a device that was shut out, or moved away from the group's unit, is no longer in it."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from loa.devices.models import Group, Member
from loa.devices.rules import State
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope, is_within
from loa.kernel.scoped import ScopedQuerySet
from loa_protocol import topics

VIEW = "devices.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """A group as a form offers it: its devices that stand where they may be chosen."""

    id: uuid.UUID
    name: str
    device_ids: Sequence[uuid.UUID]


def visible(scope: Scope) -> ScopedQuerySet[Group]:
    """Return the groups this scope may see, by unit and name."""
    found: ScopedQuerySet[Group] = Group.objects.within(scope, VIEW)
    return found.select_related("unit").order_by("unit__path", "name", "pk")


def get(scope: Scope, group_id: uuid.UUID) -> Group:
    """Return one group; `NotFound` when it is absent or outside the scope."""
    found: Group | None = visible(scope).filter(pk=group_id).first()
    if found is None:
        raise NotFound
    return found


def members(groups: Sequence[Group]) -> Mapping[uuid.UUID, Sequence[uuid.UUID]]:
    """Return the devices of groups that may be seen, each loaded with its unit."""
    unit_of = {group.pk: group.unit.path for group in groups}
    rows = Member.objects.filter(group__in=unit_of).exclude(device__state=State.REVOKED)
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for group, device, path in rows.order_by("device_id").values_list("group_id", "device_id", "device__unit__path"):
        if is_within(path, unit_of[group]):
            found[group].append(device)
    return found


def offered(scope: Scope, unit_path: str) -> Sequence[GroupFacts]:
    """Return the groups with devices at or below a unit, also groups of the units above it, as far as they are seen."""
    near = Q(unit__path__startswith=f"{unit_path}/") | Q(unit__path__in=list(topics.ancestry(unit_path)))
    groups = list(visible(scope).filter(near))
    within = _below(unit_path)
    held = {group: [one for one in devices if one in within] for group, devices in members(groups).items()}
    return [
        GroupFacts(id=group.pk, name=group.name, device_ids=held[group.pk]) for group in groups if held.get(group.pk)
    ]


def _below(unit_path: str) -> set[uuid.UUID]:
    enrolled = Member.objects.filter(device__unit__path__within=unit_path, device__state=State.ENROLLED)
    return set(enrolled.values_list("device_id", flat=True))
