"""Reads of live speech, and of who could hear it; `queries` is the door."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from loa.devices import queries as devices
from loa.devices.rules import OWN_DRIVER
from loa.dispatch import rules, targets
from loa.dispatch.models import Airing, AiringTarget
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa_protocol.messages import Outcome


def speeches(scope: Scope, permission: str) -> ScopedQuerySet[Airing]:
    """Return the live speech of units where a permission of a room above holds, latest first."""
    found: ScopedQuerySet[Airing] = Airing.objects.within(scope, permission)
    return found.filter(is_live=True).select_related("unit").order_by("-start_at", "-pk")


def speeches_of(airing_ids: Collection[uuid.UUID]) -> list[Airing]:
    """Return live speech by id, for the room that closes it."""
    found: ScopedQuerySet[Airing] = Airing.objects.unscoped("the clock closes what has ended")
    return list(found.filter(pk__in=list(airing_ids), is_live=True).select_related("unit").order_by("pk"))


def stopped_speeches(*, since: datetime) -> list[uuid.UUID]:
    """Return the live speech that began since then and was stopped."""
    found: ScopedQuerySet[Airing] = Airing.objects.unscoped("the clock closes what was stopped")
    stopped = found.filter(is_live=True, state=rules.State.STOPPED, start_at__gte=since)
    return list(stopped.order_by("pk").values_list("pk", flat=True))


def hearers(paths: Sequence[str]) -> int:
    """Return how many clusters below these units would sound live speech."""
    return len(listening(paths))


def listening(paths: Sequence[str]) -> set[uuid.UUID]:
    """Return the clusters below these units that sound live speech: those of other makers play none."""
    able = (targets.sounding(path).filter(driver=OWN_DRIVER) for path in paths)
    return {device for found in able for device in found.values_list("pk", flat=True)}


def ready(airing_id: uuid.UUID) -> tuple[int, int]:
    """Return for how many clusters an airing is meant, and how many have told anything of it; the caller may see it."""
    meant = AiringTarget.objects.unscoped("the caller checked the airing").filter(airing_id=airing_id)
    told = {row.device_id for row in devices.evidence_of([airing_id]) if row.outcome != Outcome.REFUSED}
    return meant.count(), meant.filter(device_id__in=told).count()
