"""The core of a device: messages, files and time in, effects out. Real agents and simulated ones run this same code.

It opens no socket and reads no clock. Its store takes every change at once; the caller makes one call one transaction,
commits, and then carries out `drain()`. What the caller loses before the commit has not happened.
"""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any  # Any: a JWK is an open JSON object

from loa_agent import intake
from loa_agent.clock_check import ClockCheck
from loa_agent.ear import Ear
from loa_agent.effects import Effect, FetchKeys, Listen, Restart, Send, shifted
from loa_agent.evidence import Evidence
from loa_agent.hush import Hush
from loa_agent.software import Changing, Software
from loa_agent.stage import Stage
from loa_agent.store import Store
from loa_agent.telling import Telling
from loa_agent.timing import Timing, born_at
from loa_agent.trust import Trusts
from loa_agent.wants import Wants
from loa_protocol import canonical, config, envelope, limits, messages, plan, topics
from loa_protocol.condition import Condition
from loa_protocol.messages import Ack, Beat, Hello, Now, NowKind, Outcome, Reply, Verb
from loa_protocol.refusal import Reason, Refused
from loa_protocol.topics import Down, Up

KEYS_ASKED_EVERY = timedelta(seconds=60)
_HELD_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a device is, as its enrolment said. `area_path` are the codes of its units then, top first."""

    device: str
    area_path: str
    root_jwk: Mapping[str, Any]
    key_list: bytes
    device_key: bytes


class Core:
    """One device."""

    def __init__(
        self,
        identity: Identity,
        store: Store,
        *,
        now: datetime,
        boot: str,
        version: str,
        holds: Callable[[str], bool],
        trusts: Trusts | None = None,
        software: Software | None = None,
    ) -> None:
        """Take up what the store holds. `holds` says whether a media file is here, whole and checked."""
        self.identity, self.store = identity, store
        self._trusts = trusts or Trusts()
        self._boot, self._version = boot, version
        self.effects: list[Effect] = []
        self.clock = ClockCheck()
        self.connected = False
        self.trust = self._trusts.of(identity.root_jwk, store.recall("keys") or identity.key_list)
        self.gate = intake.Gate(store, self.trust, device=identity.device, area_path=identity.area_path)
        self.hush = Hush(store)
        self.evidence = Evidence(store, device=identity.device, key=identity.device_key)
        self._held: list[tuple[str, bytes]] = []
        self._keys_asked_at: datetime | None = None
        self._bad_files: set[str] = set()
        self._ear = Ear(self)
        self._telling, self._wants = Telling(), Wants(self, holds)
        self.timing = Timing(self, now)
        self.changing = Changing(self, software or Software())
        self.stage = Stage(
            store=store, evidence=self.evidence, effects=self.effects, born_at=born_at(store, now), boot_at=now
        )
        self.stage.volume.ordered_pct = intake.volume(store)
        planned, urgent = store.recall("plan"), store.recall("urgent")
        self.plan_digest = None if planned is None else canonical.sha256(planned)
        self.stage.restore(
            None if planned is None or not self.gate.state_holds(now) else _decoded(planned),
            [] if urgent is None else [plan.airing_from_json(item) for item in json.loads(urgent)],
        )
        for session, until in self.stage.tell_broken_speeches(now):
            self.gate.leave_to_others(session, until)
        self.stage.volume.heed(None if planned is None else _decoded(planned))
        self._wants.media(self.stage.known())
        self._wants.documents()

    def drain(self) -> list[Effect]:
        """Return what is to be done, and forget it."""
        effects, self.effects[:] = self.effects[:], []
        return effects

    def subscriptions(self) -> list[str]:
        """Return the topics this device listens to."""
        return topics.subscriptions(self.identity.device, self.gate.area)

    def own_subscriptions(self) -> list[str]:
        """Return the topics of this device alone: what it may hear whatever the server thinks of its area."""
        return [topics.down(self.identity.device, kind) for kind in Down]

    def area_subscriptions(self) -> list[str]:
        """Return the topics of the area it obeys."""
        return topics.area_topics(self.gate.area)

    def link_up(self, now: datetime, *, storage_free_bytes: int | None = None) -> None:
        """Say hello on a new connection, and send what is owed."""
        self.connected = True
        self._telling.forget()
        self.evidence.disconnected()
        self._greet(now, storage_free_bytes)
        self._listen()
        self.timing.linked(now)
        self.effects.extend(self.evidence.due(now))

    def listening(self, now: datetime, *, storage_free_bytes: int | None = None) -> None:
        """Note that the topics of the present area are heard; obey no other from now on, and say so."""
        if self.gate.forget_left():
            self._greet(now, storage_free_bytes)

    def link_down(self) -> None:
        """Note that the connection is gone."""
        self.connected = self.changing.heard_state = False
        self.evidence.disconnected()

    def receive(self, topic: str, payload: bytes, now: datetime, *, may_wait: bool = True) -> None:
        """Judge one message and follow it, or put on record why not.

        It `may_wait` until its time can be judged.
        """
        if topic.endswith("/live"):
            self._ear.hear(payload, now, may_wait=may_wait)
            return
        if topic.endswith("/now"):
            message = self.admit_now(topic, payload, now.timestamp(), may_wait=may_wait)
            if message is not None:
                self.follow_now(message, now)
            return
        try:
            _bounded(payload)
            if may_wait and not topic.endswith("/ack") and self.timing.defer(topic, payload, now):
                return
            if topic == topics.down(self.identity.device, Down.STATE):
                self._follow_state(payload, now)
            elif topic == topics.down(self.identity.device, Down.COMMAND):
                self._follow_command(payload, now)
            elif topic == topics.down(self.identity.device, Down.ACK):
                self._follow_ack(topic, payload, now)
        except Refused as refused:
            self._refuse(refused, topic, payload, now, may_wait=may_wait)

    def admit_now(self, topic: str, payload: bytes, moment: float, *, may_wait: bool = True) -> Now | None:
        """Verify an urgent message and remember it; None if it is refused or meant for others. Follow it afterwards.

        `moment` is this device's time in seconds since 1970.
        """
        try:
            shift, is_sure = self.clock.shift, self.clock.trusted or not may_wait
            if not is_sure and self.timing.defer(topic, payload, datetime.fromtimestamp(moment, UTC)):
                return None
            return self.gate.now(payload, moment - shift.total_seconds() if shift else moment)
        except Refused as refused:
            self._refuse(refused, topic, payload, datetime.fromtimestamp(moment, UTC), may_wait=may_wait)
            return None

    def follow_now(self, message: Now, now: datetime) -> None:
        """Say at once that an admitted message is here, and carry it out."""
        self.confirm_now(message, now)
        self.carry_out_now(message, now)

    def confirm_now(self, message: Now, now: datetime) -> None:
        """Say that an admitted message is here. `carry_out_now` must follow, before anything is called kept."""
        if message.kind is not NowKind.CLOSE:  # what came of the speech is told at once
            about = message.airing or message.live
            self._evidence(
                Outcome.RECEIVED,
                now,
                airing=message.silence or (message.airing_id if about is None else about.id),
                reason="" if message.kind is NowKind.PLAY else message.kind.value,
            )
        self._send_due(now)

    def carry_out_now(self, message: Now, now: datetime) -> None:
        """Do what an admitted message asks for."""
        self.gate.keep()
        if message.airing is not None:
            self.stage.take(message.airing)
            self._wants.media([message.airing])
        elif message.live is not None:
            self.stage.open_speech(message.live, now - self.clock.shift)
        elif message.kind is NowKind.CLOSE:
            self.stage.close_speech(message.airing_id or "", message.chunks or 0)
        elif message.kind is NowKind.STOP:
            expires = datetime.fromtimestamp(message.exp, tz=now.tzinfo)
            reason = "stopped"
            if message.silence is not None:
                self.hush.begin(message.silence, exp=message.exp, now=now - self.clock.shift)
                reason = "muted"
            self.stage.stop(message.airing_id, now - self.clock.shift, forget_at=expires, reason=reason)
            self._send_due(now)
        elif message.kind is NowKind.LIFT and message.silence is not None:
            self.hush.lift(message.silence, exp=message.exp, now=now - self.clock.shift)

    def tick(self, now: datetime) -> datetime | None:
        """Do what is due at `now`; return when to call again if nothing comes in before."""
        ask_at = self.timing.look(now)
        shift = self.clock.shift
        self.stage.clock_trusted, self.stage.clock_offset_ms = self.clock.trusted, self.clock.offset_ms
        self.stage.may_forget = self.clock.trusted and self.clock.offset is not None
        self._hold_to_state(now - shift)
        quiet_until = self.hush.until(now - shift)
        self.stage.is_muted = self.hush.is_told or quiet_until is not None
        before = len(self.effects)
        wake_at = self.stage.tick(now - shift)
        if quiet_until is not None:
            wake_at = quiet_until if wake_at is None else min(wake_at, quiet_until)
        if wake_at is not None:
            wake_at += shift
        if ask_at is not None:
            wake_at = ask_at if wake_at is None else min(wake_at, ask_at)
        if shift:
            self.effects[before:] = [shifted(one, shift) for one in self.effects[before:]]
        if self.connected:
            self.effects.extend(self.evidence.due(now))
            resend_at = self.evidence.next_at()
            if resend_at is not None:
                wake_at = resend_at if wake_at is None else min(wake_at, resend_at)
        return wake_at

    def started(self, airing_id: str, at: datetime) -> None:
        """Hear from the output that an airing's sound has set in."""
        self.stage.started(airing_id, at - self.clock.shift)

    def ended(self, airing_id: str, at: datetime, *, level_dbfs: float | None, chunks: int = 0) -> None:
        """Hear from the output that a sound has ceased, the RMS level of what went out, and how much of live speech."""
        self._telling.level_dbfs = self._telling.level_dbfs if level_dbfs is None else level_dbfs
        self.stage.ended(airing_id, at - self.clock.shift, level_dbfs=level_dbfs, chunks=chunks)
        self._send_due(at)

    def failed(self, airing_id: str, at: datetime, *, reason: str) -> None:
        """Hear from the output that it could not play an airing."""
        self.stage.failed(airing_id, at - self.clock.shift, reason=reason)
        self._send_due(at)

    def refused_sound(self, session: str | None, reason: Reason, now: datetime) -> None:
        """Put on record that something on a topic of live sound was not let through to the output."""
        self._evidence(Outcome.REFUSED, now, airing=session, reason=reason.value)
        self._send_due(now)

    def next_resend_at(self) -> datetime | None:
        """Return when evidence is to be sent again, unless it is acknowledged before."""
        return self.evidence.next_at() if self.connected else None

    def beat(self, now: datetime, *, storage_free_bytes: int | None = None, condition: Condition | None = None) -> None:
        """Give the regular sign of life and keep how far we are."""
        self.stage.checkpoint(now - self.clock.shift)
        self.timing.keep(now)
        if self.connected:
            told = self._telling.news(condition, now)
            self._beat(now, storage_free_bytes, told, ask=self.timing.question(now))

    def ask(self, now: datetime) -> None:
        """Ask the server what time it is, out of turn."""
        word = self.timing.question(now) if self.connected else None
        if word is not None:
            self._beat(now, None, None, ask=word)

    def clock_set(self, leap: timedelta, now: datetime) -> None:
        """Hear that this device's own clock was set by so much, to `now`."""
        self._keys_asked_at = None
        self.timing.clock_set(leap, now)

    def document(self, sha256: str, content: bytes, now: datetime) -> None:
        """Take a fetched plan, configuration or key list, if it is the one the desired state names."""
        state = self.gate.state
        try:
            _is_named(content, sha256)
            if state is not None and sha256 == state.plan:
                planned = _decoded(content)
                self.store.remember("plan", content)
                self.plan_digest = sha256
                self.stage.adopt(planned, now - self.clock.shift)
                self._wants.media(self.stage.known())
                self._greet(now)
            elif state is not None and sha256 == state.config:
                self._configure(content, now)
                if not self.gate.left:  # or it is said when the new area is heard
                    self._greet(now)
            elif state is not None and sha256 == state.keys:
                self.learn_keys(content, now)
            elif state is not None and sha256 == state.release:
                self.changing.take(sha256, content, now - self.clock.shift)
        except Refused as refused:
            self.file_refused(sha256, refused.reason, now)

    def learn_keys(self, key_list: bytes, now: datetime) -> None:
        """Take over a key list, and judge again what waited for it."""
        try:
            trust = self._trusts.of(self.identity.root_jwk, key_list).not_before(self.trust)
        except Refused as refused:
            self._evidence(Outcome.REFUSED, now, reason=refused.reason.value)
        else:
            self.trust = trust
            self.store.remember("keys", key_list)
            self.gate.trust_anew(trust)
            if not self.gate.state_holds(now - self.clock.shift):
                self.stage.adopt(None, now - self.clock.shift)
            self.changing.want()
        self.keys_answered(now)

    def keys_answered(self, now: datetime) -> None:
        """Judge what waited for a key list again: there is one now, or none can be had."""
        held, self._held = self._held, []
        for topic, payload in held:
            self.receive(topic, payload, now)

    def tell_software(self, software: Software, now: datetime) -> None:
        """Say how far this device came with a release."""
        self.changing.software = software
        self._greet(now)

    def media_ready(self, sha256: str) -> None:
        """Note that a media file is here, whole and checked."""
        self._wants.media(
            airing for airing in self.stage.known() if any(clip.sha256 == sha256 for clip in airing.clips)
        )

    def file_refused(self, sha256: str, reason: Reason, now: datetime) -> None:
        """Put on record, once, that what was served under a digest is something else."""
        if sha256 in self._bad_files:
            return
        self._bad_files.add(sha256)
        used_by = (airing.id for airing in self.stage.known() if any(clip.sha256 == sha256 for clip in airing.clips))
        self._evidence(Outcome.REFUSED, now, airing=next(used_by, None), clip=sha256, reason=reason.value)

    def _follow_state(self, token: bytes, now: datetime) -> None:
        is_news = self.gate.take_state(token, now - self.clock.shift)
        self.changing.heard_state = True
        if not is_news:
            return
        state = self.gate.state
        if state is not None and state.config is None and self.store.recall("config") is not None:
            self._configure(None, now)
        if state is not None and state.plan is None:
            self.store.remember("plan", None)
            self.plan_digest = None
            self.stage.adopt(None, now - self.clock.shift)
        self._hold_to_state(now - self.clock.shift)
        self._wants.documents()

    def _configure(self, content: bytes | None, now: datetime) -> None:
        """Be as this configuration says, or as at the enrolment. A new area is heard before the former one is left."""
        if content is not None and config.decode(content).volume_pct is not None:
            self.store.remember("volume", None)
        self.store.remember("config", content)
        self.stage.volume.ordered_pct = intake.volume(self.store)
        self.hush.settle(now - self.clock.shift)
        if self.gate.settle():
            self._listen()

    def _hold_to_state(self, moment: datetime) -> None:
        """Drop a plan whose state ran out, by a clock that is trusted, and take it up again where that was an error."""
        holds = self.gate.state_holds(moment)
        if self.stage.plan is not None and not holds and self.clock.trusted:
            self.stage.adopt(None, moment)
        elif self.stage.plan is None and holds and self.gate.state is not None:
            planned = self.store.recall("plan") if self.gate.state.plan == self.plan_digest else None
            if planned is not None:
                self.stage.adopt(_decoded(planned), moment)

    def _greet(self, now: datetime, storage_free_bytes: int | None = None) -> None:
        if not self.connected:
            return
        state, kept, runs = self.gate.state, self.store.recall("config"), self.changing.software
        hello = Hello(
            version=runs.version or self._version,
            boot=self._boot,
            at=now,
            state_seq=0 if state is None else state.seq,
            plan=self.plan_digest,
            pending_events=self.evidence.pending,
            storage_free_bytes=storage_free_bytes,
            config=None if kept is None else canonical.sha256(kept),
            release=runs.release,
            tried=runs.tried,
            step=runs.step,
            why=runs.why,
        )
        self._say(Up.HELLO, messages.encode(hello))

    def _listen(self) -> None:
        """Ask for the topics of the present area, and to leave those of areas it stands in no more."""
        if not (self.connected and self.gate.left):
            return
        hear = topics.area_topics(self.gate.area)
        left = {topic for area in self.gate.left for topic in topics.area_topics(area)}
        self.effects.append(Listen(hear=hear, leave=sorted(left.difference(hear))))

    def _follow_command(self, token: bytes, now: datetime) -> None:
        command = self.gate.command(token, now - self.clock.shift)
        self.gate.keep()
        ok, detail = True, ""
        if command.verb is Verb.VOLUME and (command.number is None or command.number > 100):
            ok, detail = False, "volume is 0 to 100"
        elif command.verb is Verb.VOLUME and command.number is not None:
            self.store.remember("volume", str(command.number).encode())
            self.stage.volume.ordered_pct = command.number
        elif command.verb is Verb.STOP:
            self.stage.stop(None, now - self.clock.shift, forget_at=now)
        elif command.verb is Verb.RESEND:
            detail = str(self.evidence.send_again(command.number or 0))
        elif command.verb is Verb.RESTART:
            self.effects.append(Restart())
        self._say(Up.REPLY, messages.encode(Reply(command=command.id, ok=ok, detail=detail)))
        self._send_due(now)

    def _follow_ack(self, topic: str, payload: bytes, now: datetime) -> None:
        ack = Ack.decode(envelope.unseal(payload, self.identity.device_key, topic))
        self.timing.learn(ack.asked, self.evidence.acknowledged(ack), ack.at, now)
        self._send_due(now)

    def _refuse(self, refused: Refused, topic: str, payload: bytes, now: datetime, *, may_wait: bool) -> None:
        if refused.reason is Reason.UNKNOWN_KEY and self._may_ask_for_keys(now):
            self._held.append((topic, payload))
            if self._keys_asked_at is None or now - self._keys_asked_at >= KEYS_ASKED_EVERY:
                self._keys_asked_at = now
                self.effects.append(FetchKeys())
            return
        if topic.endswith("/cmd") and refused.reason is Reason.REPLAYED:
            # The server sends what it has no answer to again: the answer, not the order, is repeated.
            done = self.trust.command.genuine(payload)
            if done is not None:
                self._say(Up.REPLY, messages.encode(Reply(command=done.id, ok=True, detail="done before")))
        if may_wait:
            self.timing.refused(refused.reason, topic, payload, now)
        airing = None
        if topic.endswith("/now") and refused.reason is not Reason.REPLAYED:
            airing = self.gate.airing_of(payload)
        self._evidence(Outcome.REFUSED, now, airing=airing, reason=refused.reason.value)
        self._send_due(now)

    def _may_ask_for_keys(self, now: datetime) -> bool:
        if not self.connected or len(self._held) >= _HELD_MOST:
            return False
        return bool(self._held) or self._keys_asked_at is None or now - self._keys_asked_at >= KEYS_ASKED_EVERY

    def _evidence(
        self, outcome: Outcome, now: datetime, *, airing: str | None = None, clip: str | None = None, reason: str = ""
    ) -> None:
        self.evidence.record(
            outcome, at=now, airing=airing, clip=clip, reason=reason, clock_offset_ms=self.clock.offset_ms
        )

    def _send_due(self, now: datetime) -> None:
        if self.connected:
            self.effects.extend(self.evidence.due(now))

    def _beat(
        self, now: datetime, storage_free_bytes: int | None, condition: Condition | None, *, ask: str | None
    ) -> None:
        beat = Beat(
            at=now,
            playing=self.stage.playing,
            volume_pct=self.stage.volume.ordered_pct,
            pending_events=self.evidence.pending,
            storage_free_bytes=storage_free_bytes,
            condition=condition,
            ask=ask,
        )
        self._say(Up.BEAT, messages.encode(beat), qos=0)

    def _say(self, kind: Up, payload: bytes, *, qos: int = 1) -> None:
        topic = topics.up(self.identity.device, kind)
        self.effects.append(Send(topic=topic, payload=envelope.seal(payload, self.identity.device_key, topic), qos=qos))


def _bounded(payload: bytes) -> None:
    if len(payload) > limits.MESSAGE_MAX_BYTES:
        raise Refused(Reason.TOO_LARGE)


def _is_named(content: bytes, sha256: str) -> None:
    if canonical.sha256(content) != sha256:
        raise Refused(Reason.DIGEST_MISMATCH)


@functools.lru_cache(maxsize=256)
def _decoded(content: bytes) -> plan.Plan:
    """Return the plan of these bytes, one object for all devices that share it."""
    return plan.decode(content)
