import signal

import pytest

from loa.box.bench.house import free_port, open_house

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

DEVICES, EVENTS, BATCH = 20, 40_000, 20


@pytest.fixture(scope="module")
def house():
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        desk.ask(do="seed", devices=DEVICES, file=str(house.home / "identities.jsonl"))
        yield house, desk


@pytest.fixture
def telling(house):
    """Devices that have begun to tell what they have; most of it is still to come."""
    house, desk = house
    desk.ask(do="forget")
    port = free_port()
    bridge = house.bridge(port)
    load = house.module(
        "loa.box.bench.load", str(house.home / "identities.jsonl"), str(port), str(DEVICES), str(EVENTS), str(BATCH)
    )
    load.next()
    load.say(go=True)
    while not (begun := desk.ask(do="tally")["committed"]):
        pass
    assert begun < EVENTS
    yield house, desk, port, bridge, load
    load.stop()
    bridge.stop()


def assert_all_counted_once(desk, load):
    done = load.next()
    tally = desk.ask(do="tally")
    assert (done["acked"], tally["committed"], tally["distinct"]) == (EVENTS, EVENTS, EVENTS)


def test_a_bridge_killed_in_the_middle_loses_and_doubles_nothing(telling):
    house, desk, port, bridge, load = telling
    bridge.process.send_signal(signal.SIGKILL)
    bridge.process.wait()

    again = house.bridge(port)

    assert_all_counted_once(desk, load)
    again.stop()


def test_a_database_stopped_in_the_middle_loses_and_doubles_nothing(telling):
    house, desk, _port, bridge, load = telling

    house.stop_database()
    house.start_database()

    assert_all_counted_once(desk, load)
    assert bridge.process.poll() is None


def test_a_database_killed_in_the_middle_loses_and_doubles_nothing(telling):
    house, desk, _port, bridge, load = telling
    server = house.servers.pop()
    server.kill()
    server.wait()

    house.start_database()

    assert_all_counted_once(desk, load)
    assert bridge.process.poll() is None
