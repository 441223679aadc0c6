"""Sources of relays and entries that pass them on, for tests of this room and of those above."""

from datetime import timedelta

from loa.dispatch.models import Airing
from loa.kernel import clock
from loa.media.streams.fetching import Kind
from loa.schedules import commands, entry_nights, tasks
from loa.schedules.rules.entries import EntryKind
from loa.schedules.rules.slots import ZONE
from loa.schedules.tests.programme_making import NOW, approved, make_entry, written

HOST = "radio.example.vn"


class NoWords:
    """What an entry without a bulletin has in its place."""

    pk = None


def proposed(world, *, scope=None, unit=None, now=NOW, **about):
    said = {
        "name": "VOV1",
        "kind": Kind.HTTP,
        "address": f"https://{HOST}/vov1",
        "responsible": "Đài Tiếng nói Việt Nam",
        "agreement": "Thỏa thuận tiếp sóng số 12/TT-VOV",
    }
    return commands.propose_source(scope or world.officer, unit or world.commune, **(said | about), now=now)


def in_force(world, *, now=NOW, **about):
    return commands.put_source_in_force(world.leader, proposed(world, now=now, **about), now=now)


def relayed(source, **about):
    """Return what an entry says that passes a source on for half an hour."""
    return {"kind": EntryKind.RELAY, "source_id": source.pk, "title": "", "frame": timedelta(minutes=30)} | about


def make_relay(world, source, *, now=NOW, **about):
    """Write an entry that passes a source on each day at five, have it approved and put on the plan."""
    return make_entry(world, NoWords(), now=now, **relayed(source, **about))


def first_relay():
    return Airing.objects.unscoped("test").select_related("unit").order_by("start_at").first()


def soon(world, source, *, seconds=3):
    """Put a relay of a minute on the plan that begins in a moment by the real clock, also at night.

    It was asked for and approved ten minutes ago: what is about to air is not changed any more.
    """
    at = (clock.now() + timedelta(seconds=seconds)).astimezone(ZONE).replace(microsecond=0)
    past = clock.now() - timedelta(minutes=10)
    said = relayed(source, at=at.time(), start_on=at.date(), rule="", frame=timedelta(minutes=1))
    version = written(world, NoWords(), now=past, **said)
    waking = entry_nights.ahead(version, now=past)
    approved(world, version, now=past, wakes=None if waking is None else waking.count, confirmed=True)
    tasks.unroll(now=past)
    return first_relay()
