"""Writing what comes again in a programme, handing it in, and deciding on it with a second pair of eyes."""

from datetime import date, datetime

from loa.bulletins import queries as bulletins
from loa.bulletins.refusals import check_holds
from loa.bulletins.rules import line
from loa.kernel.command import command, demand_fresh, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.orgs.rules import is_far
from loa.schedules import checks, entry_nights, hours, planning, programme
from loa.schedules.models import Entry, EntryVersion
from loa.schedules.refusals import EntryChanged, OwnEntry, WordsNeeded
from loa.schedules.rules.entries import EntryKind, EntryState
from loa.schedules.wishes import Wish

WORDS_LONGEST = 500


@command("schedules.request", channel=Entry.scope_channel)
def write(scope: Scope, unit: Unit, /, *, wish: Wish, now: datetime) -> EntryVersion:
    """Write a new entry of a unit's programme. Nothing sounds before another person approved it.

    Raises `RuleUnfit`, `DaysUnfit`, `HoldsTooLate`, `NothingToPlay`, `StationsUnfit`, `TooLate`; `OutsideBulletin` and
    `Withdrawn` for its bulletin; `NotFound` for a bulletin out of reach or a device that does not stand there.
    """
    entry = Entry(unit=unit, made_at=now)
    version = EntryVersion(entry=entry, number=1)
    planning.fill(scope, version, wish, now=now)
    entry.save(force_insert=True)
    version.save(force_insert=True)
    note(entry=entry.pk, start_on=version.start_on)
    return version


@command("schedules.request")
def rewrite(scope: Scope, entry: Entry, /, *, wish: Wish, now: datetime) -> EntryVersion:
    """Write a new version of an entry, or change the one that is a draft. What is approved goes on until then.

    `WrongState` while a version waits for approval: take it back first. Refusals as for `write`.
    """
    held = planning.hold(entry.pk)
    version = planning.open_version(held)
    if version is not None and version.state != EntryState.DRAFT:
        raise WrongState
    if version is None:
        version = EntryVersion(entry=held, number=planning.next_number(held))
    planning.fill(scope, version, wish, now=now)
    version.save()
    note(version=version.number, from_on=version.from_on)
    return version


@command("schedules.request")
def submit(
    scope: Scope, entry: Entry, /, *, sha256: str, confirmed: bool = False, override: str = "", now: datetime
) -> EntryVersion:
    """Hand a draft in for approval, with the preview the person saw: `sha256` is `programme.agreed` of its page.

    Raises `EntryChanged`, `LongerThanFrame`, `QuietHours` unless `confirmed`, `HoursBroken` for other hour rules unless
    `override` says why, `HoldsTooLate` when the day from which it should hold has passed, and what its bulletin's
    validity says.
    """
    held = planning.hold(entry.pk)
    version = planning.open_version(held)
    if version is None or version.state != EntryState.DRAFT:
        raise WrongState
    _ready(scope, version, sha256=sha256, now=now)
    waking = entry_nights.ahead(version, now=now) if confirmed else None
    version.override_reason = hours.reason(override)
    agreed = None if waking is None else waking.count
    planning.demand_hours(scope, version, wakes=agreed, override=override, decides=False, now=now)
    version.state, version.sha256, version.confirmed = EntryState.SUBMITTED, sha256, confirmed
    version.submitted_by, version.submitted_at = scope.actor.id, now
    version.save()
    note(version=version.number, sha256=sha256)
    return version


@command("schedules.request")
def take_back(_scope: Scope, entry: Entry, /, *, now: datetime) -> EntryVersion:
    """Take back what is written or waits; what is approved goes on."""
    held = planning.hold(entry.pk)
    version = planning.open_version(held)
    if version is None:
        raise WrongState
    version.state = EntryState.DROPPED
    version.save(update_fields=["state"])
    note(version=version.number, at=now)
    return version


@command("bulletins.approve")
def approve_entry(
    scope: Scope,
    entry: Entry,
    /,
    *,
    number: int,
    sha256: str,
    wakes: int | None = None,
    override: str = "",
    now: datetime,
) -> EntryVersion:
    """Approve the version that waits, as the person saw and previewed it; the clock puts it on the plan.

    `override` is why it may break hour rules, on record from then on; it holds for this version and for these rules.
    Raises `OwnEntry` for who wrote it or handed it in, `EntryChanged`, `QuietHours` when it wakes more than `wakes`,
    `HoursBroken` unless they may set hour rules aside and say why, `FreshFactorNeeded` for that, or when it reaches
    beyond one commune, and what `submit` raises.
    """
    decider = checks.person(scope)
    held, version = _waiting(scope, entry, number)
    _ready(scope, version, sha256=sha256, now=now)
    planning.demand_hours(scope, version, wakes=wakes, override=override, decides=True, now=now)
    if is_far([(unit.level, unit.path) for unit in programme.stations(version)]):
        demand_fresh(scope)
    version.state, version.decided_by_id, version.decided_at = EntryState.APPROVED, decider, now
    version.save(update_fields=["state", "decided_by", "decided_at", "wakes", "wakes_at", "overridden"])
    planning.look_again([held.pk])
    note(version=number, sha256=sha256, wakes=version.wakes, set_aside=version.overridden, from_on=version.from_on)
    return version


@command("bulletins.approve")
def send_entry_back(scope: Scope, entry: Entry, /, *, number: int, words: str, now: datetime) -> EntryVersion:
    """Send the version that waits back, with the reason. `WordsNeeded`, `OwnEntry`, `WrongState`."""
    decider = checks.person(scope)
    _held, version = _waiting(scope, entry, number)
    why = line(words)
    if not why or len(why) > WORDS_LONGEST:
        raise WordsNeeded(longest=WORDS_LONGEST)
    version.state, version.decided_by_id, version.decided_at = EntryState.RETURNED, decider, now
    version.words = why
    version.save(update_fields=["state", "decided_by", "decided_at", "words"])
    note(version=number)
    return version


@command("schedules.request")
def end(scope: Scope, entry: Entry, /, *, on: date, now: datetime) -> Entry:
    """Let an entry come no more from a day on. Silence needs no second person; what is about to air is not touched."""
    held = planning.hold(entry.pk)
    if on < planning.today(now):
        raise WrongState
    held.ended_on, held.ended_by = on, scope.actor.name or scope.actor.id
    held.save(update_fields=["ended_on", "ended_by"])
    planning.look_again([held.pk])
    note(ended_on=on)
    return held


def _waiting(scope: Scope, entry: Entry, number: int) -> tuple[Entry, EntryVersion]:
    """Return the entry and the version that waits, locked; `OwnEntry` for who wrote it or handed it in."""
    held = planning.hold(entry.pk)
    version = planning.open_version(held)
    if version is None or version.number != number or version.state != EntryState.SUBMITTED:
        raise WrongState
    if scope.actor.id in {version.submitted_by, version.written_by}:
        raise OwnEntry
    return held, version


def _ready(scope: Scope, version: EntryVersion, *, sha256: str, now: datetime) -> None:
    """Raise unless a version can hold: its sound is there and fits, its words hold, and it is what was seen."""
    planning.not_past(version, now=now)
    if version.kind == EntryKind.BULLETIN and version.bulletin_id is not None:
        bulletin = bulletins.held(scope, version.bulletin_id)
        checks.approved(bulletin)
        planning.inside(bulletin, version)
        if bulletin.current is None:
            raise NotFound
        first = next(iter(programme.coming_soon(version, now=now).values()), None)
        if first is not None:
            check_holds(bulletin.current.facts, first)
    planning.fits(version)
    if programme.agreed(version) != sha256:
        raise EntryChanged
