"""What devices say of themselves: gathered, and written together instead of one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from loa.devices.bridge import hour
from loa.devices.bridge.database import Line
from loa.devices.bridge.gate import Gate
from loa.devices.bridge.record import Record
from loa.devices.bridge.software import Told
from loa.devices.bridge.wire import Wire
from loa.kernel import clock
from loa_protocol import envelope, fields, messages
from loa_protocol.condition import Condition
from loa_protocol.refusal import Reason, Refused
from loa_protocol.topics import Up

_AT_ONCE = 2_000
_REPLIES_MOST = 256  # of one device, between two writes; an order without an answer is sent again
_INT4 = 2**31 - 1

_WRITE = """
UPDATE devices_device AS device
   SET connected = COALESCE(said.connected, device.connected),
       seen_at = CASE WHEN device.seen_at <= said.seen_at + interval '1 hour'
                      THEN GREATEST(device.seen_at, said.seen_at) ELSE COALESCE(said.seen_at, device.seen_at) END,
       agent_version = COALESCE(said.version, device.agent_version),
       boot = COALESCE(said.boot, device.boot),
       playing = COALESCE(said.playing, device.playing),
       reported_plan = COALESCE(said.plan, device.reported_plan),
       reported_config = COALESCE(said.config, device.reported_config),
       reported_volume_pct = COALESCE(said.volume, device.reported_volume_pct),
       clock_offset_ms = COALESCE(said.clock_offset, device.clock_offset_ms),
       pending_events = COALESCE(said.pending, device.pending_events),
       storage_free_bytes = COALESCE(said.storage, device.storage_free_bytes),
       condition_at = CASE WHEN said.condition IS NULL THEN device.condition_at ELSE said.seen_at END,
       power = CASE WHEN said.condition IS NULL THEN device.power ELSE COALESCE(said.condition ->> 'power', '') END,
       supply_v = CASE WHEN said.condition IS NULL THEN device.supply_v ELSE (said.condition ->> 'supply_v')::float END,
       battery_pct = CASE WHEN said.condition IS NULL THEN device.battery_pct
                          ELSE (said.condition ->> 'battery_pct')::smallint END,
       temperature_c = CASE WHEN said.condition IS NULL THEN device.temperature_c
                            ELSE (said.condition ->> 'temperature_c')::float END,
       signal_dbm = CASE WHEN said.condition IS NULL THEN device.signal_dbm
                         ELSE (said.condition ->> 'signal_dbm')::smallint END,
       network = CASE WHEN said.condition IS NULL THEN device.network
                      ELSE COALESCE(said.condition ->> 'network', '') END,
       speaker_fault = CASE WHEN said.condition IS NULL THEN device.speaker_fault
                            ELSE (said.condition ->> 'speaker_fault')::boolean END,
       amplifier_fault = CASE WHEN said.condition IS NULL THEN device.amplifier_fault
                              ELSE (said.condition ->> 'amplifier_fault')::boolean END,
       output_dbfs = CASE WHEN said.condition IS NULL THEN device.output_dbfs
                          ELSE (said.condition ->> 'output_dbfs')::float END
  FROM jsonb_to_recordset(%(said)s::jsonb)
       AS said (id uuid, connected boolean, seen_at timestamptz, version text, boot text, playing text, plan text,
                config text, volume smallint, clock_offset integer, pending integer, storage bigint, condition jsonb)
 WHERE device.id = said.id AND device.state = 'enrolled'
"""

_READINGS = """
INSERT INTO devices_reading (device_id, at, power, supply_v, battery_pct, temperature_c, signal_dbm, network,
                             speaker_fault, amplifier_fault, output_dbfs, storage_free_bytes, traffic_bytes)
SELECT said.id, said.at, COALESCE(power, ''), supply_v, battery_pct, temperature_c, signal_dbm, COALESCE(network, ''),
       speaker_fault, amplifier_fault, output_dbfs, storage, traffic_bytes
  FROM jsonb_to_recordset(%(said)s::jsonb) AS said (id uuid, at timestamptz, power text, supply_v real, storage bigint,
       battery_pct smallint, temperature_c real, signal_dbm smallint, network text, speaker_fault boolean,
       amplifier_fault boolean, output_dbfs real, traffic_bytes bigint)
"""

_AGAIN = """
UPDATE devices_outbound SET published_at = NULL, claimed_until = NULL
 WHERE lane = 'command' AND answered_at IS NULL AND published_at IS NOT NULL AND expires_at > %(now)s
   AND device_id = ANY(%(devices)s::uuid[])
RETURNING id
"""

_SETTLED = """
UPDATE devices_device SET former_areas = '{}'
 WHERE id = ANY(%(devices)s::uuid[]) AND state = 'enrolled' AND former_areas <> '{}'
   AND told_area <> '' AND reported_config = COALESCE(config, '')
RETURNING id::text
"""
"""Devices that follow the configuration they were told obey no former area any more."""

_FORGETFUL = """
UPDATE devices_device SET former_areas = array_append(former_areas, enrolled_area)
 WHERE id = ANY(%(devices)s::uuid[]) AND state = 'enrolled' AND reported_config = '' AND config IS NOT NULL
   AND enrolled_area NOT IN ('', told_area) AND NOT enrolled_area = ANY(former_areas)
RETURNING id::text
"""
"""Devices that lost their memory obey the area of their enrolment until they are told again."""

_ANSWER = """
UPDATE devices_outbound AS sent SET answered_at = %(now)s, answer_ok = said.ok, answer = said.detail
  FROM unnest(%(message)s::text[], %(device)s::uuid[], %(ok)s::boolean[], %(detail)s::text[])
       AS said (message, device, ok, detail)
 WHERE sent.message::text = said.message AND sent.device_id = said.device AND sent.answered_at IS NULL
