"""What software this device runs and shall run: which statements of releases it believes, and what it says of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa_agent.effects import Fetch, Install, Material, Spurn
from loa_protocol import release
from loa_protocol.plan import Priority
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Step

if TYPE_CHECKING:
    from loa_agent.core import Core

QUIET_BEFORE = timedelta(minutes=10)
"""Software is not changed when something airs within so much time."""

_MAY_PASS = {Reason.UNKNOWN_KEY, Reason.KEY_NOT_VALID_NOW, Reason.NOT_YET}
"""What a newer list of keys or a better clock may mend."""


@dataclass(slots=True)
class Software:
    """What runs, and how far a device came with the release it was last told of. None runs what was installed."""

    release: str | None = None
    tried: str | None = None
    step: Step | None = None
    why: str = ""
    bad: Collection[str] = ()
    version: str = ""
    """What it calls itself; empty as the program does."""


class Changing:
    """The part of a core that follows the release of the desired state."""

    __slots__ = ("_core", "_taken", "heard_state", "software")

    def __init__(self, core: "Core", software: Software) -> None:
        """Begin with what runs."""
        self._core, self.software = core, software
        self._taken: str | None = None
        self.heard_state = False

    def want(self) -> None:
        """Ask for the statement of the release that shall run, unless it runs, is in hand, or was bad."""
        state = self._core.gate.state
        wanted = None if state is None else state.release
        if wanted is None or wanted in {self.software.release, self._taken} or wanted in self.software.bad:
            return
        size = release.STATEMENT_MAX_BYTES
        self._core.effects.append(Fetch(material=Material.STATEMENT, sha256=wanted, size_bytes=size))

    def take(self, sha256: str, token: bytes, now: datetime) -> None:
        """Follow the statement that the desired state names. Raises `Refused`."""
        if sha256 in {self.software.release, self._taken} or sha256 in self.software.bad:
            return
        try:
            found = self._core.trust.release.open(token, now.timestamp())
            self._not_below_floor(found)
        except Refused as refused:
            if refused.reason not in _MAY_PASS:
                self._core.effects.append(Spurn(statement=sha256, why=refused.reason.value))
            raise
        self._taken = sha256
        self._core.store.remember("offered", f"{sha256} {found.floor}".encode())
        self._core.effects.append(Install(statement=sha256, release=found))

    def proved(self) -> None:
        """Keep that nothing older than the floor of the release that runs is taken over any more: it proved itself."""
        statement, _, floor = (self._core.store.recall("offered") or b"").decode().partition(" ")
        if statement == self.software.release and release.order(floor) > release.order(self._floor()):
            self._core.store.remember("floor", floor.encode())

    def is_still_wanted(self, statement: str) -> bool:
        """Tell whether the desired state names this release."""
        state = self._core.gate.state
        return state is not None and state.release == statement

    def is_at_rest(self, now: datetime) -> bool:
        """Tell whether nothing sounds, no alert holds, and nothing begins soon."""
        stage, now = self._core.stage, now - self._core.clock.shift
        if stage.playing is not None or stage.armed is not None or stage.speeches.open:
            return False
        if any(one.priority is Priority.ALERT and one.end_at > now for one in stage.known()):
            return False
        return all(one.start_at > now + QUIET_BEFORE for one in stage.open())

    def follows_what_was_told(self) -> bool:
        """Tell whether a desired state came over this connection, was verified, and its plan is here and verified."""
        state = self._core.gate.state
        return self.heard_state and state is not None and state.plan == self._core.plan_digest

    def _not_below_floor(self, found: release.Release) -> None:
        if release.order(found.version) < release.order(self._floor()):
            raise Refused(Reason.ROLLED_BACK, "release")

    def _floor(self) -> str:
        return (self._core.store.recall("floor") or b"0.0").decode()
