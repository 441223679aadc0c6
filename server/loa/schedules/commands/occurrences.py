"""What becomes of each day of an entry: an airing, another airing when it changed, or a reason why not."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from loa.dispatch import commands as dispatching
from loa.dispatch import rules as dispatch_rules
from loa.dispatch.models import Airing
from loa.dispatch.refusals import AboutToAir
from loa.kernel.command import command, note
from loa.kernel.scope import Scope
from loa.media.rules import ClipFacts
from loa.schedules import checks, hours, planning, programme, settling
from loa.schedules.models import Entry, Occurrence
from loa.schedules.programme import Wanted
from loa.schedules.rules import entries as rules
from loa.schedules.rules.entries import EntryKind, Fate, OccurrenceState
from loa.schedules.rules.slots import ZONE


@command("schedules.request")
def settle_occurrence(scope: Scope, entry: Entry, /, *, day: date, now: datetime) -> Occurrence | None:
    """Bring one day of an entry in line with what is approved: put it on the plan, move it, or take it off.

    What is about to air stays as it is, and a change that would begin inside the freeze horizon is for the next time:
    it returns what stands. What has begun, or should have, is never made up for. Raises what `dispatch` refuses,
    `NotFound` when its bulletin does not stand approved, `NoLongerValid`, `NotYetValid`, `LongerThanFrame`, and what
    hour rules say.
    """
    held = planning.hold(entry.pk)
    wish = _wish(held, day, now=now)
    kept = _kept(held, day)
    airing = kept.airing if kept is not None and settling.is_airing(kept) else None
    fate = rules.fate(
        None if airing is None else airing.start_at, None if wish is None else wish.start_at, now=now
    )  # fmt: skip
    if fate in {Fate.STAYS, Fate.PAST}:
        return kept
    if fate is Fate.TOO_LATE:
        raise AboutToAir
    if fate is Fate.MEETS and kept is not None and wish is not None and settling.is_same(kept, wish):
        return _keep(scope, kept, wish, now=now)
    if airing is not None:
        _cancel(scope, airing, now=now)
    if wish is None:
        return None if kept is None else _drop(kept, now=now)
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
    if kept is not None and kept.airing is not None and settling.is_airing(kept):
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
    if kept is None or kept.airing is None or not settling.is_airing(kept) or now >= kept.airing.end_at:
        return kept
    dispatching.stop(
        checks.with_power(scope), kept.airing, reason=_("The bulletin was withdrawn or called back."), now=now
    )
    return _drop(kept, now=now)


def _keep(scope: Scope, kept: Occurrence, wish: Wanted, *, now: datetime) -> Occurrence:
    """Let what is on the plan stay, for the clusters that stand there now, while what was agreed to for it holds.

    At night that is a number of clusters: more are not woken. One that came holds it with its next plan; nothing
    changes for the others.
    """
    version = wish.version
    if settling.is_decided(version):
        settling.demand_hours(wish, programme.content(version), now=now)
    if kept.airing is not None and not settling.reaches_its_clusters(kept, wish):
        dispatching.reach(scope, kept.airing, device_ids=programme.clusters(version), now=now)
    if kept.version_id != version.pk:
        kept.version, kept.settled_at = version, now
        kept.save(update_fields=["version", "settled_at"])
        note(day=kept.day, version=version.number)
    return kept


def _air(scope: Scope, entry: Entry, wish: Wanted, kept: Occurrence | None, *, now: datetime) -> Occurrence:
    version = wish.version
    sound = settling.demand_sound(wish)
    breaks = settling.demand_hours(wish, sound, now=now)
    found = kept or Occurrence(id=rules.occurrence_id(entry.pk, wish.day), entry=entry, day=wish.day)
    found.turn += 1
    source = f"occurrence:{found.pk}:{found.turn}"
    exception = hours.excuse(version.audit_name) if breaks else ""
    found.airing = _requested(scope, entry, wish, sound, source=source, exception=exception, now=now)
    found.version, found.start_at, found.settled_at = version, wish.start_at, now
    found.state, found.reason = OccurrenceState.PLANNED, ""
    found.save(force_insert=kept is None)
    note(day=wish.day, airing=found.airing.pk, version=version.number)
    return found


def _requested(
    scope: Scope, entry: Entry, wish: Wanted, sound: ClipFacts, *, source: str, exception: str, now: datetime
) -> Airing:
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
            exception=exception,
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
        exception=exception,
        now=now,
    )


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


def _drop(kept: Occurrence, *, now: datetime) -> Occurrence:
    if kept.state != OccurrenceState.DROPPED and kept.start_at.astimezone(ZONE).date() >= planning.today(now):
        kept.state, kept.settled_at = OccurrenceState.DROPPED, now
        kept.save(update_fields=["state", "settled_at"])
        note(day=kept.day)
    return kept
