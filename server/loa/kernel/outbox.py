"""Delivery of events: at once after the commit, and by a sweep for whatever a crash left behind."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from loa.kernel import clock, events
from loa.kernel.models import OutboxEntry

logger = logging.getLogger(__name__)

CLAIM = timedelta(seconds=30)
"""How long one process may work on an entry before another takes it over."""

BACKOFF_MAX_S = 300

_OLDER = OutboxEntry.objects.filter(key=OuterRef("key"), pk__lt=OuterRef("pk"), delivered_at=None)


def write(event: events.Event) -> None:
    """Store an event with the present transaction and deliver it right after the commit."""
    entry = OutboxEntry.objects.create(name=event.name, key=event.key, body=events.to_json(event))
    transaction.on_commit(lambda: _deliver_from(entry.pk, event.key, now=clock.now()), robust=True)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Deliver what waits unclaimed, oldest first; return how many were delivered.

    Only the oldest entry of each key is looked at, so that one key which fails holds up no other.
    """
    heads = OutboxEntry.objects.filter(_free(now), delivered_at=None).exclude(Exists(_OLDER)).order_by("pk")
    return sum(_deliver_from(pk, key, now=now) for pk, key in list(heads.values_list("pk", "key")[:limit]))


def deliver(pk: int, *, now: datetime) -> bool:
    """Deliver one entry unless it is another's, done, or behind an older one of its key."""
    mine = OutboxEntry.objects.filter(_free(now), pk=pk, delivered_at=None).exclude(Exists(_OLDER))
    if mine.update(claimed_until=now + CLAIM) != 1:
        return False
    entry = OutboxEntry.objects.get(pk=pk)
    try:
        for listener in events.listeners_of(entry.name):
            listener(events.read(entry.name, entry.body))
    except Exception as failure:  # a listener's bug must not lose the event: it waits and is tried again
        logger.exception("event not delivered", extra={"event": entry.name, "entry": pk})
        wait = min(BACKOFF_MAX_S, 2 ** min(entry.attempts, 16))
        OutboxEntry.objects.filter(pk=pk).update(
            attempts=min(entry.attempts + 1, 1000),
            claimed_until=now + timedelta(seconds=wait),
            last_error=type(failure).__name__,
        )
        return False
    OutboxEntry.objects.filter(pk=pk).update(delivered_at=now, claimed_until=None)
    return True


def _deliver_from(pk: int, key: str, *, now: datetime) -> int:
    """Deliver an entry and those of its key that waited behind it; return how many."""
    done = 0
    following: int | None = pk
    while following is not None and deliver(following, now=now):
        done += 1
        behind = OutboxEntry.objects.filter(key=key, pk__gt=following, delivered_at=None).order_by("pk")
        following = behind.values_list("pk", flat=True).first()
    return done


def purge(*, before: datetime) -> int:
    """Forget entries delivered before this time; return how many."""
    return OutboxEntry.objects.filter(delivered_at__lt=before).delete()[0]


def _free(now: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=now)
