"""Reading the programme: which version holds on which day, what comes when, and what a second person agrees to."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from loa.bulletins import queries as bulletins
from loa.dispatch import holding
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.schedules import playing
from loa.schedules.models import Entry, EntryVersion, Occurrence
from loa.schedules.playing import MUTE as MUTE  # noqa: PLC0414 - others enter by this door
from loa.schedules.playing import content as content  # noqa: PLC0414 - as above
from loa.schedules.playing import words_of as words_of  # noqa: PLC0414 - as above
from loa.schedules.rules import entries as rules
from loa.schedules.rules.entries import EntryKind, EntryState, Timing
from loa.schedules.rules.slots import ZONE

VIEW = "schedules.view"
PREVIEW_DAYS = 7
NEXT_SHOWN, NEXT_WITHIN = 6, timedelta(days=400)
_FAR_AHEAD = (62, 400, 400, 400, 400)
"""In which steps to look for the first day of what comes seldom; 29 February may be four years away."""
_WHY = "of an entry whose right was checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One occurrence as it should be."""

    day: date
    version: EntryVersion
    start_at: datetime


def visible(scope: Scope) -> ScopedQuerySet[Entry]:
    """Return the entries this scope may see, each with its unit, by unit and age."""
    found: ScopedQuerySet[Entry] = Entry.objects.within(scope, VIEW)
    return found.select_related("unit").order_by("unit__path", "pk")


def get(scope: Scope, entry_id: uuid.UUID) -> Entry:
    """Return one entry; `NotFound` when it is absent or outside the scope."""
    found = visible(scope).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def waiting_for(scope: Scope) -> ScopedQuerySet[EntryVersion]:
    """Return the versions that wait for this person's approval, the longest waiting first; never one's own."""
    found: ScopedQuerySet[EntryVersion] = EntryVersion.objects.within(scope, "bulletins.approve")
    waiting = found.filter(state=EntryState.SUBMITTED).exclude(submitted_by=scope.actor.id)
    return waiting.exclude(written_by=scope.actor.id).select_related("entry__unit").order_by("submitted_at", "pk")


def versions(entry: Entry) -> list[EntryVersion]:
    """Return all versions of an entry in scope, the newest first."""
    found = EntryVersion.objects.unscoped(_WHY).filter(entry=entry)
    whole = found.select_related("entry__unit", "bulletin__current", "clip", "source__fallback", "decided_by")
    return list(whole.order_by("-number"))


def approved_of(entries: Iterable[Entry]) -> dict[uuid.UUID, list[EntryVersion]]:
    """Return the approved versions of each entry, the newest first."""
    of: dict[uuid.UUID, list[EntryVersion]] = {entry.pk: [] for entry in entries}
    found = EntryVersion.objects.unscoped(_WHY).filter(entry__in=of, state=EntryState.APPROVED)
    for version in found.select_related("entry__unit", "bulletin__current", "clip", "source").order_by("-number"):
        of[version.entry_id].append(version)
    return of


def timing(version: EntryVersion) -> Timing:
    """Return when a version comes, as the rules know it."""
    return Timing(
        at=version.at,
        frame=timedelta(minutes=version.frame_min),
        rule=rules.rule_of(version.rule),
        start_on=version.start_on,
        last_on=version.last_on,
        left_out=frozenset(version.left_out),
        extra=frozenset(version.extra),
        moves={date.fromisoformat(day): datetime.fromisoformat(at) for day, at in version.moves},
        skips_holidays=version.skips_holidays,
    )


def coming(version: EntryVersion, *, from_on: date, until_on: date) -> dict[date, datetime]:
    """Return what one version brings in a span, as if it held throughout; loaded with its entry's unit."""
    off = bulletins.holidays_at(version.entry.unit.path, from_on=from_on, until_on=until_on)
    found = rules.occurrences(timing(version), from_on=from_on, until_on=until_on, holidays=off)
    end = version.entry.ended_on
    return found if end is None else {day: at for day, at in found.items() if at.astimezone(ZONE).date() < end}


def coming_soon(version: EntryVersion, *, now: datetime) -> dict[date, datetime]:
    """Return what is still to come of a version in its first week, or in the week from today on when it holds.

    One that comes seldom is looked at in the week in which it first comes: nobody agrees to what they cannot see.
    """
    from_on = max(version.from_on, now.astimezone(ZONE).date())
    return {day: at for day, at in first_week(version, from_on=from_on).items() if at > now}


def first_week(version: EntryVersion, *, from_on: date) -> dict[date, datetime]:
    """Return what comes of a version in seven days: from a day on, or else from the first on which it comes."""
    begin = from_on
    for days in (PREVIEW_DAYS, *_FAR_AHEAD):
        until = begin + timedelta(days=days)
        if found := coming(version, from_on=begin, until_on=until):
            first = begin if days == PREVIEW_DAYS else min(found.values()).astimezone(ZONE).date()
            return coming(version, from_on=first, until_on=first + timedelta(days=PREVIEW_DAYS))
        begin = until
    return {}


def next_times(version: EntryVersion, *, now: datetime) -> list[datetime]:
    """Return the next few times at which a version comes, as if it held throughout: for who has to judge its rule."""
    from_on = max(version.from_on, now.astimezone(ZONE).date())
    found = coming(version, from_on=from_on, until_on=from_on + NEXT_WITHIN)
    return sorted(at for at in found.values() if at > now)[:NEXT_SHOWN]


