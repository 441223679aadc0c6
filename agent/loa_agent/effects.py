"""What the core of a device asks of the world around it. The core itself opens nothing and waits for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from loa_protocol.live import Opening
from loa_protocol.plan import PlannedAiring
from loa_protocol.release import Release


class Material(StrEnum):
    """What a fetched file is for."""

    KEYS = "keys"
    PLAN = "plan"
    CONFIG = "config"
    CLIP = "clip"
    STATEMENT = "statement"
    PACKAGE = "package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Publish this, sealed already."""

    topic: str
    payload: bytes
    qos: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Fetch the file of this digest, of at most `size_bytes`, the sooner needed the sooner."""

    material: Material
    sha256: str
    size_bytes: int
    needed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchKeys:
    """Ask the server for its present key list: a message came under a key this device does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Hear these topics as well, and only then no longer those. Answered by `listening`, or by a lost line."""

    hear: Sequence[str]
    leave: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Prepare this airing and start its sound at `at` (this device's clock), `position` into it.

    It must be answered by `started` and `ended`, or by `failed`. What sounds then ends by itself.
    """

    airing: PlannedAiring
    at: datetime
    position: timedelta
    volume_pct: int

    @property
    def id(self) -> str:
        """The airing."""
        return self.airing.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """Let live speech sound from `at` on, each chunk at its own moment; chunk number n at `base_at` and n lengths.

    Answered as `Arm` is. It sounds until it is halted: as silence where a chunk is missing.
    """

    opening: Opening
    at: datetime
    base_at: datetime
    volume_pct: int

    @property
    def id(self) -> str:
        """The session."""
        return self.opening.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Here is a verified chunk of an open session; it sounds if that is tuned."""

    session: str
    seq: int
    packets: Sequence[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """Let this airing, which sounds or is armed or tuned, go on at this volume."""

    airing: str
    volume_pct: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Stop this airing if it sounds, forget it if it is armed. `ended` answers if it sounded."""

    airing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """End the agent; its supervisor starts it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """Fetch the package of this release, whose statement was verified, and take it over when nothing is disturbed."""

    statement: str
    release: Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Spurn:
    """Never try the release of this statement: it is not to be believed."""

    statement: str
    why: str


Effect = Send | Fetch | FetchKeys | Listen | Arm | Tune | Sound | Adjust | Halt | Restart | Install | Spurn


def shifted(effect: Effect, shift: timedelta) -> Effect:
    """Return an effect in a device's own time."""
    if isinstance(effect, Arm):
        return replace(effect, at=effect.at + shift)
    if isinstance(effect, Tune):
        return replace(effect, at=effect.at + shift, base_at=effect.base_at + shift)
    return effect
