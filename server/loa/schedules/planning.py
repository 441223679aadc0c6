"""What a version of an entry must fulfil, and holding its rows: shared by the commands that write programmes."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from loa.bulletins import queries as bulletins
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import Kind, line
from loa.dispatch.refusals import TooLate
from loa.kernel.scope import Scope, is_within
from loa.media import queries as media
from loa.schedules import bounds, checks, entry_nights, hours, programme, sources
from loa.schedules import rules as slots
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.refusals import (
    DaysUnfit,
    HoldsTooLate,
    LongerThanFrame,
    NothingToPlay,
    RuleUnfit,
    StationsUnfit,
)
from loa.schedules.relay_refusals import NoAnswers
from loa.schedules.rules import entries as rules
from loa.schedules.rules import recurrence
from loa.schedules.rules.entries import EntryKind, EntryState
from loa.schedules.rules.hours import Breach, Broken, Timed
from loa.schedules.wishes import Wish

_WHY = "the command checked the right"


def today(now: datetime) -> date:
    """Return the local day."""
    return now.astimezone(slots.ZONE).date()


def hold(entry_id: uuid.UUID) -> Entry:
    """Return the row as it stands now with its unit, locked until the transaction ends."""
    entries = Entry.objects.unscoped(_WHY).select_for_update(of=("self",))
    held: Entry = entries.select_related("unit").get(pk=entry_id)
    return held


def open_version(entry: Entry) -> EntryVersion | None:
    """Return the version that is written or waits, locked; None when none is. The entry is held."""
    found = EntryVersion.objects.unscoped(_WHY).select_for_update(of=("self",))
    version: EntryVersion | None = (
        found.filter(entry=entry, state__in=[EntryState.DRAFT, EntryState.SUBMITTED])
        .select_related("entry__unit", "bulletin__unit", "bulletin__current", "clip")
        .first()
    )
    return version


def next_number(entry: Entry) -> int:
    """Return the number of the version to come."""
    last = EntryVersion.objects.unscoped(_WHY).filter(entry=entry).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def look_again(entry_ids: Collection[uuid.UUID]) -> None:
    """Let the clock settle the occurrences of these entries anew."""
    Entry.objects.unscoped(_WHY).filter(pk__in=list(entry_ids)).update(planned_until=None, asks=F("asks") + 1)


def playing(bulletin_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the entries that play a bulletin, or might as it has answers, by an approved version."""
    might = Q(kind=EntryKind.ANSWERS, entry__unit__in=bulletins.units_with(bulletin_id, kind=Kind.ANSWER))
    found = EntryVersion.objects.unscoped("a fact about the bulletin").filter(
        Q(bulletin_id=bulletin_id) | might, entry__ended_on=None, state=EntryState.APPROVED
    )
    return list(found.order_by("entry_id").values_list("entry_id", flat=True).distinct())


def fill(scope: Scope, version: EntryVersion, wish: Wish, *, now: datetime) -> None:
    """Put what somebody wishes into a version that is not stored yet, or still a draft."""
    unit = version.entry.unit
    version.kind, version.at = wish.kind.value, wish.at
    version.frame_min = int(wish.frame / timedelta(minutes=1))
    version.title = line(wish.title)[: rules.ENTRY_TITLE_LONGEST]
    version.bulletin, version.clip, version.source = None, None, None
    if wish.kind is EntryKind.RELAY:
        there = (one for one in sources.for_unit(unit.path) if one.pk == wish.source_id)
        version.source = next(there, None)
        if version.source is None:
            raise NothingToPlay
        version.title = version.title or version.source.name[: rules.ENTRY_TITLE_LONGEST]
    elif wish.kind is EntryKind.ANSWERS:
        version.title = version.title or _("Answers to citizens")
    elif wish.kind is EntryKind.BULLETIN:
        if wish.bulletin_id is None:
            raise NothingToPlay
        version.bulletin = bulletins.get(scope, wish.bulletin_id)
        checks.bulletin(version.bulletin, unit)
        version.title = version.title or version.bulletin.title[: rules.ENTRY_TITLE_LONGEST]
    else:
        tune = next((one for one in media.tunes_for(unit.path) if one.clip_id == wish.clip_id), None)
        if tune is None:
            raise NothingToPlay
        version.clip = tune.clip
        version.title = version.title or tune.name[: rules.ENTRY_TITLE_LONGEST]
    if wish.stations is not None and not all(is_within(one.path, unit.path) for one in wish.stations):
        raise StationsUnfit
    version.station_ids = None if not wish.stations else sorted(one.pk for one in wish.stations)
    version.device_ids = None if wish.device_ids is None else checks.devices_below(wish.device_ids, unit)
    _days(version, wish, now=now)
    version.state = EntryState.DRAFT
    version.written_by, version.written_by_name = scope.actor.id, scope.actor.name
    version.written_at = now


