"""The documents that travel, as frozen values: built and read here only.

Signed downward (see `signing`): `DesiredState`, `Now`, `Command`. Sealed both ways (see `envelope`): everything else.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self  # Any: a JSON document is open by nature

from loa_protocol import canonical, fields, plan
from loa_protocol.condition import Condition
from loa_protocol.live import Opening
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """What one device shall be, by digest. `seq` rises with every change; `iat` and `exp` are seconds since 1970.

    `release` is the digest of the signed statement of the software it shall run; without one it keeps what it has.
    """

    device: str
    seq: int
    iat: int
    exp: int
    plan: str | None = None
    config: str | None = None
    keys: str | None = None
    release: str | None = None

    def claims(self) -> dict[str, Any]:
        """Return the JSON object that is signed; the release is there only if one is named."""
        claims = _flat(self)
        if self.release is None:
            del claims["release"]
        return claims

    @classmethod
    def read(cls, claims: fields.Document) -> Self:
        """Return the state of verified claims."""
        return cls(
            device=fields.text(claims, "device", longest=64),
            seq=fields.integer(claims, "seq"),
            iat=fields.integer(claims, "iat"),
            exp=fields.integer(claims, "exp"),
            plan=fields.optional_digest(claims, "plan"),
            config=fields.optional_digest(claims, "config"),
            keys=fields.optional_digest(claims, "keys"),
            release=fields.optional_digest(claims, "release"),
        )


ASK_LONGEST = 64
"""The longest word by which a beat asks for the time."""


class NowKind(StrEnum):
    """What an urgent message of an area asks for."""

    PLAY = "play"
    STOP = "stop"
    LIVE = "live"
    CLOSE = "close"
    LIFT = "lift"
    """A silence ends."""
    DRILL = "drill"
    """Answer as to a stop, and go on as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """An urgent message to all devices below `area`, or to those named in `devices` only.

    `PLAY` carries an airing; `STOP` names one in `airing_id`, or stops everything below alerts when it names none. With
    a `silence` nothing below alerts starts either until `exp`, until the configuration says so itself, or until `LIFT`
    names the same silence. `LIVE` opens live speech; `CLOSE` says that the speech of `airing_id` ended after so many
    `chunks`.
    """

    area: str
    seq: int
    id: str
    kind: NowKind
    iat: int
    exp: int
    airing: plan.PlannedAiring | None = None
    airing_id: str | None = None
    devices: Collection[str] | None = None
    live: Opening | None = None
    chunks: int | None = None
    silence: str | None = None

    def claims(self) -> dict[str, Any]:
        """Return the JSON object that is signed; what belongs to live speech or a silence is there with it only."""
        claims: dict[str, Any] = {
            "area": self.area,
            "seq": self.seq,
            "id": self.id,
            "kind": self.kind.value,
            "iat": self.iat,
            "exp": self.exp,
            "airing": None if self.airing is None else plan.airing_to_json(self.airing),
            "airing_id": self.airing_id,
            "devices": None if self.devices is None else sorted(self.devices),
        }
        if self.live is not None:
            claims["live"] = self.live.to_json()
        if self.chunks is not None:
            claims["chunks"] = self.chunks
        if self.silence is not None:
            claims["silence"] = self.silence
        return claims

    @classmethod
    def read(cls, claims: fields.Document) -> Self:
        """Return the message of verified claims."""
        try:
            kind = NowKind(fields.text(claims, "kind"))
        except ValueError as unknown:
            raise Refused(Reason.UNKNOWN_VERB) from unknown
        airing = claims.get("airing")
        if (airing is None) == (kind is NowKind.PLAY):
            raise Refused(Reason.MALFORMED, "airing")
        speech = claims.get("live")
        if (speech is None) == (kind is NowKind.LIVE):
            raise Refused(Reason.MALFORMED, "live")
        chunks = fields.optional_integer(claims, "chunks", high=2**32 - 1)
        about = fields.optional_text(claims, "airing_id", longest=64)
        if (chunks is None) == (kind is NowKind.CLOSE) or (about is None and kind is NowKind.CLOSE):
            raise Refused(Reason.MALFORMED, "chunks")
        silence = fields.optional_text(claims, "silence", longest=64)
        if kind is not NowKind.STOP and (silence is None) == (kind in {NowKind.LIFT, NowKind.DRILL}):
            raise Refused(Reason.MALFORMED, "silence")
        return cls(
            silence=silence,
            area=fields.text(claims, "area"),
            seq=fields.integer(claims, "seq"),
            id=fields.text(claims, "id", longest=64),
            kind=kind,
            iat=fields.integer(claims, "iat"),
            exp=fields.integer(claims, "exp"),
            airing=None if airing is None else plan.airing_from_json(fields.nested(claims, "airing")),
            airing_id=about,
            devices=None if claims.get("devices") is None else frozenset(fields.texts(claims, "devices")),
            live=None if speech is None else Opening.from_json(fields.nested(claims, "live")),
            chunks=chunks,
        )


