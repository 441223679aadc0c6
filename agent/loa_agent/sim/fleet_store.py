"""The stores of a whole fleet in one SQLite file, so that killing the simulator loses nothing."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from loa_agent.mark import Mark
from loa_agent.store import MemoryStore

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (device TEXT, name TEXT, content BLOB, PRIMARY KEY (device, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (device TEXT, airing TEXT, content BLOB, PRIMARY KEY (device, airing)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evidence (device TEXT, seq INTEGER, content BLOB, PRIMARY KEY (device, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (device TEXT PRIMARY KEY, last_seq INTEGER) WITHOUT ROWID;
"""
_FACT = "INSERT OR REPLACE INTO fact VALUES (?, ?, ?)"
_NO_FACT = "DELETE FROM fact WHERE device = ? AND name = ?"
_MARK = "INSERT OR REPLACE INTO mark VALUES (?, ?, ?)"
_NO_MARK = "DELETE FROM mark WHERE device = ? AND airing = ?"
_EVIDENCE = "INSERT OR REPLACE INTO evidence VALUES (?, ?, ?)"
_COUNTER = "INSERT OR REPLACE INTO counter VALUES (?, ?)"
_NO_EVIDENCE = "DELETE FROM evidence WHERE device = ? AND seq = ?"

Change = tuple[str, tuple[object, ...]]


class FleetDatabase:
    """Gathers the changes of all devices and commits them together."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)
        self.changes: list[Change] = []

    def commit(self) -> None:
        """Make every change so far outlive the process, or none of them."""
        if not self.changes:
            return
        changes, self.changes = self.changes, []
        self._database.execute("BEGIN IMMEDIATE")
        for statement, parameters in changes:
            self._database.execute(statement, parameters)
        self._database.execute("COMMIT")

    def rows(self, statement: str, device: str) -> list[tuple[str, bytes]]:
        """Return the two columns of a device's rows."""
        return self._database.execute(statement, (device,)).fetchall()

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        self._database.close()


class DeviceStore(MemoryStore):
    """One device's store: read in memory, written through to the fleet's file."""

    __slots__ = ("_device", "_fleet")

    def __init__(self, fleet: FleetDatabase, device: str) -> None:
        """Load what the file holds of this device."""
        super().__init__()
        self._fleet, self._device = fleet, device
        self._facts = dict(fleet.rows("SELECT name, content FROM fact WHERE device = ?", device))
        marks = fleet.rows("SELECT airing, content FROM mark WHERE device = ?", device)
        self._marks = {airing: Mark.decode(content) for airing, content in marks}
        rows = fleet.rows("SELECT seq, content FROM evidence WHERE device = ? ORDER BY seq", device)
        self._evidence = {int(seq): content for seq, content in rows}
        counted = fleet.rows("SELECT last_seq, NULL FROM counter WHERE device = ?", device)
        self._last_seq = int(counted[0][0]) if counted else 0

    def remember(self, name: str, content: bytes | None) -> None:
        super().remember(name, content)
        if content is None:
            self._fleet.changes.append((_NO_FACT, (self._device, name)))
        else:
            self._fleet.changes.append((_FACT, (self._device, name, content)))

    def mark(self, airing: str, mark: Mark | None) -> None:
        super().mark(airing, mark)
        if mark is None:
            self._fleet.changes.append((_NO_MARK, (self._device, airing)))
        else:
            self._fleet.changes.append((_MARK, (self._device, airing, mark.encode())))

    def add_evidence(self, seq: int, content: bytes) -> None:
        super().add_evidence(seq, content)
        self._fleet.changes.append((_EVIDENCE, (self._device, seq, content)))
        self._fleet.changes.append((_COUNTER, (self._device, seq)))

    def drop_evidence(self, seqs: Sequence[int]) -> None:
        super().drop_evidence(seqs)
        for seq in seqs:
            self._fleet.changes.append((_NO_EVIDENCE, (self._device, seq)))