def not_past(version: EntryVersion, *, now: datetime) -> None:
    """Raise `HoldsTooLate` when the day from which a version should hold has passed."""
    if version.from_on < today(now):
        raise HoldsTooLate
    if version.number == 1 and not version.rule and version.start_on < today(now):
        raise TooLate


def inside(bulletin: Bulletin, version: EntryVersion) -> None:
    """Raise `OutsideBulletin` when the bulletin's leader does not answer for the unit of the entry."""
    checks.bulletin(bulletin, version.entry.unit)


def fits(version: EntryVersion) -> None:
    """Raise `LongerThanFrame` when the sound does not fit into its frame; answers may still be to come."""
    try:
        length = timedelta(milliseconds=programme.content(version).duration_ms)
    except NoAnswers:
        return
    frame = timedelta(minutes=version.frame_min)
    if length > frame:
        raise LongerThanFrame(length=_told(length), frame=_told(frame))


def breaking(version: EntryVersion, *, now: datetime) -> list[Breach]:
    """Return which hour rules beside the quiet hours a version breaks soon, or on days it moves, nothing twice."""
    found = _broken(version, entry_nights.timed(version, now=now), now=now)
    return [breach for breach in found if breach.rule is not Broken.QUIET]


def breaking_on(version: EntryVersion, coming: Mapping[date, datetime], *, now: datetime) -> dict[date, list[Breach]]:
    """Return which hour rules, quiet hours among them, days of a version break, by the day whose they are."""
    frame = timedelta(minutes=version.frame_min)
    day_of = {entry_nights.occurrence_key(version.entry_id, day): day for day in coming}
    items = [Timed(key=key, start_at=coming[day], end_at=coming[day] + frame) for key, day in day_of.items()]
    found: dict[date, list[Breach]] = {}
    for breach in _broken(version, items, now=now):
        found.setdefault(day_of[breach.key], []).append(breach)
    return found


def _broken(version: EntryVersion, items: Sequence[Timed], *, now: datetime) -> list[Breach]:
    found = (breach for unit in programme.stations(version) for breach in hours.broken(unit, items, now=now))
    return list(dict.fromkeys(found))


def may_override(scope: Scope, version: EntryVersion) -> bool:
    """Tell whether the scope may set hour rules aside wherever a version sounds."""
    return all(hours.may_override(scope, unit) for unit in programme.stations(version))


def demand_hours(
    scope: Scope, version: EntryVersion, *, wakes: int | None, override: str, decides: bool, now: datetime
) -> None:
    """Raise `QuietHours` when a version wakes more clusters than `wakes`, `HoursBroken` for what other rules forbid.

    Those may be broken for a reason, as `hours.demand` has it. With `decides` what was agreed to is put on record, and
    the version keeps what the rules said that were set aside: they, and no others, are set aside on each of its days;
    and at what times of day it may wake how many.
    """
    if decides:
        version.overridden = sorted({breach.law for breach in breaking(version, now=now)})
        waking = entry_nights.ahead(version, now=now)
        version.wakes, version.wakes_at = (None, None) if waking is None else (wakes, waking.times)
    items, chosen = entry_nights.timed(version, now=now), programme.clusters(version)
    entry_nights.demand(version, items, wakes=wakes)
    for unit in programme.stations(version):
        hours.demand(
            scope,
            unit,
            items,
            override=override,
            wakes=wakes,
            device_ids=chosen,
            decides=decides,
            source=version.audit_name,
            now=now,
        )


def _days(version: EntryVersion, wish: Wish, *, now: datetime) -> None:
    bounds.wish(wish, today=today(now))
    begins = wish.from_on or max(wish.start_on, today(now))
    if not today(now) <= begins <= today(now) + timedelta(days=rules.WAITS_DAYS_MOST):
        raise HoldsTooLate
    version.start_on, version.from_on = wish.start_on, begins
    try:
        rule = recurrence.parse(wish.rule) if wish.rule.strip() else None
        version.rule = "" if rule is None else recurrence.text(rule)
        version.last_on = rules.last_day(rule, wish.start_on)
    except recurrence.BadRule as bad:
        raise RuleUnfit(part=bad.part) from bad
    if len(wish.left_out) + len(wish.extra) + len(wish.moves) > rules.DAYS_MOST:
        raise DaysUnfit
    version.left_out, version.extra = sorted(set(wish.left_out)), sorted(set(wish.extra))
    version.skips_holidays = wish.skips_holidays
    version.moves = []
    for day, at in sorted(wish.moves.items()):
        own = rules.occurrences(programme.timing(version), from_on=day, until_on=day + timedelta(days=1))
        if day not in own or abs(at - own[day]) > rules.MOVED_MOST:
            raise DaysUnfit
    version.moves = [[day.isoformat(), at.isoformat()] for day, at in sorted(wish.moves.items())]
    bounds.heard(version)


def _told(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"
