"""Putting devices together in named groups."""

import uuid
from collections.abc import Collection
from datetime import datetime

from loa.devices import refusals, rules, silences
from loa.devices.models import Group, Member
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit


@command("devices.group")
def make_group(scope: Scope, unit: Unit, /, *, name: str, device_ids: Collection[uuid.UUID], now: datetime) -> Group:
    """Put devices at and below a unit together under a name. Raises `BadGroup`, and `NotBelow` for a foreign one."""
    chosen = _chosen(unit, device_ids)
    group: Group = Group.objects.create(unit=unit, name=_name(name), made_at=now)
    _fill(group, chosen)
    return group


@command("devices.group")
def change_group(scope: Scope, group: Group, /, *, name: str, device_ids: Collection[uuid.UUID]) -> None:
    """Give a group another name and other devices; what was chosen by it before stays as it was chosen."""
    chosen = _chosen(group.unit, device_ids)
    Group.objects.unscoped("the command checked the right").filter(pk=group.pk).update(name=_name(name))
    Member.objects.filter(group=group).exclude(device_id__in=chosen).delete()
    _fill(group, chosen)


@command("devices.group")
def drop_group(scope: Scope, group: Group, /) -> None:
    """Let go of a group; its devices stay."""
    note(group=str(group.pk), name=group.name)
    Group.objects.unscoped("the command checked the right").filter(pk=group.pk).delete()


def _fill(group: Group, device_ids: Collection[uuid.UUID]) -> None:
    rows = [Member(group=group, device_id=device) for device in sorted(device_ids)]
    Member.objects.bulk_create(rows, ignore_conflicts=True)
    note(group=str(group.pk), name=group.name, devices=len(rows))


def _chosen(unit: Unit, device_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    chosen = set(device_ids)
    if not 1 <= len(chosen) <= rules.SILENCE_NAMES_MOST:
        raise refusals.BadGroup(most=rules.SILENCE_NAMES_MOST)
    if silences.covered(unit.path, sorted(chosen)).count() != len(chosen):
        raise refusals.NotBelow
    return chosen


def _name(name: str) -> str:
    words = text.line(name)
    if not words or len(words) > rules.NAME_LONGEST:
        raise refusals.BadGroup(most=rules.SILENCE_NAMES_MOST)
    return words
