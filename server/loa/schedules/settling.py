"""Whether a day of an entry may be an airing, and whether what is on the plan is what is wished."""

from datetime import datetime, timedelta

from loa.bulletins import queries as bulletins
from loa.bulletins.refusals import check_holds
from loa.dispatch import rules as dispatch_rules
from loa.kernel.errors import DomainError
from loa.media.rules import ClipFacts
from loa.schedules import entry_nights, hours, programme
from loa.schedules.models import EntryVersion, Occurrence
from loa.schedules.programme import Wanted
from loa.schedules.refusals import HoursBroken, LongerThanFrame, OverrideOver
from loa.schedules.rules.entries import EntryKind, Fate, OccurrenceState, fate
from loa.schedules.rules.hours import Timed


def demand_sound(wish: Wanted) -> ClipFacts:
    """Return what is heard on a day; raise what `programme.content` does, `NoLongerValid`, `NotYetValid`,
    `LongerThanFrame`.
    """
    version = wish.version
    sound = programme.content(version)
    words = programme.words_of(version)
    if words is not None:
        check_holds(bulletins.approved(words).facts, wish.start_at)
    if timedelta(milliseconds=sound.duration_ms) > timedelta(minutes=version.frame_min):
        raise LongerThanFrame(length=f"{sound.duration_ms // 1000} s", frame=f"{version.frame_min * 60} s")
    return sound


def demand_hours(wish: Wanted, sound: ClipFacts, *, now: datetime) -> bool:
    """Raise `QuietHours` or `HoursBroken` for what nobody agreed to, `OverrideOver` when the rules are others by now.

    Return whether hour rules were set aside for it.
    """
    version = wish.version
    key = entry_nights.occurrence_key(version.entry_id, wish.day)
    end_at = wish.start_at + timedelta(milliseconds=sound.duration_ms)
    items, chosen = [Timed(key=key, start_at=wish.start_at, end_at=end_at)], programme.clusters(version)
    wakes = entry_nights.agreed(version, wish.start_at)
    entry_nights.demand(version, items, wakes=wakes)
    breaks = False
    for unit in programme.stations(version):
        try:
            breaks |= hours.check(unit, items, overridden=version.overridden, wakes=wakes, device_ids=chosen, now=now)
        except HoursBroken as broken:
            if version.overridden and broken.code == HoursBroken.code:
                raise OverrideOver(**broken.facts) from broken
            raise
    return breaks


def is_settled(kept: Occurrence | None, wish: Wanted | None, *, now: datetime) -> bool:
    """Tell whether a day needs no act: it stands as it is wished, is not wished and not there, or its time has come.

    A look without a lock; what needs an act is judged again under one.
    """
    if kept is None or not is_airing(kept):
        return wish is None or (kept is None and wish.start_at <= now)
    if wish is None:
        return False
    try:
        if not (is_same(kept, wish) and kept.version_id == wish.version.pk and reaches_its_clusters(kept, wish)):
            return False
        if is_decided(wish.version) and fate(kept.start_at, wish.start_at, now=now) is Fate.MEETS:
            demand_hours(wish, programme.content(wish.version), now=now)
    except DomainError:
        return False
    return True


def is_decided(version: EntryVersion) -> bool:
    """Tell whether somebody agreed that a version breaks hour rules, which is asked again as long as it stands."""
    return bool(version.overridden) or version.wakes is not None


def is_airing(one: Occurrence) -> bool:
    """Tell whether a day, loaded with its airing, is on the plan."""
    return (
        one.state == OccurrenceState.PLANNED and one.airing is not None and one.airing.state in dispatch_rules.STANDING
    )


def is_same(kept: Occurrence, wish: Wanted) -> bool:
    """Tell whether what is on the plan is what is wished: its time, its sound, and what hour rules it may break.

    `kept` is loaded with airing and version. Raises what `programme.content` does.
    """
    airing, version = kept.airing, wish.version
    if airing is None or kept.start_at != wish.start_at:
        return False
    if airing.clip_sha256 != programme.content(version).sha256 or airing.title != version.title:
        return False
    if kept.version_id == version.pk:
        return True
    # another source may be as silent beforehand as the former one, and whose decision it airs by is shown
    decided = (kept.version.overridden, kept.version.wakes) == (version.overridden, version.wakes) == ([], None)
    return decided and version.kind != EntryKind.RELAY


def reaches_its_clusters(kept: Occurrence, wish: Wanted) -> bool:
    """Tell whether a day on the plan is meant for the clusters of its version as they stand now."""
    return kept.airing is not None and programme.is_meant_for(kept.airing.pk, programme.all_clusters(wish.version))