"""


@dataclass(slots=True)
class _Said:
    """The latest of each thing one device said since the last write; None is unsaid."""

    connected: bool | None = None
    seen_at: str | None = None
    version: str | None = None
    boot: str | None = None
    playing: str | None = None
    plan: str | None = None
    config: str | None = None
    volume: int | None = None
    clock_offset: int | None = None
    pending: int | None = None
    storage: int | None = None
    condition: dict[str, object] | None = None

    def news(self) -> dict[str, object]:
        """Return what was said, by name."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}


_NAMES = tuple(_Said.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Written:
    """What followed from what was written.

    Orders wait to be sent again to devices that came back; `settled` are devices that may hear other areas than before.
    """

    has_orders: bool = False
    settled: Sequence[str] = ()


class Telemetry:
    """Hellos, beats, replies, arrivals and departures on their way into the database."""

    def __init__(self, line: Line, *, gate: Gate, record: Record, wire: Wire) -> None:
        self._line = line
        self._gate = gate
        self._record = record
        self._wire = wire
        self._said: dict[str, _Said] = {}
        self._greeted: set[str] = set()
        self._replies: dict[str, dict[str, tuple[bool, str]]] = {}
        self._readings: dict[str, dict[str, object]] = {}
        self._software = Told(line)

    def appeared(self, device: str) -> None:
        """Note that a device connected."""
        said = self._of(device)
        said.connected, said.seen_at = True, clock.now().isoformat()

    def gone(self, device: str) -> None:
        """Note that a device's connection ended."""
        said = self._of(device)
        said.connected, said.playing = False, ""

    def take(self, device: str, kind: Up, topic: str, payload: bytes) -> None:
        """Read a small message; one that is not sealed by this device is put on record and changes nothing.

        A `gone` is the broker's word and needs no seal: a will is written before there is anything to say.
        """
        if kind is Up.GONE:
            self.gone(device)
            return
        try:
            key = self._gate.seal_key(device)
            document = messages.load(envelope.unseal(payload, key, topic))
            self._read(device, kind, document)
            if kind is Up.BEAT:
                hour.tell(self._wire, device, document, key=key)
        except Refused as refused:
            self._record.refuse(device, topic, refused.reason, refused.detail)
        except RecursionError:
            self._record.refuse(device, topic, Reason.MALFORMED, "nesting")

    async def flush(self) -> Written:
        """Write what was said."""
        said, self._said = self._said, {}
        greeted, self._greeted = self._greeted, set()
        replies, self._replies = self._replies, {}
        devices = list(said)
        for start in range(0, len(devices), _AT_ONCE):
            some = [{"id": device, **said[device].news()} for device in devices[start : start + _AT_ONCE]]
            await self._line.rows(_WRITE, {"said": json.dumps(some)})
        await self._software.flush()
        readings, self._readings = list(self._readings.values()), {}
        for start in range(0, len(readings), _AT_ONCE):
            await self._line.rows(_READINGS, {"said": json.dumps(readings[start : start + _AT_ONCE])})
        if replies:
            told = [(message, device, *how) for device, of in replies.items() for message, how in of.items()]
            message, device, ok, detail = (list(column) for column in zip(*told, strict=True))
            await self._line.rows(
                _ANSWER, {"now": clock.now(), "message": message, "device": device, "ok": ok, "detail": detail}
            )
        if not greeted:
            return Written()
        who = {"now": clock.now(), "devices": list(greeted)}
        settled = [*await self._line.rows(_SETTLED, who), *await self._line.rows(_FORGETFUL, who)]
        orders = await self._line.rows(_AGAIN, who)
        return Written(has_orders=bool(orders), settled=[device for (device,) in settled])

    def _of(self, device: str) -> _Said:
        found = self._said.get(device)
        if found is None:
            found = self._said[device] = _Said()
        return found

    def _read(self, device: str, kind: Up, document: fields.Document) -> None:
        if kind is Up.REPLY:
            ok = document.get("ok")
            if not isinstance(ok, bool):
                raise Refused(Reason.MALFORMED, "ok")
            detail = _plain(fields.optional_text(document, "detail", longest=2_000) or "")
            answers = self._replies.setdefault(device, {})
            if len(answers) < _REPLIES_MOST:
                answers.setdefault(_plain(fields.text(document, "command", longest=64)), (ok, detail))
            return
        now = clock.now()
        at = fields.moment(document, "at")
        pending = fields.integer(document, "pending_events", high=_INT4)
        storage = fields.optional_integer(document, "storage_free_bytes")
        if kind is Up.HELLO:
            version = _plain(fields.text(document, "version", longest=64))
            boot = _plain(fields.text(document, "boot", longest=64))
            plan, config = fields.optional_digest(document, "plan"), fields.optional_digest(document, "config")
            self._software.take(device, document, at=now.isoformat(), version=version)
            said = self._of(device)
            said.version, said.boot, said.plan = version, boot, plan or ""
            said.config = config or ""
            self._greeted.add(device)
        else:
            playing = _plain(fields.optional_text(document, "playing", longest=64) or "")
            volume = fields.optional_integer(document, "volume_pct", high=100)
            condition = None if document.get("condition") is None else fields.nested(document, "condition")
            told = None if condition is None else Condition.from_json(condition).to_json()
            said = self._of(device)
            said.playing, said.volume = playing, volume
            if told is not None:
                said.condition = told
                self._readings[device] = {**told, "id": device, "at": now.isoformat(), "storage": storage}
        said.connected, said.seen_at, said.pending, said.storage = True, now.isoformat(), pending, storage
        said.clock_offset = max(-_INT4, min(_INT4, round((at - now).total_seconds() * 1000)))


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")[:200]
