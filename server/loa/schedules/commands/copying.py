"""Letting a week come again: what was heard in it is heard in another one too."""

from datetime import date, datetime, timedelta

from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.schedules import planning, programme
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.refusals import DaysUnfit, HoldsTooLate
from loa.schedules.rules.entries import DAYS_MOST, WAITS_DAYS_MOST, EntryState

_WEEK = timedelta(days=7)


@command("schedules.request", channel=Entry.scope_channel)
def copy_week(scope: Scope, unit: Unit, /, *, first: date, to_first: date, now: datetime) -> list[EntryVersion]:
    """Write drafts in which a unit's own entries come on the same days of another week as in the week from `first` on.

    What comes there anyway is left alone, as are entries of which a version is open already. Each draft goes its way by
    a second person. `HoldsTooLate` for a week that has begun or lies beyond a year, `DaysUnfit` for the same week.
    """
    today = planning.today(now)
    if not today <= to_first <= today + timedelta(days=WAITS_DAYS_MOST):
        raise HoldsTooLate
    ahead = to_first - first
    if not ahead or ahead.days % 7:
        raise DaysUnfit
    entries = list(
        Entry.objects.unscoped("the command checked the right")
        .select_for_update(of=("self",))
        .filter(unit=unit, ended_on=None)
        .select_related("unit")
        .order_by("pk")
    )
    drafts = []
    for entry, held in zip(entries, programme.approved_of(entries).values(), strict=True):
        there = programme.wanted(held, from_on=to_first, until_on=to_first + _WEEK)
        here = programme.wanted(held, from_on=first, until_on=first + _WEEK)
        days = sorted({day + ahead for day in here} - there.keys())
        if days and planning.open_version(entry) is None:
            drafts.append(_copied(scope, entry, held[0], days, from_on=to_first, now=now))
    EntryVersion.objects.bulk_create(drafts)
    note(first=first, to_first=to_first, drafts=len(drafts))
    return drafts


def _copied(
    scope: Scope, entry: Entry, version: EntryVersion, days: list[date], *, from_on: date, now: datetime
) -> EntryVersion:
    """Return a draft that says what a version says, and comes on some days more."""
    draft = EntryVersion(entry=entry, number=planning.next_number(entry), state=EntryState.DRAFT)
    for name in (
        "kind", "title", "bulletin_id", "clip_id", "source_id", "station_ids", "device_ids", "at", "frame_min", "rule",
        "start_on", "last_on", "left_out", "moves", "skips_holidays",
    ):  # fmt: skip
        setattr(draft, name, getattr(version, name))
    draft.extra = sorted({*version.extra, *days})
    draft.left_out = sorted(set(version.left_out) - set(days))
    if len(draft.extra) + len(draft.left_out) + len(draft.moves) > DAYS_MOST:
        raise DaysUnfit
    draft.from_on = from_on
    draft.written_by, draft.written_by_name, draft.written_at = scope.actor.id, scope.actor.name, now
    return draft
