"""What a plan will sound like: the player's own decisions, stepped through a span of time without a device."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from loa_protocol import player
from loa_protocol.plan import Plan, PlannedAiring, Priority
from loa_protocol.player import Live, Phase, Progress, Why

_ZERO = timedelta(0)


class End(StrEnum):
    """How a stretch of sound ends, or why there is none."""

    THROUGH = "through"
    """The sound is through."""
    CUT = "cut"
    """Its window closed."""
    BROKEN_OFF = "broken_off"
    """Something higher took the output; it may come back."""
    MISSED = "missed"
    """It never began: it came too late."""
    PRE_EMPTED = "pre_empted"
    """It never began: something else held the output for as long as it might have."""
    MUTED = "muted"
    """It never began: the device is silenced."""
    OPEN = "open"
    """It still sounds when the span ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Something that sounds in `start_at <= t < end_at`, or at its due moment does not: then both are the same.

    `position` is how far into the sound it begins, `by` what took the output from it.
    """

    what: PlannedAiring | Live
    start_at: datetime
    end_at: datetime
    why: Why
    end: End
    position: timedelta = _ZERO
    by: Priority | None = None

    @property
    def is_heard(self) -> bool:
        """Tell whether anything sounds."""
        return self.end not in {End.MISSED, End.PRE_EMPTED, End.MUTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a device says about one airing when it is over: outcome and reason as its evidence has them."""

    airing: str
    outcome: str
    reason: str
    started_at: datetime | None


@dataclass(slots=True)
class _Running:
    """The state of a device as time passes."""

    open: list[PlannedAiring]
    live: Sequence[Live]
    is_muted: bool = False
    progress: dict[str, Progress] = field(default_factory=dict)
    held_by: dict[str, Priority] = field(default_factory=dict)
    now_on: PlannedAiring | Live | None = None
    since: datetime | None = None
    why: Why = Why.NOTHING_DUE
    position: timedelta = _ZERO
    found: list[Stretch] = field(default_factory=list)


def run(
    plan: Plan | None,
    *,
    start: datetime,
    end: datetime,
    urgent: Sequence[PlannedAiring] = (),
    live: Sequence[Live] = (),
    is_muted: bool = False,
) -> list[Stretch]:
    """Return what a device that has its media and its clock plays in `start <= t < end`, in order of time.

    The device is awake from `start` on and has begun nothing: what it could no longer begin then is left out. One that
    is muted stays so: of what it may not play the moment is told at which that would begin. The work grows with what
    is planned, not with the length of the span.
    """
    known = sorted(player.airings(plan, urgent), key=lambda one: (one.start_at, one.id))
    state = _Running(
        open=[one for one in known if player.last_start(one) > start],
        live=() if is_muted else live,
        is_muted=is_muted,
        found=[_kept_silent(one) for one in live if is_muted and start <= one.start_at < end],
    )
    moment: datetime | None = start
    while moment is not None and moment < end:
        following = _step(state, moment)
        moment = following if following is None or following > moment else moment + timedelta(milliseconds=1)
    _stop(state, end, End.OPEN)
    return sorted(state.found, key=lambda one: (one.start_at, one.end_at))


def conclusions(stretches: Iterable[Stretch]) -> list[Conclusion]:
    """Return what evidence a device gives of the airings in a preview, by the moment at which each was due to begin."""
    planned = [one for one in stretches if isinstance(one.what, PlannedAiring) and one.end is not End.OPEN]
    by_airing = groupby(sorted(planned, key=lambda one: (one.what.id, one.start_at)), key=lambda one: one.what.id)
    found = [(parts[0].start_at, _concluded(name, parts)) for name, of in by_airing if (parts := list(of))]
    return [told for _, told in sorted(found, key=lambda pair: (pair[0], pair[1].airing))]


