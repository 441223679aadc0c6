"""Names of MQTT topics: built here and parsed here, nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

ROOT = "loa/1"


class Down(StrEnum):
    """What the server sends to one device."""

    STATE = "state"
    COMMAND = "cmd"
    ACK = "ack"


class Up(StrEnum):
    """What a device sends, under its own `up/`."""

    HELLO = "hello"
    BEAT = "beat"
    EVENT = "event"
    REPLY = "reply"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpTopic:
    """A parsed topic a device wrote to."""

    device: str
    kind: Up


def down(device: str, kind: Down) -> str:
    """Return the topic on which one device hears `kind`."""
    return f"{ROOT}/dev/{device}/{kind}"


def up(device: str, kind: Up) -> str:
    """Return the topic on which one device says `kind`."""
    return f"{ROOT}/dev/{device}/up/{kind}"


def up_filter(kind: Up) -> str:
    """Return the filter that matches `kind` from every device."""
    return f"{ROOT}/dev/+/up/{kind}"


def area_now(path: str) -> str:
    """Return the topic of urgent messages for a unit; `path` is codes joined by `/`."""
    return f"{ROOT}/area/{path}/now"


def area_live(path: str) -> str:
    """Return the topic of live sound for a unit."""
    return f"{ROOT}/area/{path}/live"


def ancestry(path: str) -> Iterator[str]:
    """Yield the path of every unit from the top down to `path` itself.

    `26/243/08707` gives `26`, `26/243`, `26/243/08707`.
    """
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])


def subscriptions(device: str, area_path: str) -> list[str]:
    """Return every topic a device standing in `area_path` listens to."""
    return [down(device, kind) for kind in Down] + area_topics(area_path)


def area_topics(area_path: str) -> list[str]:
    """Return the topics of a unit and of every unit above it."""
    return [topic for path in ancestry(area_path) for topic in (area_now(path), area_live(path))]


def parse_up(topic: str) -> UpTopic | None:
    """Return the device and kind of a topic below `up/`; None when it is any other topic."""
    parts = topic.split("/")
    if len(parts) != 6 or parts[:3] != ["loa", "1", "dev"] or parts[4] != "up":
        return None
    try:
        return UpTopic(device=parts[3], kind=Up(parts[5]))
    except ValueError:
        return None