class Verb(StrEnum):
    """Everything a device can be told to do. The list is closed: there is no shell."""

    VOLUME = "volume"
    STOP = "stop"
    RESTART = "restart"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One order to one device. `number` is the volume in percent, or the first evidence sequence to send again."""

    device: str
    seq: int
    id: str
    verb: Verb
    iat: int
    exp: int
    number: int | None = None

    def claims(self) -> dict[str, Any]:
        """Return the JSON object that is signed."""
        return {**_flat(self), "verb": self.verb.value}

    @classmethod
    def read(cls, claims: fields.Document) -> Self:
        """Return the command of verified claims."""
        try:
            verb = Verb(fields.text(claims, "verb"))
        except ValueError as unknown:
            raise Refused(Reason.UNKNOWN_VERB) from unknown
        return cls(
            device=fields.text(claims, "device", longest=64),
            seq=fields.integer(claims, "seq"),
            id=fields.text(claims, "id", longest=64),
            verb=verb,
            iat=fields.integer(claims, "iat"),
            exp=fields.integer(claims, "exp"),
            number=fields.optional_integer(claims, "number"),
        )


class Outcome(StrEnum):
    """How an airing, or a message, ended on a device."""

    RECEIVED = "received"
    """An urgent message was verified and taken over; the sound is still to come."""
    PLAYED = "played"
    PARTIAL = "partial"
    MISSED = "missed"
    REFUSED = "refused"
    PRE_EMPTED = "pre_empted"


_EVENT_MEASURES = ("clip", "lateness_ms", "volume_pct", "level_dbfs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One piece of evidence. `id` is a UUIDv7 made on the device; `seq` counts the device's events without gaps.

    `level_dbfs` is the RMS of what went to the output, -120 for silence. `airing` is None for a refusal of a message
    that named none. `reason` is a short code, never free text. `volume_pct` is the loudest at which any of it sounded,
    since ceilings may lower it on the way. `clock_offset_ms` is the device's clock minus the server's.
    """

    id: str
    seq: int
    outcome: Outcome
    at: datetime
    airing: str | None = None
    clip: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    lateness_ms: int | None = None
    volume_pct: int | None = None
    level_dbfs: float | None = None
    clock_offset_ms: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of a batch; absent values are left out."""
        document: dict[str, Any] = {
            "id": self.id,
            "seq": self.seq,
            "outcome": self.outcome.value,
            "at": canonical.to_wire(self.at),
        }
        if self.airing is not None:
            document["airing"] = self.airing
        if self.reason:
            document["reason"] = self.reason
        if self.clock_offset_ms is not None:
            document["clock_offset_ms"] = self.clock_offset_ms
        if self.started_at is not None:
            document["started_at"] = canonical.to_wire(self.started_at)
        if self.ended_at is not None:
            document["ended_at"] = canonical.to_wire(self.ended_at)
        for name in _EVENT_MEASURES:
            value = getattr(self, name)
            if value is not None:
                document[name] = value
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Said after each connection, when the device holds a new `plan` or `config`, and when it gets on with a release.

    `boot` changes with every start. `release` is the statement of what runs, None as it was installed. `tried` is the
    statement of the release that it last dealt with, `step` how far it came with that, and `why` a short code.
    """

    version: str
    boot: str
    at: datetime
    state_seq: int = 0
    plan: str | None = None
    pending_events: int = 0
    storage_free_bytes: int | None = None
    config: str | None = None
    release: str | None = None
    tried: str | None = None
    step: Step | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """The regular sign of life. It tells the `condition` when that changed notably, and every five minutes.

    With a word to `ask` by, the server tells its time: an acknowledgement of nothing, `asked` by the same word.
    """

    at: datetime
    playing: str | None = None
    volume_pct: int | None = None
    pending_events: int = 0
    storage_free_bytes: int | None = None
    condition: Condition | None = None
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """Evidence the server has committed: closed ranges of device sequence numbers. `at` is the server's time.

    `asked` is the word of the beat that asked for the time; without one that is not there.
    """

    at: datetime
    ranges: Sequence[tuple[int, int]] = field(default_factory=tuple)
    asked: str | None = None

    def encode(self) -> bytes:
        """Return the payload to seal."""
        document: dict[str, Any] = {"at": canonical.to_wire(self.at), "ranges": [list(pair) for pair in self.ranges]}
        if self.asked is not None:
            document["asked"] = self.asked
        return canonical.encode(document)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Return the ack of an unsealed payload."""
        document = load(payload)
        pairs = document.get("ranges", [])
        if not isinstance(pairs, list) or not all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(end, int) for end in pair) for pair in pairs
        ):
            raise Refused(Reason.MALFORMED, "ranges")
        return cls(
            at=fields.moment(document, "at"),
            ranges=tuple((first, last) for first, last in pairs),
            asked=fields.optional_text(document, "asked", longest=ASK_LONGEST),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a command."""

    command: str
    ok: bool
    detail: str = ""


def encode(message: Hello | Beat | Reply) -> bytes:
    """Return the payload of a small upward message, to be sealed."""
    document = _flat(message)
    told = document.pop("condition", None)  # only a beat has one, and not each
    if isinstance(told, Condition):
        document["condition"] = told.to_json()
    if document.get("ask", "") is None:
        del document["ask"]
    return canonical.encode(
        {name: canonical.to_wire(value) if isinstance(value, datetime) else value for name, value in document.items()}
    )


def encode_events(events: Sequence[Event]) -> bytes:
    """Return the payload of one `up/event` message, to be sealed."""
    return canonical.encode({"events": [event.to_json() for event in events]})


def _flat(message: DesiredState | Command | Hello | Beat | Reply) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def load(payload: bytes) -> dict[str, Any]:
    """Return the JSON object of an unsealed payload; `Refused` when it is none."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    if not isinstance(document, dict):
        raise Refused(Reason.MALFORMED)
    return document
