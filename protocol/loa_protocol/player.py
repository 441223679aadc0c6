"""What plays now, and why: one pure function for device, simulator, preview page and tests.

The ladder, high to low: alert, live by an emergency officer, live, priority item, scheduled item, relay, silence. On
one rung what already sounds goes on; otherwise the earlier start wins, then the smaller id. All windows are half-open.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from loa_protocol.plan import LateRule, Plan, PlannedAiring, Priority, ResumeRule

PUNCTUAL = timedelta(milliseconds=500)
"""A start this late is still in time for every late rule, and a sound that outlasts its window by less is not cut."""

_ZERO = timedelta(0)
Rank = tuple[int, bool, datetime, str]


class Why(StrEnum):
    """Why this plays, or nothing does."""

    GOES_ON = "goes_on"
    ON_TIME = "on_time"
    LATE = "late"
    JOINED = "joined"
    RESUMED = "resumed"
    LIVE = "live"
    NOTHING_DUE = "nothing_due"
    MEDIA_MISSING = "media_missing"
    CLOCK_UNTRUSTED = "clock_untrusted"
    MUTED = "muted"


class Phase(StrEnum):
    """Where one airing stands at a moment, looked at alone."""

    AHEAD = "ahead"
    DUE = "due"
    SOUNDING = "sounding"
    ENDED = "ended"
    """Its sound is through; the device has yet to write it down."""
    CUT = "cut"
    """Its window closed while it sounded."""
    LOST = "lost"
    """It can neither start nor resume any more."""
    OVER = "over"
    """Written down: it never plays again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a device has done with an airing. It has none for an airing it never started.

    `position` is how much of the sound was through at `since`, or at the interruption when `since` is None.
    """

    position: timedelta = _ZERO
    since: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Somebody speaks to the area in `start_at <= t < end_at`, or a station is relayed; an open end is None."""

    id: str
    start_at: datetime
    end_at: datetime | None = None
    emergency: bool = False
    relay: bool = False

    @property
    def priority(self) -> Priority:
        """The rung of the ladder on which it stands."""
        if self.relay:
            return Priority.RELAY
        return Priority.LIVE_EMERGENCY if self.emergency else Priority.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The phase of one airing, where in its sound it would be, and until when that holds without new input."""

    phase: Phase
    position: timedelta = _ZERO
    why: Why = Why.NOTHING_DUE
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a device plays. `position` is how far into the sound; `next_change_at` the next time it may be otherwise."""

    what: PlannedAiring | Live | None
    position: timedelta
    why: Why
    level: Priority | None
    next_change_at: datetime | None


_Choice = tuple[PlannedAiring | Live | None, timedelta, Why, Priority | None]
_PLAYABLE = (Phase.DUE, Phase.SOUNDING)


def decide(
    plan: Plan | None,
    *,
    now: datetime,
    urgent: Sequence[PlannedAiring] = (),
    live: Sequence[Live] = (),
    progress: Mapping[str, Progress] | None = None,
    unready: Collection[str] = (),
    clock_trusted: bool = True,
    is_muted: bool = False,
) -> Decision:
    """Return what plays at `now`.

    `urgent` are airings of urgent messages, alerts among them; `unready` names airings whose media is not held yet.
    With a clock that is not trusted only alerts and live speech play, and on a device that is muted only alerts.
    Nothing is remembered here.
    """
    known, live = progress or {}, () if is_muted else [one for one in live if clock_trusted or not one.relay]
    best: tuple[Rank, _Choice] | None = None
    changes: list[datetime] = []
    silent = Why.NOTHING_DUE
    for airing in airings(plan, urgent):
        if airing.start_at > now and airing.id not in known:
            changes.append(airing.start_at)
            continue
        stand = standing(airing, known.get(airing.id), now)
        if stand.until is not None:
            changes.append(stand.until)
        if stand.phase not in _PLAYABLE:
            continue
        sounding = stand.phase is Phase.SOUNDING
        if airing.priority < Priority.ALERT and (is_muted or not clock_trusted):
            silent = Why.MUTED if is_muted else Why.CLOCK_UNTRUSTED
        elif not sounding and airing.id in unready:
            silent = Why.MEDIA_MISSING
        else:
            rank = (-airing.priority, not sounding, airing.start_at, airing.id)
            if best is None or rank < best[0]:
                best = (rank, (airing, stand.position, stand.why, airing.priority))
    for speech in live:
        changes.extend(at for at in (speech.start_at, speech.end_at) if at is not None and at > now)
    spoken = _spoken(live, now)
    if spoken is not None and (best is None or spoken[0] < best[0]):
        best = spoken
    what, position, why, level = best[1] if best is not None else (None, _ZERO, silent, None)
    return Decision(what=what, position=position, why=why, level=level, next_change_at=min(changes, default=None))


