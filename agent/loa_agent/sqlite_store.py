"""The store of a real device: one SQLite file that survives `kill -9` and a pulled plug."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from loa_agent.mark import Mark

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (airing TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evidence (seq INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL);
"""


class SqliteStore:
    """Everything between `transaction()` and its end is kept together or not at all."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises `sqlite3.Error`."""
        self._database = sqlite3.connect(path, isolation_level=None, timeout=10)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what happens inside when it ends well, and nothing of it otherwise."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def recall(self, name: str) -> bytes | None:
        row = self._database.execute("SELECT content FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def remember(self, name: str, content: bytes | None) -> None:
        if content is None:
            self._database.execute("DELETE FROM fact WHERE name = ?", (name,))
        else:
            self._database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, content))

    def marks(self) -> Mapping[str, Mark]:
        rows = self._database.execute("SELECT airing, content FROM mark").fetchall()
        return {airing: Mark.decode(content) for airing, content in rows}

    def mark(self, airing: str, mark: Mark | None) -> None:
        if mark is None:
            self._database.execute("DELETE FROM mark WHERE airing = ?", (airing,))
        else:
            self._database.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (airing, mark.encode()))

    def last_seq(self) -> int:
        row = self._database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'evidence'").fetchone()
        return 0 if row is None else int(row[0])

    def evidence(self) -> Sequence[tuple[int, bytes]]:
        return [
            (seq, bytes(content))
            for seq, content in self._database.execute("SELECT seq, content FROM evidence ORDER BY seq")
        ]

    def add_evidence(self, seq: int, content: bytes) -> None:
        self._database.execute("INSERT INTO evidence VALUES (?, ?)", (seq, content))

    def drop_evidence(self, seqs: Sequence[int]) -> None:
        self._database.executemany("DELETE FROM evidence WHERE seq = ?", [(seq,) for seq in seqs])
