"""Entries of a programme, as an officer writes them and a leader approves them."""

from datetime import date, datetime, time, timedelta

from loa.bulletins import commands as writing
from loa.bulletins.tests.making import HEARD, NOW, make_bulletin, make_clip
from loa.schedules import commands, programme, tasks
from loa.schedules.models import Entry, Occurrence
from loa.schedules.rules.entries import EntryKind
from loa.schedules.rules.slots import ZONE
from loa.schedules.wishes import Wish

TODAY = date(2026, 11, 23)
"""The local day of NOW: a Monday, ten in the morning."""


def local(text, *, on=TODAY):
    return datetime.combine(on, time.fromisoformat(text), tzinfo=ZONE)


def make_words(world, *, now=NOW, duration_ms=4_000, facts=None, title="Lịch cấp nước", unit=None):
    """Write a bulletin and have it approved."""
    clip = make_clip(unit or world.commune, duration_ms=duration_ms, content=title.encode())
    bulletin = make_bulletin(world, now=now, clip=clip, facts=facts, title=title)
    writing.submit(world.officer, bulletin, now=now)
    writing.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)
    return bulletin


def wish(bulletin, **about):
    """Return a daily entry at five in the afternoon from today on."""
    said = {
        "kind": EntryKind.BULLETIN,
        "title": "Thời sự xã",
        "bulletin_id": bulletin.pk,
        "at": time(17, 0),
        "frame": timedelta(minutes=15),
        "rule": "FREQ=DAILY",
        "start_on": TODAY,
    }
    return Wish(**said | about)


def written(world, bulletin, *, now=NOW, unit=None, scope=None, **about):
    return commands.write(scope or world.officer, unit or world.commune, wish=wish(bulletin, **about), now=now)


def handed_in(world, version, *, now=NOW, confirmed=False, override=""):
    sha256 = programme.agreed(programme.versions(version.entry)[0])
    return commands.submit(
        world.officer, version.entry, sha256=sha256, confirmed=confirmed, override=override, now=now
    )  # fmt: skip


def approved(world, version, *, now=NOW, wakes=None, confirmed=False, override=""):
    """Hand a draft in and approve it; `override` is why hour rules may be broken, in the words of both."""
    there = handed_in(world, version, now=now, confirmed=confirmed, override=override)
    return commands.approve_entry(
        world.leader, there.entry, number=there.number, sha256=there.sha256, wakes=wakes, override=override, now=now
    )


def make_entry(world, bulletin=None, *, now=NOW, override="", **about):
    """Write an entry, have it approved and put on the plan."""
    version = written(world, bulletin or make_words(world, now=now), now=now, **about)
    approved(world, version, now=now, override=override)
    tasks.unroll(now=now)
    return Entry.objects.unscoped("test").select_related("unit").get(pk=version.entry_id)


def changed(world, entry, bulletin, *, now=NOW, override="", **about):
    """Change an entry from today on, have the change approved and put on the plan."""
    version = commands.rewrite(world.officer, entry, wish=wish(bulletin, **about), now=now)
    approved(world, version, now=now, override=override)
    tasks.unroll(now=now)
    return version


def held_back(entry):
    """Return which days of an entry are held back, and the code of why."""
    found = Occurrence.objects.unscoped("test").filter(entry=entry, state="held").order_by("start_at")
    return [(f"{one.start_at.astimezone(ZONE):%d/%m %H:%M}", one.reason) for one in found]


def unrolled(*, now=NOW):
    """Let the clock come to all entries, in turns of a second as it does."""
    while tasks.unroll(now=now):
        pass


def on_plan(entry):
    """Return when an entry is on the plan, in local time."""
    found = Occurrence.objects.unscoped("test").filter(entry=entry, state="planned").select_related("airing")
    return [f"{one.airing.start_at.astimezone(ZONE):%d/%m %H:%M}" for one in found.order_by("start_at")]
