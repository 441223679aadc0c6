"""What becomes of each day of an entry: an airing, another airing when it changed, or a reason why not."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from loa.bulletins import queries as bulletins
from loa.bulletins.refusals import check_holds
from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.models import Airing
from loa.dispatch.refusals import AboutToAir
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.media.rules import ClipFacts
from loa.schedules import checks, hours, planning, programme
from loa.schedules.models import Entry, Occurrence
from loa.schedules.programme import Wanted
from loa.schedules.refusals import LongerThanFrame
from loa.schedules.rules import entries as rules
from loa.schedules.rules.entries import EntryKind, OccurrenceState
from loa.schedules.rules.hours import Timed
from loa.schedules.rules.slots import ZONE


@command("schedules.request")
def settle_occurrence(scope: Scope, entry: Entry, /, *, day: date, now: datetime) -> Occurrence | None:
    """Bring one day of an entry in line with what is approved: put it on the plan, move it, or take it off.

    What is about to air stays as it is, and a change that would begin inside the freeze horizon is for the next time:
    it returns what stands. What has begun, or should have, is never made up for. Raises what `dispatch` refuses,
    `NotFound` when its bulletin does not stand approved, `NoLongerValid`, `NotYetValid`, `LongerThanFrame`.
    """
    held = planning.hold(entry.pk)
    wish = _wish(held, day, now=now)
    kept = _kept(held, day)
    if kept is not None and kept.airing is not None and _is_airing(kept):
        if dispatch_rules.is_frozen(kept.airing.start_at, now=now):
            return kept
        if wish is not None and (dispatch_rules.is_frozen(wish.start_at, now=now) or _is_same(kept, wish)):
            return kept
        _cancel(scope, kept.airing, now=now)
    if wish is None:
        return None if kept is None else _drop(kept, now=now)
    if wish.start_at <= now:
        return kept
    if dispatch_rules.is_frozen(wish.start_at, now=now):
        raise AboutToAir
    return _air(scope, held, wish, kept, now=now)


@command("schedules.request")
def hold_back(scope: Scope, entry: Entry, /, *, day: date, reason: str, now: datetime) -> Occurrence | None:
    """Keep on record why a day of an entry is no airing, or no longer one. `reason` is the code of a refusal.

    What is about to air stays.
    """
    held = planning.hold(entry.pk)
    wish = _wish(held, day, now=now)
    kept = _kept(held, day)
    if wish is None or (kept is not None and kept.state == OccurrenceState.HELD and kept.reason == reason):
        return kept
    if kept is not None and kept.airing is not None and _is_airing(kept):
        if dispatch_rules.is_frozen(kept.airing.start_at, now=now):
            return kept
        _cancel(scope, kept.airing, now=now)
    found = kept or Occurrence(id=rules.occurrence_id(held.pk, day), entry=held, day=day)
    found.version, found.start_at, found.settled_at = wish.version, wish.start_at, now
    found.state, found.reason = OccurrenceState.HELD, reason
    found.save(force_insert=kept is None)
    note(day=day, reason=reason)
    return found


@command("schedules.request")
def recall_occurrence(scope: Scope, entry: Entry, /, *, day: date, now: datetime) -> Occurrence | None:
    """Take one day back whose bulletin was withdrawn, also when it is about to air or on the air."""
    kept = _kept(planning.hold(entry.pk), day)
    if kept is None or kept.airing is None or not _is_airing(kept) or now >= kept.airing.end_at:
        return kept
    dispatching.stop(
        checks.with_power(scope), kept.airing, reason=_("The bulletin was withdrawn or called back."), now=now
    )
    return _drop(kept, now=now)


def is_settled(kept: Occurrence | None, wish: Wanted | None, *, now: datetime) -> bool:
    """Tell whether a day needs no act: it stands as it is wished, is not wished and not there, or its time has come.

    A look without a lock; what needs an act is judged again under one.
    """
    if kept is None or kept.airing is None or not _is_airing(kept):
        return wish is None or (kept is None and wish.start_at <= now)
    try:
        return wish is not None and _is_same(kept, wish)
    except programme.MUTE:
        return False


def _air(scope: Scope, entry: Entry, wish: Wanted, kept: Occurrence | None, *, now: datetime) -> Occurrence:
    version = wish.version
    sound = programme.content(version)
    words = programme.words_of(version)
    if words is not None:
        check_holds(bulletins.approved(words).facts, wish.start_at)
    if timedelta(milliseconds=sound.duration_ms) > timedelta(minutes=version.frame_min):
        raise LongerThanFrame(length=f"{sound.duration_ms // 1000} s", frame=f"{version.frame_min * 60} s")
    _check_hours(wish, length=timedelta(milliseconds=sound.duration_ms), now=now)
    found = kept or Occurrence(id=rules.occurrence_id(entry.pk, wish.day), entry=entry, day=wish.day)
    found.turn += 1
    found.airing = _requested(scope, entry, wish, sound, source=f"occurrence:{found.pk}:{found.turn}", now=now)
    found.version, found.start_at, found.settled_at = version, wish.start_at, now
    found.state, found.reason = OccurrenceState.PLANNED, ""
    found.save(force_insert=kept is None)
    note(day=wish.day, airing=found.airing.pk, version=version.number)
    return found


def _requested(scope: Scope, entry: Entry, wish: Wanted, sound: ClipFacts, *, source: str, now: datetime) -> Airing:
    version = wish.version
    chosen = programme.clusters(version)
    if version.kind == EntryKind.RELAY:
        return dispatching.plan_relay(
            scope,
            entry.unit,
            title=version.title,
            start_at=wish.start_at,
            lasts=timedelta(milliseconds=sound.duration_ms),
            device_ids=chosen,
            source=source,
            requested_by=version.written_by_name,
            now=now,
        )
    return dispatching.request(
        scope,
        entry.unit,
        title=version.title,
        clip=sound,
        start_at=wish.start_at,
        device_ids=chosen,
        late_rule=rules.late_rule(EntryKind(version.kind)),
        resume_rule=rules.resume_rule(EntryKind(version.kind)),
        source=source,
        requested_by=version.written_by_name,
        now=now,
    )


def _check_hours(wish: Wanted, *, length: timedelta, now: datetime) -> None:
    """Raise `QuietHours` or `HoursBroken` for what nobody agreed to when it was approved."""
    version = wish.version
    key = planning.occurrence_key(version.entry_id, wish.day)
    item = Timed(key=key, start_at=wish.start_at, end_at=wish.start_at + length)
    chosen = programme.clusters(version)
    for unit in programme.stations(version):
        hours.check(unit, [item], overridden=(), wakes=version.wakes, device_ids=chosen, now=now)


def _cancel(scope: Scope, airing: Airing, *, now: datetime) -> None:
    dispatching.cancel(checks.with_power(scope), airing, reason=_("The programme of the station has changed."), now=now)


def _wish(entry: Entry, day: date, *, now: datetime) -> Wanted | None:
    """Return what should become of a day, as what is approved says now."""
    held = programme.approved_of([entry])[entry.pk]
    today = planning.today(now)
    until_on = today + timedelta(days=rules.HORIZON_DAYS)
    return programme.wanted(held, from_on=today, until_on=until_on).get(day)


def _kept(entry: Entry, day: date) -> Occurrence | None:
    found: Occurrence | None = (
        Occurrence.objects.unscoped("the command checked the right")
        .select_for_update(of=("self",))
        .select_related("airing__unit", "version")
        .filter(entry=entry, day=day)
        .first()
    )
    return found


def _is_airing(one: Occurrence) -> bool:
    return (
        one.state == OccurrenceState.PLANNED and one.airing is not None and one.airing.state in dispatch_rules.STANDING
    )


def _is_same(kept: Occurrence, wish: Wanted) -> bool:
    """Tell whether what is on the plan is what is wished: time, sound, and the clusters that hear it."""
    airing = kept.airing
    if airing is None or kept.start_at != wish.start_at:
        return False
    if airing.clip_sha256 != programme.content(wish.version).sha256 or airing.title != wish.version.title:
        return False
    if wish.version.kind == EntryKind.RELAY and kept.version_id != wish.version.pk:
        return False  # another source may be as silent beforehand as the former one
    return programme.is_meant_for(airing.pk, programme.all_clusters(wish.version))


def _drop(kept: Occurrence, *, now: datetime) -> Occurrence:
    if kept.state != OccurrenceState.DROPPED and kept.start_at.astimezone(ZONE).date() >= planning.today(now):
        kept.state, kept.settled_at = OccurrenceState.DROPPED, now
        kept.save(update_fields=["state", "settled_at"])
        note(day=kept.day)
    return kept
