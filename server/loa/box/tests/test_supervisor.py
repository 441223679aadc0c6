"""Real processes of no use: what matters is that they live and end as they should."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from loa.box.supervisor import Part, Supervisor

WAIT_S = 10.0
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(home=tmp_path, cluster=None)
    yield made
    made.stop()


def part(name, code):
    return Part(name=name, program=[sys.executable, "-c", code], environment=dict(os.environ))


def until(supervisor, condition):
    deadline = time.monotonic() + WAIT_S
    assert supervisor.watch(until=lambda: condition() or time.monotonic() > deadline)
    assert condition()


def is_alive(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return not is_zombie(pid)
    return False


def is_zombie(pid):
    with suppress(OSError), open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - a file of the kernel
        return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    return True


def test_a_part_that_dies_starts_again(supervisor):
    steady = part("steady", "import time; time.sleep(60)")
    supervisor.start(steady)
    first = steady.process.pid

    os.kill(first, signal.SIGKILL)

    until(supervisor, lambda: steady.process is not None and steady.process.pid != first)
    assert is_alive(steady.process.pid)


def test_a_part_that_keeps_dying_waits_longer_each_time(supervisor):
    hopeless = part("hopeless", "raise SystemExit(3)")
    supervisor.start(hopeless)

    until(supervisor, lambda: hopeless.deaths == 1)
    first = hopeless.due - time.monotonic()
    until(supervisor, lambda: hopeless.deaths == 3)
    third = hopeless.due - time.monotonic()

    assert 0 < first <= 0.2
    assert 0.4 < third <= 0.8


def test_what_a_dead_part_left_running_is_ended_before_it_starts_again(supervisor, tmp_path):
    note = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, pathlib, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    parent = part("parent", code)
    supervisor.start(parent)
    until(supervisor, lambda: note.exists() and note.read_text())
    grandchild = int(note.read_text())

    os.kill(parent.process.pid, signal.SIGKILL)
    until(supervisor, lambda: parent.deaths == 1)

    until(supervisor, lambda: not is_alive(grandchild))


def test_a_part_that_will_not_stop_is_ended(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("loa.box.supervisor.STOP_S", 0.3)
    stubborn = part("stubborn", STUBBORN)
    supervisor.start(stubborn)
    until(supervisor, lambda: (tmp_path / "log" / "stubborn.log").read_bytes() == b"up\n")
    pid = stubborn.process.pid

    supervisor.stop()

    assert not is_alive(pid)


def test_watching_ends_when_told_to_stop(supervisor):
    threading.Timer(0.05, supervisor.stopping.set).start()

    assert supervisor.watch() is False


def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path):
    code = (
        "import os, sys, time, pathlib\n"
        "from loa.box.supervisor import Part, Supervisor\n"
        f"made = Supervisor(home=pathlib.Path({str(tmp_path)!r}), cluster=None)\n"
        "program = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "one = Part(name='one', program=program, environment=dict(os.environ))\n"
        "made.start(one); print(one.process.pid, flush=True); made.watch()"
    )
    keeper = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(keeper.stdout.readline())

    keeper.kill()
    keeper.wait()
    keeper.stdout.close()

    deadline = time.monotonic() + WAIT_S
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)
