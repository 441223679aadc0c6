"""The town and its loudspeakers; at the end it is said by what means their lines were made bad."""

import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest

from loa.box.bench.house import open_house
from tests.faults.making import Loudspeaker, Space, Town, faked, means, set_clock


def pytest_terminal_summary(terminalreporter):
    """Say it, so that nobody takes a proxy for a network."""
    ran = [report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "nodeid")]
    if any("tests/faults" in report.nodeid for report in ran):
        terminalreporter.write_line(f"faults of the network were made {means()}")


@pytest.fixture(scope="session")
def town():
    with open_house() as house:
        yield Town(house)


@pytest.fixture
def loudspeaker(town):
    with _one(town) as made:
        yield made


@pytest.fixture
def neighbour(town):
    """A second one, where two faults can pass at the same time."""
    with _one(town) as made:
        yield made


@pytest.fixture(scope="module")
def astray():
    """A town whose server's clock can be set, by `astray.clock`; all else there goes by the right time.

    It begins three days ago: a signing key holds from when it was made.
    """
    with open_house() as house:
        file = house.home / "server-clock"
        made = Town(house, server=faked(file, "-3d"))
        made.clock = file
        yield made


@pytest.fixture
def follower(astray):
    """A loudspeaker of that town, whose server is right at first."""
    set_clock(astray.clock, "+0d")
    with _one(astray) as made:
        yield made


@contextlib.contextmanager
def _one(town):
    folder = Path(tempfile.mkdtemp(prefix="loa-fault-"))
    made = Loudspeaker(town, folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def space():
    """A network namespace, or None where the system allows none: then the proxy stands in for it."""
    made = Space()
    if made.open():
        yield None
        return
    yield made
    made.close()