def _concluded(name: str, parts: Sequence[Stretch]) -> Conclusion:
    first, last = parts[0], parts[-1]
    began = first.start_at if first.is_heard else None
    if last.end is End.THROUGH:
        if first.position >= player.PUNCTUAL:
            return Conclusion(airing=name, outcome="partial", reason="joined_late", started_at=began)
        reason = "resumed" if len(parts) > 1 else ""
        return Conclusion(airing=name, outcome="played", reason=reason, started_at=began)
    if last.end is End.CUT:
        return Conclusion(airing=name, outcome="partial", reason="window_end", started_at=began)
    if last.end is End.MUTED:
        return Conclusion(airing=name, outcome="missed", reason="muted", started_at=began)
    if last.end is End.MISSED:
        return Conclusion(airing=name, outcome="missed", reason="late", started_at=began)
    by = "" if last.by is None else last.by.name.lower()
    return Conclusion(airing=name, outcome="pre_empted", reason=by, started_at=began)


def _step(state: _Running, now: datetime) -> datetime | None:
    """Bring the device to a moment; return the next at which anything may change."""
    _conclude(state, now)
    near = _near(state, now)
    decision = _decide(state, near, now)
    what = decision.what
    if what is None or state.now_on is None or what.id != state.now_on.id:
        if state.now_on is not None:
            _stop(state, now, End.BROKEN_OFF, by=decision.level)
        if what is not None:
            state.now_on, state.since, state.why, state.position = what, now, decision.why, decision.position
            if isinstance(what, PlannedAiring):
                state.progress[what.id] = Progress(position=decision.position, since=now)
    for one in near:
        is_kept_out = one.start_at <= now and one.id not in state.progress and player.last_start(one) > now
        if is_kept_out and decision.level is not None:
            state.held_by[one.id] = decision.level
    return _decide(state, near, now).next_change_at


def _decide(state: _Running, near: Sequence[PlannedAiring], now: datetime) -> player.Decision:
    return player.decide(
        None, now=now, urgent=near, live=state.live, progress=state.progress, is_muted=state.is_muted
    )  # fmt: skip


def _kept_silent(what: PlannedAiring | Live) -> Stretch:
    return Stretch(what=what, start_at=what.start_at, end_at=what.start_at, why=Why.MUTED, end=End.MUTED)


def _near(state: _Running, now: datetime) -> list[PlannedAiring]:
    """Return the airings that have begun or are due, and the next one: the others cannot matter yet."""
    found = []
    for one in state.open:
        found.append(one)
        if one.start_at > now:
            break
    return found


def _conclude(state: _Running, now: datetime) -> None:
    """Put down what is over by now."""
    for one in [one for one in state.open if one.start_at <= now]:
        stand = player.standing(one, state.progress.get(one.id), now)
        if stand.phase is Phase.LOST:
            if one.id not in state.progress and state.is_muted and one.priority < Priority.ALERT:
                state.found.append(_kept_silent(one))
            elif one.id not in state.progress:
                by = state.held_by.get(one.id)
                end = End.MISSED if by is None else End.PRE_EMPTED
                state.found.append(
                    Stretch(what=one, start_at=one.start_at, end_at=one.start_at, why=stand.why, end=end, by=by)
                )
        elif stand.phase in {Phase.ENDED, Phase.CUT}:
            _stop(state, now, End.THROUGH if stand.phase is Phase.ENDED else End.CUT)
        else:
            continue
        state.progress[one.id] = Progress(position=stand.position, over=True)
        state.open.remove(one)


def _stop(state: _Running, now: datetime, end: End, *, by: Priority | None = None) -> None:
    """Write down the stretch that sounds until now, if one does."""
    what, since = state.now_on, state.since
    if what is None or since is None:
        return
    if end is End.BROKEN_OFF and isinstance(what, PlannedAiring):
        soon = player.standing(what, state.progress[what.id], now + player.PUNCTUAL)
        if soon.phase is Phase.ENDED:  # so near its end it is let go on: nobody hears the difference
            end, by = End.THROUGH, None
        position = player.standing(what, state.progress[what.id], now).position
        state.progress[what.id] = Progress(position=position, over=end is End.THROUGH)
        if end is End.THROUGH:
            state.open.remove(what)
    if isinstance(what, Live) and end is End.BROKEN_OFF and what.end_at is not None and what.end_at <= now:
        end, by = End.THROUGH, None
    state.found.append(
        Stretch(
            what=what, start_at=since, end_at=now, why=state.why, end=end, position=state.position, by=by,
        )
    )  # fmt: skip
    state.now_on = state.since = None
