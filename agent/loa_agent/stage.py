"""What this device plays, has played and will play: decisions turned into orders and evidence."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from loa_agent import foregone
from loa_agent.effects import Arm, Effect, Halt, Sound, Tune
from loa_agent.evidence import Evidence
from loa_agent.leap import Leaps
from loa_agent.live import Speech, Speeches
from loa_agent.mark import MS, Mark
from loa_agent.store import Store
from loa_agent.volume import Volume, louder
from loa_protocol import canonical, player
from loa_protocol.live import RELAY_LONGEST, Opening
from loa_protocol.messages import Outcome
from loa_protocol.plan import Plan, PlannedAiring, Priority, airing_to_json
from loa_protocol.player import Decision, Live, Phase, Progress

LEAD = timedelta(milliseconds=1500)
"""How long before its start a sound is prepared."""

REMEMBERED = timedelta(days=8)
"""How long after its window an airing stays known as over: longer than a plan reaches."""

OUTPUT_PATIENCE = timedelta(seconds=5)
"""How long an output may be silent about a sound that should have ended."""

_ZERO = timedelta(0)


@dataclass(slots=True)
class Stage:
    """The plan, the urgent airings, and what became of them. All times are the judged time of the core."""

    store: Store
    evidence: Evidence
    effects: list[Effect]
    born_at: datetime
    boot_at: datetime
    plan: Plan | None = None
    urgent: dict[str, PlannedAiring] = field(default_factory=dict)
    unready: set[str] = field(default_factory=set)
    marks: dict[str, Mark] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)
    armed: Arm | Tune | None = None
    turn: Arm | Tune | None = None
    playing: str | None = None
    volume: Volume = field(default_factory=Volume)
    clock_trusted: bool = True
    may_forget: bool = False
    is_muted: bool = False
    clock_offset_ms: int | None = None
    speeches: Speeches = field(init=False)
    leaps: Leaps = field(default_factory=Leaps)
    _open: list[PlannedAiring] | None = None
    _ending: set[str] = field(default_factory=set)
    _foregone: dict[str, tuple[Outcome, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no live speech."""
        self.speeches = Speeches(self.store)

    def restore(self, plan: Plan | None, urgent: list[PlannedAiring]) -> None:
        """Take up what the store holds, after a start."""
        self.plan, self.urgent = plan, {airing.id: airing for airing in urgent}
        self.volume.heed(plan)
        for airing, mark in self.store.marks().items():
            self.marks[airing] = mark
            self.progress[airing] = mark.progress
            if mark.owed is not None:
                self._settle(airing, self.boot_at)
        for one in self.known():
            if one.id not in self.marks and player.last_start(one) <= self.boot_at:
                self._foregone[one.id] = foregone.POWER_OFF

    def known(self) -> Iterator[PlannedAiring]:
        """Yield every airing this device knows, once."""
        return self.leaps.moved(self._told())

    def open(self) -> list[PlannedAiring]:
        """Return the airings that are not concluded, in order of start."""
        if self._open is None:
            found = [airing for airing in self.known() if not self.is_over(airing.id)]
            self._open = sorted(found, key=lambda airing: airing.start_at)
        return self._open

    def adopt(self, plan: Plan | None, now: datetime) -> None:
        """Follow another plan. What sounds goes on to its end; what was broken off and is not in it is over."""
        before = {airing.id: airing for airing in self._told()}
        self.plan, self._open = plan, None
        self.volume.heed(plan)
        present = {airing.id: airing for airing in self._told()}
        for name, airing in before.items():
            mark = self.marks.get(name)
            if name in present or mark is None or mark.progress.over:
                continue
            if mark.progress.since is not None:
                self.take(airing)
            else:
                self.finish(airing, Outcome.PRE_EMPTED, "withdrawn", now)
        for name, airing in present.items():
            if name not in before and name not in self.marks and player.last_start(airing) <= now:
                self._foregone.setdefault(name, foregone.LEARNED_LATE)

    def take(self, airing: PlannedAiring) -> None:
        """Take over an airing that came outside the plan, and keep it through a power cut."""
        self.urgent[airing.id] = airing
        self._keep_urgent()

    def checkpoint(self, now: datetime) -> None:
        """Keep how far the sound is, for a power cut, and forget what nobody asks about any more."""
        mark = None if self.playing is None else self.marks.get(self.playing)
        if mark is not None and self.playing is not None and mark.progress.since is not None:
            position = mark.progress.position + max(_ZERO, now - mark.progress.since)
            self.note(self.playing, replace(mark, progress=Progress(position=position, since=now)))
        past = [name for name, mark in self.marks.items() if mark.forget_at <= now and name != self.playing]
        for name in past if self.may_forget else ():
            del self.marks[name], self.progress[name]
            self.store.mark(name, None)
        for name in [name for name, one in self.urgent.items() if one.end_at <= now and self.is_over(name)]:
            if name not in self._ending:
                del self.urgent[name]
                self._keep_urgent()

    def tick(self, now: datetime) -> datetime | None:
        """Bring the output in line with what shall play at `now`; return when to look again."""
        self._sweep(now)
        if self.is_muted:
            self._fall_silent(now)
        self._sweep_speeches(now)
        decision = self._decide(now)
        self._note_foregone(decision, now)
        self._follow(self._wanted(decision, now), now)
        self.volume.adjust(self, now)
        wake_at = decision.next_change_at
        if wake_at is not None and wake_at - LEAD > now:
            wake_at -= LEAD
        if self._ending or self.playing is not None:
            wake_at = now + OUTPUT_PATIENCE if wake_at is None else min(wake_at, now + OUTPUT_PATIENCE)
        return wake_at

    def started(self, airing_id: str, at: datetime) -> None:
        """Note that the sound of the armed airing set in at `at`."""
        armed = self.armed
        if armed is None or armed.id != airing_id:
            return
        self.armed, self.turn = None, armed
        if self.playing is not None and self.playing != airing_id:
            by = armed.opening.priority if isinstance(armed, Tune) else armed.airing.priority
            self._interrupt(self.playing, at, by=by)
        self.playing = airing_id
        if isinstance(armed, Tune):
            self._speech_started(armed, at)
            return
        before, airing = self.marks.get(airing_id), armed.airing
        self.note(
            airing_id,
            Mark(
                progress=Progress(position=armed.position, since=at),
                forget_at=airing.end_at + REMEMBERED,
                started_at=at if before is None else before.started_at,
                lateness_ms=round((at - airing.start_at) / MS) if before is None else before.lateness_ms,
                skipped=armed.position if before is None else before.skipped,
                volume_pct=louder(armed.volume_pct, None if before is None else before.volume_pct),
                level_dbfs=None if before is None else before.level_dbfs,
                resumed=before is not None,
            ),
        )

    def ended(self, airing_id: str, at: datetime, *, level_dbfs: float | None, chunks: int = 0) -> None:
        """Note that a sound ceased, by itself or because it was halted, and the level that was measured."""
        self._ending.discard(airing_id)
        if self.playing == airing_id:
            self.playing = None
        speech = self.speeches.open.get(airing_id)
        if speech is not None:
            speech.sounded_more(chunks, level_dbfs)
            if speech.owed is not None:
                self._settle_speech(speech, at)
            return
        mark, airing = self.marks.get(airing_id), self._named(airing_id)
        if mark is None:
            return
        if level_dbfs is not None:
            mark = replace(mark, level_dbfs=level_dbfs if mark.level_dbfs is None else max(level_dbfs, mark.level_dbfs))
        self.note(airing_id, mark)
        if mark.owed is not None:
            self._settle(airing_id, at)
        elif airing is not None and mark.progress.since is not None:
            stand = player.standing(airing, mark.progress, at + player.PUNCTUAL)
            if stand.phase is Phase.ENDED and mark.skipped < player.PUNCTUAL:
                self.finish(airing, Outcome.PLAYED, "resumed" if mark.resumed else "", at)
            elif stand.phase is Phase.ENDED:
                self.finish(airing, Outcome.PARTIAL, "joined_late", at)
            else:
                self.finish(airing, Outcome.PARTIAL, "window_end" if stand.phase is Phase.CUT else "output_failed", at)

    def failed(self, airing_id: str, at: datetime, *, reason: str) -> None:
        """Note that the output could not play an airing, or broke off."""
        self._ending.discard(airing_id)
        if self.armed is not None and self.armed.id == airing_id:
            self.armed = None
        if self.playing == airing_id:
            self.playing = None
        if airing_id in self.speeches.open:
            self._end_speech(self.speeches.open[airing_id], Outcome.PARTIAL, reason, at)
        airing = self._named(airing_id)
        if airing is not None and not self.is_over(airing_id):
            self.finish(airing, Outcome.PARTIAL if airing_id in self.marks else Outcome.MISSED, reason, at)

    def stop(self, airing_id: str | None, now: datetime, *, forget_at: datetime, reason: str = "stopped") -> None:
        """Stop one airing, now or when it comes; with None everything below alerts that would play about now."""
        for speech in list(self.speeches.open.values()):
            if airing_id in {None, speech.opening.id}:
                self._end_speech(speech, Outcome.PARTIAL, reason, now)
        if airing_id is not None:
            airing = self._named(airing_id)
            chosen = [] if airing is None else [airing]
            if airing is None and airing_id not in self.marks:
                self.note(airing_id, Mark(progress=Progress(over=True), forget_at=forget_at))
        else:
            soon = now + LEAD
            chosen = [
                one
                for one in self.known()
                if one.priority < Priority.ALERT and one.start_at <= soon and now < one.end_at
            ]
        for one in chosen:
            if not self.is_over(one.id):
                self.finish(one, Outcome.PARTIAL if one.id in self.marks else Outcome.MISSED, reason, now)

    def open_speech(self, opening: Opening, now: datetime) -> None:
        """Be ready for live speech, unless it was stopped or has ended before it was heard of."""
        if not self.is_over(opening.id) and opening.id not in self.speeches.open and now < opening.end_at:
            self.speeches.begin(opening, now)

    def close_speech(self, session: str, chunks: int) -> None:
        """Learn that a speech has so many chunks; it ends with the last of them."""
        speech = self.speeches.open.get(session)
        if speech is not None and speech.count is None:
            speech.count = chunks

    def tell_broken_speeches(self, now: datetime) -> list[tuple[str, int]]:
        """Put on record the speeches that a power cut broke off; return them, each with until when it may go on."""
        broken = list(self.speeches.broken_off())
        for session, started_at in broken:
            outcome = Outcome.MISSED if started_at is None else Outcome.PARTIAL
            self.evidence.record(outcome, at=now, airing=session, reason="power_cut", started_at=started_at)
            self.note(session, Mark(progress=Progress(over=True), forget_at=now + REMEMBERED))
        return [(session, int((now + RELAY_LONGEST).timestamp())) for session, _ in broken]

    def is_over(self, airing_id: str) -> bool:
        """Return whether an airing is concluded: it never plays again."""
        return airing_id in self.progress and self.progress[airing_id].over

    @property
    def is_to_be_tuned(self) -> bool:
        """Whether live speech came that the output neither sounds nor waits for: then it is time to look again."""
        return any(
            speech.base_at is not None and speech.owed is None and self.playing != name and not self._is_armed(name)
            for name, speech in self.speeches.open.items()
        )

    def _decide(self, now: datetime) -> Decision:
        return player.decide(
            None,
            now=now,
            urgent=self.open(),
            live=self.speeches.lives(),
            progress=self.progress,
            unready=self.unready,
            clock_trusted=self.clock_trusted,
            is_muted=self.is_muted,
        )

    def _fall_silent(self, now: datetime) -> None:
        speech = self.speeches.open.get(self.playing or "")
        if speech is not None:
            self._end_speech(speech, Outcome.PARTIAL, "muted", now)
        airing = None if self.playing is None else self._named(self.playing)
        if airing is not None and airing.priority < Priority.ALERT and not self.is_over(airing.id):
            self.finish(airing, Outcome.PARTIAL, "muted", now)

    def _wanted(self, decision: Decision, now: datetime) -> tuple[PlannedAiring | Live, datetime, timedelta] | None:
        """Return what shall start now or within the lead, when, and how far into its sound."""
        moment: datetime | None = now
        for _ in range(8):
            what = decision.what
            if what is not None and what.id != self.playing and moment is not None:
                return what, moment, decision.position
            moment = decision.next_change_at
            if moment is None or moment - now > LEAD:
                break
            decision = self._decide(moment)
        return None

    def _follow(self, wanted: tuple[PlannedAiring | Live, datetime, timedelta] | None, now: datetime) -> None:
        if self.armed is not None and (wanted is None or wanted[0].id != self.armed.id):
            self.disarm()
        if wanted is None or self.armed is not None:
            return
        airing, at, position = wanted
        if isinstance(airing, Live):
            self._tune(airing, at, now)
        else:
            turn = Arm(airing=airing, at=at, position=position, volume_pct=0)
            self.armed = replace(turn, volume_pct=self.volume.of(turn, now))
            self.effects.append(self.armed)

    def disarm(self) -> None:
        if self.armed is not None:
            self.effects.append(Halt(airing=self.armed.id))
            self.armed = None

    def _tune(self, live: Live, at: datetime, now: datetime) -> None:
        speech = self.speeches.open[live.id]
        if speech.base_at is not None:
            turn = Tune(opening=speech.opening, at=max(at, live.start_at), base_at=speech.base_at, volume_pct=0)
            self.armed = replace(turn, volume_pct=self.volume.of(turn, now))
            self.effects.append(self.armed)
            self.effects += [
                Sound(session=live.id, seq=seq, packets=packets) for seq, packets in sorted(speech.waiting.items())
            ]

    def _speech_started(self, tuned: Tune, at: datetime) -> None:
        speech = self.speeches.open.get(tuned.id)
        if speech is not None:
            speech.volume_pct = louder(tuned.volume_pct, speech.volume_pct)
        if speech is not None and speech.started_at is None:
            speech.started_at = at
            speech.lateness_ms = round((at - tuned.base_at) / MS)
            self.speeches.keep()

    def _sweep_speeches(self, now: datetime) -> None:
        for speech in list(self.speeches.open.values()):
            ending = None if speech.owed is not None else speech.ending(now)
            if ending is not None:
                self._end_speech(speech, *ending, now)

    def _end_speech(self, speech: Speech, outcome: Outcome, reason: str, at: datetime) -> None:
        """Decide how a speech ended. If it still sounds, its evidence waits for what the output measured."""
        session = speech.opening.id
        if self._is_armed(session):
            self.disarm()
        if speech.owed is None:
            speech.owed = (outcome, reason)
        if self.playing == session:
            self._halt(session)
        if session not in self._ending:
            self._settle_speech(speech, at)

    def _settle_speech(self, speech: Speech, at: datetime) -> None:
        session, result = speech.opening.id, speech.result()
        self.speeches.end(session, at)
        self.note(session, Mark(progress=Progress(over=True), forget_at=speech.opening.end_at + REMEMBERED))
        if result is not None:
            outcome, reason = result
            self.evidence.record(
                outcome,
                at=at,
                airing=session,
                reason=reason,
                started_at=speech.started_at,
                ended_at=None if speech.started_at is None else at,
                lateness_ms=speech.lateness_ms,
                volume_pct=speech.volume_pct,
                level_dbfs=speech.level_dbfs,
                clock_offset_ms=self.clock_offset_ms,
            )

    def _interrupt(self, airing_id: str, at: datetime, *, by: Priority) -> None:
        if airing_id in self.speeches.open:
            self._halt(airing_id)  # it goes on where the others are when the output is free again
            return
        mark, airing = self.marks[airing_id], self._named(airing_id)
        if airing is None or player.standing(airing, mark.progress, at + player.PUNCTUAL).phase is Phase.ENDED:
            return
        stand = player.standing(airing, mark.progress, at)
        if stand.phase is Phase.CUT:
            self.finish(airing, Outcome.PARTIAL, "window_end", at)
            return
        self._halt(airing_id)
        reason = by.name.lower()
        self.note(airing_id, replace(mark, progress=Progress(position=stand.position), broken_by=reason))

    def _halt(self, airing_id: str) -> None:
        self.effects.append(Halt(airing=airing_id))
        self._ending.add(airing_id)
        if self.playing == airing_id:
            self.playing = None

    def _sweep(self, now: datetime) -> None:
        due = [airing for airing in self.open() if airing.start_at <= now]
        undecided = self.leaps.undecided(due, begun=self.marks, playing=self.playing)
        self._foregone.update(dict.fromkeys(undecided, foregone.CLOCK_UNTRUSTED))
        for airing in due:
            mark = self.marks.get(airing.id)
            if airing.id in undecided:
                continue
            if mark is None:
                if player.last_start(airing) <= now and self.born_at < airing.end_at and not self._is_armed(airing.id):
                    outcome, reason = self._foregone.pop(airing.id, (Outcome.MISSED, "late"))
                    self.finish(airing, outcome, reason, now)
                continue
            if mark.progress.over:
                continue
            stand = player.standing(airing, mark.progress, now)
            if stand.phase is Phase.LOST and airing.id not in self._ending:
                broken = Outcome.PARTIAL if mark.broken_by == "power_cut" else Outcome.PRE_EMPTED
                self.finish(airing, broken, mark.broken_by, now)
            elif stand.phase is Phase.CUT and self.playing == airing.id:
                self.finish(airing, Outcome.PARTIAL, "window_end", now)
            elif stand.phase is Phase.ENDED and mark.progress.since is not None:
                rest = airing.duration - mark.progress.position
                if now >= mark.progress.since + rest + OUTPUT_PATIENCE:
                    self.failed(airing.id, now, reason="output_failed")

    def _note_foregone(self, decision: Decision, now: datetime) -> None:
        state = {"clock_trusted": self.clock_trusted, "is_muted": self.is_muted}
        self._foregone.update(
            foregone.told(self.open(), decision, now, begun=self.marks, unready=self.unready, **state)
        )

    def finish(self, airing: PlannedAiring, outcome: Outcome, reason: str, at: datetime) -> None:
        """Decide how an airing ended. If it still sounds, its evidence waits for what the output measured."""
        mark = self.marks.get(airing.id) or Mark(progress=Progress(), forget_at=airing.end_at + REMEMBERED)
        if self._is_armed(airing.id):
            self.disarm()
        if self.playing == airing.id:
            self._halt(airing.id)
        self.leaps.forget(airing.id)
        progress = Progress(position=mark.progress.position, over=True)
        self.note(airing.id, replace(mark, progress=progress, owed=(outcome, reason)))
        if airing.id not in self._ending:
            self._settle(airing.id, at)

    def _settle(self, airing_id: str, at: datetime) -> None:
        mark, airing = self.marks[airing_id], self._named(airing_id)
        if mark.owed is None:
            return
        outcome, reason = mark.owed
        begun = mark.started_at is not None
        self.evidence.record(
            outcome,
            at=at,
            airing=airing_id,
            clip=airing.clips[0].sha256 if airing is not None and begun else None,
            reason=reason,
            started_at=mark.started_at,
            ended_at=at if begun and reason != "power_cut" else None,
            lateness_ms=mark.lateness_ms,
            volume_pct=mark.volume_pct,
            level_dbfs=mark.level_dbfs,
            clock_offset_ms=self.clock_offset_ms,
        )
        self.note(airing_id, replace(mark, owed=None))

    def _keep_urgent(self) -> None:
        self._open = None
        self.store.remember("urgent", b"[" + b",".join([_encoded(airing) for airing in self.urgent.values()]) + b"]")

    def leap(self, by: timedelta, now: datetime, *, along: bool, is_trusted: bool) -> None:
        """Go on after the time to judge by was set by so much, to `now`; see `Leaps.leap`."""
        self.clock_trusted = is_trusted
        self.leaps.leap(self, by, now, along=along)
        self._open = None

    def note(self, airing_id: str, mark: Mark) -> None:
        if mark.progress.over:
            self._open = None
        self.marks[airing_id], self.progress[airing_id] = mark, mark.progress
        self.store.mark(airing_id, mark)

    def _named(self, airing_id: str) -> PlannedAiring | None:
        return next((one for one in self.known() if one.id == airing_id), None)

    def _told(self) -> Iterator[PlannedAiring]:
        return player.airings(self.plan, list(self.urgent.values()))

    def _is_armed(self, airing_id: str) -> bool:
        return self.armed is not None and self.armed.id == airing_id


@functools.lru_cache(maxsize=1024)
def _encoded(airing: PlannedAiring) -> bytes:
    """Return an airing as it is stored; a fleet stores the same one thousands of times."""
    return canonical.encode(airing_to_json(airing))
