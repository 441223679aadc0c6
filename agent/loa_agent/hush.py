"""What keeps a device silent below alerts: its configuration, and before it urgent messages that were faster."""

import json
from datetime import UTC, datetime

from loa_agent.store import Store
from loa_protocol import canonical, config


class Hush:
    """The silences a device heard of in urgent messages, until each expires, is lifted or the configuration says it.

    `is_told` says that the configuration mutes this device. A silence that is lifted before it is heard never begins.
    """

    __slots__ = ("_lifted", "_said", "_store", "is_told")

    def __init__(self, store: Store) -> None:
        """Take up what the store remembers."""
        self._store = store
        kept = json.loads(store.recall("hush") or b"{}")
        self._said: dict[str, int] = kept.get("said", {})
        self._lifted: dict[str, int] = kept.get("lifted", {})
        self.is_told = _is_told(store)

    def begin(self, silence: str, *, exp: int, now: datetime) -> None:
        """Be silent until `exp`, in seconds since 1970."""
        if silence not in self._lifted:
            self._said[silence] = exp
        self._keep(now)

    def lift(self, silence: str, *, exp: int, now: datetime) -> None:
        """End a silence; remember until `exp` that it did."""
        self._said.pop(silence, None)
        self._lifted[silence] = exp
        self._keep(now)

    def settle(self, now: datetime) -> None:
        """Take up the stored configuration: one that mutes takes the place of what was heard of."""
        self.is_told = _is_told(self._store)
        if self.is_told and self._said:
            self._said.clear()
            self._keep(now)

    def until(self, now: datetime) -> datetime | None:
        """Return when what was heard of ends by itself; None when nothing holds."""
        ends = [exp for exp in self._said.values() if now.timestamp() < exp]
        return datetime.fromtimestamp(max(ends), UTC) if ends else None

    def _keep(self, now: datetime) -> None:
        moment = now.timestamp()
        self._said = {name: exp for name, exp in self._said.items() if moment < exp}
        self._lifted = {name: exp for name, exp in self._lifted.items() if moment < exp}
        self._store.remember("hush", canonical.encode({"said": self._said, "lifted": self._lifted}))


def _is_told(store: Store) -> bool:
    kept = store.recall("config")
    return kept is not None and config.decode(kept).is_muted