def airings(plan: Plan | None, urgent: Sequence[PlannedAiring] = ()) -> Iterator[PlannedAiring]:
    """Yield every airing a device knows, once: an urgent one stands before its copy in the plan."""
    yield from urgent
    named = {airing.id for airing in urgent}
    for airing in plan.airings if plan is not None else ():
        if airing.id not in named:
            yield airing


def standing(airing: PlannedAiring, progress: Progress | None, now: datetime) -> Standing:
    """Return where one airing stands at `now`, whatever else wants to play."""
    if progress is None:
        return _unstarted(airing, now)
    if progress.over:
        return Standing(phase=Phase.OVER)
    if progress.since is not None:
        return _sounding(airing, progress.position, progress.since, now)
    if airing.resume_rule is ResumeRule.SKIP or now >= airing.end_at or progress.position >= airing.duration:
        return Standing(phase=Phase.LOST, position=progress.position)
    if now < airing.start_at:
        return Standing(phase=Phase.AHEAD, until=airing.start_at)
    return Standing(phase=Phase.DUE, position=progress.position, why=Why.RESUMED, until=airing.end_at)


def last_start(airing: PlannedAiring) -> datetime:
    """Return the moment from which a start is too late, by the airing's late rule and window."""
    tolerance = timedelta(milliseconds=airing.late_tolerance_ms)
    allowance = PUNCTUAL if airing.late_rule is LateRule.SKIP else max(PUNCTUAL, tolerance)
    if airing.late_rule is LateRule.JOIN:
        allowance = min(allowance, airing.duration)
    return min(airing.end_at, airing.start_at + allowance)


def _spoken(live: Sequence[Live], now: datetime) -> tuple[Rank, _Choice] | None:
    """Return the live speech that comes first at `now`, and its rank."""
    heard: list[tuple[Rank, _Choice]] = []
    for speech in live:
        if speech.start_at <= now and (speech.end_at is None or now < speech.end_at):
            level = speech.priority
            rank = (-level, False, speech.start_at, speech.id)
            heard.append((rank, (speech, now - speech.start_at, Why.LIVE, level)))
    return min(heard, key=lambda pair: pair[0], default=None)


def _unstarted(airing: PlannedAiring, now: datetime) -> Standing:
    if now < airing.start_at:
        return Standing(phase=Phase.AHEAD, until=airing.start_at)
    until = last_start(airing)
    if now >= until:
        return Standing(phase=Phase.LOST)
    late = now - airing.start_at
    position = late if airing.late_rule is LateRule.JOIN else _ZERO
    tardy = Why.JOINED if airing.late_rule is LateRule.JOIN else Why.LATE
    return Standing(phase=Phase.DUE, position=position, why=Why.ON_TIME if late < PUNCTUAL else tardy, until=until)


def _sounding(airing: PlannedAiring, position: timedelta, since: datetime, now: datetime) -> Standing:
    through_at = since + max(_ZERO, airing.duration - position)
    until = through_at if through_at <= airing.end_at + PUNCTUAL else max(since, airing.end_at)
    if now < until:
        return Standing(phase=Phase.SOUNDING, position=position + max(_ZERO, now - since), why=Why.GOES_ON, until=until)
    if until < through_at:
        return Standing(phase=Phase.CUT, position=position + (until - since))
    return Standing(phase=Phase.ENDED, position=airing.duration)
