"""What a driver of another maker's devices must be able to say: pure values, and one protocol."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol  # Any: what makers send and take is open JSON

from django.utils.functional import Promise

from loa_protocol.messages import Outcome
from loa_protocol.plan import PlannedAiring

Document = dict[str, Any]


class Want(StrEnum):
    """What is asked of a device besides its airings. The list is closed."""

    VOLUME = "volume"
    STOP = "stop"
    """Everything below alerts, or the one airing that is named."""
    LIFT = "lift"
    DRILL = "drill"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What devices of a maker can do. What they cannot is said on their page."""

    verifies: bool
    """Refuses what our keys have not signed."""
    measures: bool
    """Tells a level that was measured where it sounds."""
    stops: bool
    plays_url: bool
    plays_schedule: bool
    speaks_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing asked of one device. `number` is the volume in percent, `airing` the one that stops."""

    id: str
    want: Want
    number: int | None = None
    airing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that one device is to know at one moment. `revision` rises whenever its airings may have changed."""

    device: str
    now: datetime
    revision: int
    is_muted: bool
    airings: Sequence[PlannedAiring]
    orders: Sequence[Order]
    files: str
    """The address below which its files lie, by digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What a device says it played. `level_dbfs` is there only where the driver's devices measure it."""

    airing: uuid.UUID
    outcome: Outcome
    started_at: datetime
    ended_at: datetime
    clip: str | None
    volume_pct: int | None = None
    level_dbfs: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a device says of itself, in our words; None is unsaid."""

    at: datetime | None = None
    revision: int | None = None
    version: str = ""
    playing: str = ""
    volume_pct: int | None = None
    temperature_c: float | None = None
    storage_free_bytes: int | None = None
    network: str = ""
    signal_dbm: int | None = None
    output_dbfs: float | None = None
    obeyed: Sequence[str] = ()
    plays: Sequence[Play] = ()
    can_stop: bool = True


class Driver(Protocol):
    """Turns what Loa wants into what a maker's devices understand, and back. It opens no connection and no table.

    What airs, when and where is decided elsewhere; a driver only says it in other words.
    """

    @property
    def name(self) -> str:
        """Its name in the registry, in addresses and in its folder."""

    @property
    def words(self) -> str | Promise:
        """What people call devices of this kind."""

    @property
    def can(self) -> Abilities:
        """What its devices can do at most."""

    @property
    def asks_every(self) -> timedelta:
        """How often its devices ask, and so how late a word may reach them."""

    def missing(self) -> str:
        """Return the setting without which it must not be used; empty when there is none."""

    def deliver(self, airing: PlannedAiring, *, files: str) -> Document:
        """Return one airing as these devices take it."""

    def order(self, order: Order) -> Document | None:
        """Return one order as these devices take it; None for what they cannot do."""

    def answer(self, task: Task) -> Document:
        """Return all that one device is told when it asks."""

    def refusal(self, sentence: str) -> Document:
        """Return a refusal as these devices read one."""

    def read(self, told: Mapping[str, Any]) -> Said:  # Any: see above
        """Return what a device said; `Refused` when it is none of its words."""
