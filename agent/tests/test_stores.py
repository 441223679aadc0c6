"""Every store keeps the same promises; the ones on disk keep them through a `kill -9`."""

import os
import signal
import subprocess
import sys

import pytest

from loa_agent.mark import Mark
from loa_agent.sim.fleet_store import DeviceStore, FleetDatabase
from loa_agent.sqlite_store import SqliteStore
from loa_agent.store import MemoryStore
from loa_protocol.messages import Outcome
from loa_protocol.player import Progress

from .conftest import NOON, at


class Kept:
    """A store that can be opened again."""

    def __init__(self, kind, folder):
        self.kind, self.folder, self.store = kind, folder, None
        self.open()

    def open(self):
        if self.kind == "sqlite":
            self.store = SqliteStore(self.folder / "store.sqlite")
        elif self.kind == "fleet":
            self.fleet = FleetDatabase(self.folder / "fleet.sqlite")
            self.store = DeviceStore(self.fleet, "d1")
            self.neighbor = DeviceStore(self.fleet, "d2")
        else:
            self.store = self.store or MemoryStore()

    def again(self):
        if self.kind == "sqlite":
            self.store.close()
        elif self.kind == "fleet":
            self.fleet.close()
        self.open()
        return self.store


@pytest.fixture(params=["memory", "sqlite", "fleet"])
def kept(request, tmp_path):
    return Kept(request.param, tmp_path)


MARK = Mark(
    progress=Progress(position=at(5) - NOON, since=at(10)),
    forget_at=at(99),
    started_at=at(5),
    lateness_ms=3,
    skipped=at(1) - NOON,
    volume_pct=70,
    level_dbfs=-20.5,
    broken_by="alert",
    resumed=True,
    owed=(Outcome.PARTIAL, "stopped"),
)


def test_facts_are_remembered_replaced_and_forgotten(kept):
    kept.store.remember("a", b"1")
    kept.store.remember("a", b"2")
    kept.store.remember("b", b"3")
    kept.store.remember("b", None)

    store = kept.again()

    assert (store.recall("a"), store.recall("b"), store.recall("c")) == (b"2", None, None)


def test_a_note_comes_back_whole_but_what_sounded_was_cut_off(kept):
    kept.store.mark("x", MARK)
    kept.store.mark("gone", MARK)
    kept.store.mark("gone", None)

    marks = kept.again().marks()

    assert list(marks) == ["x"]
    assert marks["x"].progress == Progress(position=at(5) - NOON)
    assert marks["x"].broken_by == "power_cut"
    assert marks["x"].owed == (Outcome.PARTIAL, "stopped")
    assert (marks["x"].started_at, marks["x"].level_dbfs, marks["x"].skipped) == (at(5), -20.5, at(1) - NOON)


def test_evidence_stays_in_order_and_its_count_outlives_it(kept):
    for seq in (1, 2, 3):
        kept.store.add_evidence(seq, b"%d" % seq)
    kept.store.drop_evidence([1, 3])
    between = list(kept.again().evidence())
    kept.store.drop_evidence([2])

    store = kept.again()

    assert between == [(2, b"2")]
    assert list(store.evidence()) == []
    assert store.last_seq() == 3


def test_devices_of_a_fleet_do_not_see_each_other(tmp_path):
    kept = Kept("fleet", tmp_path)
    kept.store.remember("a", b"1")
    kept.store.add_evidence(1, b"x")

    kept.again()

    assert kept.neighbor.recall("a") is None
    assert list(kept.neighbor.evidence()) == []


def test_what_fails_half_way_has_not_happened(tmp_path):
    store = SqliteStore(tmp_path / "store.sqlite")

    def half():
        with store.transaction():
            store.remember("a", b"1")
            store.add_evidence(1, b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()

    assert store.recall("a") is None
    assert list(store.evidence()) == []


WRITER = """
import sys
from pathlib import Path
from loa_agent.sqlite_store import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
for number in range(1, 100_000):
    with store.transaction():
        store.add_evidence(number, b"x")
        store.remember("n", str(number).encode())
    print(number, flush=True)
"""


@pytest.mark.system
def test_what_was_said_to_be_kept_is_kept_when_the_process_is_killed(tmp_path):
    path = tmp_path / "store.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as process:
        told = [int(process.stdout.readline()) for _ in range(50)][-1]
        os.kill(process.pid, signal.SIGKILL)

    store = SqliteStore(path)

    assert store.last_seq() >= told
    assert store.recall("n") == str(store.last_seq()).encode()
    assert [seq for seq, _ in store.evidence()] == list(range(1, store.last_seq() + 1))
