"""MQTT control packets as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

V311 = 4
V5 = 5


class Kind(IntEnum):
    """The control packet type: the upper half of the first byte (MQTT 5, 2.1.2). QoS 2 is not spoken here."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


class Code(IntEnum):
    """The reason codes this package uses (MQTT 5, 2.4)."""

    SUCCESS = 0x00
    DISCONNECT_WITH_WILL = 0x04
    UNSPECIFIED = 0x80
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    UNSUPPORTED_VERSION = 0x84
    CLIENT_ID_NOT_VALID = 0x85
    BAD_CREDENTIALS = 0x86
    NOT_AUTHORIZED = 0x87
    UNAVAILABLE = 0x88
    SHUTTING_DOWN = 0x8B
    KEEPALIVE_TIMEOUT = 0x8D
    TAKEN_OVER = 0x8E
    FILTER_NOT_VALID = 0x8F
    TOPIC_NOT_VALID = 0x90
    TOPIC_ALIAS_NOT_VALID = 0x94
    TOO_LARGE = 0x95
    QUOTA_EXCEEDED = 0x97
    RETAIN_NOT_SUPPORTED = 0x9A
    QOS_NOT_SUPPORTED = 0x9B


class Property(IntEnum):
    """The numeric properties this package reads or writes (MQTT 5, 2.2.2.2)."""

    SESSION_EXPIRY = 0x11
    SERVER_KEEPALIVE = 0x13
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS = 0x23
    MAXIMUM_QOS = 0x24
    RETAIN_AVAILABLE = 0x25
    MAXIMUM_PACKET_SIZE = 0x27
    SUBSCRIPTION_IDS_AVAILABLE = 0x29
    SHARED_AVAILABLE = 0x2A


class Message(NamedTuple):
    """A PUBLISH. A tuple and not a dataclass: a hundred thousand are made a second. `packet_id` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    packet_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the server says in our name when the connection breaks."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """The first packet of a client."""

    client_id: str
    username: str | None = None
    password: bytes | None = None
    will: Will | None = None
    keepalive_s: int = 60
    clean_start: bool = True
    version: int = V5
    properties: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnAck:
    """The server's answer. `code` is a reason code of MQTT 5, or a return code (0 to 5) of MQTT 3.1.1."""

    code: int
    session_present: bool = False
    properties: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PubAck:
    """The receipt of a PUBLISH at QoS 1."""

    packet_id: int
    code: int = Code.SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """A wish for topics: pairs of filter and highest QoS."""

    packet_id: int
    filters: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAck:
    """The answer, a code for each filter: the granted QoS or a refusal."""

    packet_id: int
    codes: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """The end of a wish."""

    packet_id: int
    filters: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubAck:
    """The answer; MQTT 3.1.1 has no codes in it."""

    packet_id: int
    codes: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PingReq:
    """The question whether the other side is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PingResp:
    """The answer to `PingReq`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """The last packet. A client that says it with code 0 takes its will back."""

    code: int = Code.SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Extended authentication, which this package understands only well enough to refuse."""

    code: int = Code.SUCCESS


Packet = (
    Connect
    | ConnAck
    | Message
    | PubAck
    | Subscribe
    | SubAck
    | Unsubscribe
    | UnsubAck
    | PingReq
    | PingResp
    | Disconnect
    | Auth
)