def moves_ahead(version: EntryVersion, *, now: datetime) -> list[tuple[date, datetime]]:
    """Return the single days that a version moves and that are still to come, each with where it is moved to."""
    return sorted((day, at) for day, at in timing(version).moves.items() if at > now)


def wanted(held: Sequence[EntryVersion], *, from_on: date, until_on: date) -> dict[date, Wanted]:
    """Return what should come in a span, by the days whose occurrences they are.

    `held` are the approved versions of one entry, the newest first: on each day the newest holds that has begun to.
    """
    found: dict[date, Wanted] = {}
    until = until_on
    for version in held:
        begin = max(from_on, version.from_on)
        if begin < until:
            for day, at in coming(version, from_on=begin, until_on=until).items():
                found.setdefault(day, Wanted(day=day, version=version, start_at=at))
            until = begin
    return dict(sorted(found.items()))


def stations(version: EntryVersion) -> list[Unit]:
    """Return the units on whose clusters a version plays; loaded with its entry's unit."""
    if version.station_ids is None:
        return [version.entry.unit]
    return list(orgs.units_by_id(version.station_ids))


def clusters(version: EntryVersion) -> list[uuid.UUID] | None:
    """Return the clusters on which a version plays; None for all of its unit. One that was shut out is left out."""
    if version.device_ids is not None:
        return sorted(set(version.device_ids) & set(holding.sounding_below(version.entry.unit.path)))
    if version.station_ids is None:
        return None
    return sorted({device for unit in stations(version) for device in holding.sounding_below(unit.path)})


def all_clusters(version: EntryVersion) -> list[uuid.UUID]:
    """Return every cluster on which a version plays today."""
    chosen = clusters(version)
    return holding.sounding_below(version.entry.unit.path) if chosen is None else chosen


def agreed(version: EntryVersion) -> str:
    """Return the digest of all a second person agrees to: what, where, when, and the days of the first week."""
    days = first_week(version, from_on=version.from_on)
    return rules.sha256(
        rules.Agreed(
            unit_path=version.entry.unit.path,
            kind=version.kind,
            title=version.title,
            content=playing.named(version),
            stations=sorted(unit.code for unit in stations(version)),
            devices=sorted(str(device) for device in version.device_ids or ()),
            at=version.at.isoformat(),
            frame_min=version.frame_min,
            rule=version.rule,
            start_on=version.start_on.isoformat(),
            left_out=sorted(day.isoformat() for day in version.left_out),
            extra=sorted(day.isoformat() for day in version.extra),
            moves=[(day, at) for day, at in version.moves],
            skips_holidays=version.skips_holidays,
            late_rule=rules.late_rule(EntryKind(version.kind)).value,
            from_on=version.from_on.isoformat(),
            first_days=[rules.moment(at) for at in days.values()],
        )
    )


def standing(entry: Entry, *, from_at: datetime) -> dict[date, Occurrence]:
    """Return the occurrences of an entry that begin at a moment or later, by their day, with their airings."""
    found = Occurrence.objects.unscoped(_WHY).filter(entry=entry, start_at__gte=from_at)
    return {one.day: one for one in found.select_related("airing__unit", "version").order_by("day")}


def standing_of(entries: Collection[Entry], *, from_at: datetime) -> dict[uuid.UUID, dict[date, Occurrence]]:
    """Return the same of several entries, by entry; each version with its unit."""
    found = Occurrence.objects.unscoped(_WHY).filter(entry__in=[entry.pk for entry in entries], start_at__gte=from_at)
    of: dict[uuid.UUID, dict[date, Occurrence]] = {entry.pk: {} for entry in entries}
    for one in found.select_related("airing__unit", "version__entry__unit").order_by("day"):
        of[one.entry_id][one.day] = one
    return of


def of_bulletin(bulletin_id: uuid.UUID, *, now: datetime) -> list[Occurrence]:
    """Return the occurrences of a bulletin that are on the plan or on the air, with their entries."""
    read_out = Q(version__kind=EntryKind.ANSWERS, airing__clip_sha256__in=bulletins.sounds_of(bulletin_id))
    found = Occurrence.objects.unscoped("a fact about the bulletin").filter(
        Q(version__bulletin_id=bulletin_id) | read_out,
        state=rules.OccurrenceState.PLANNED,
        airing__end_at__gt=now,
    )
    return list(found.select_related("entry__unit").order_by("start_at", "pk"))


def is_meant_for(airing_id: uuid.UUID, device_ids: Sequence[uuid.UUID]) -> bool:
    """Tell whether an airing is meant for just these clusters, as they were when it was asked for."""
    return holding.meant(airing_id) == set(device_ids)


def of_airings(airing_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Occurrence]:
    """Return the occurrences behind airings the caller may see, with version and who approved it."""
    found = Occurrence.objects.unscoped("airings the caller may see").filter(airing__in=list(airing_ids))
    whole = found.select_related("entry__unit", "version__decided_by", "version__bulletin", "version__source__fallback")
    return {one.airing_id: one for one in whole if one.airing_id is not None}


def of_id(occurrence_id: uuid.UUID) -> Occurrence | None:
    """Return one occurrence of what the caller may see by its name, with version and who approved it."""
    found = Occurrence.objects.unscoped("in a preview the caller may see").filter(pk=occurrence_id)
    whole = found.select_related("entry__unit", "version__decided_by", "version__bulletin", "version__source__fallback")
    one: Occurrence | None = whole.first()
    return one
