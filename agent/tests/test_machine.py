"""What a machine knows of itself, read from files as Linux keeps them."""

import pytest

from loa_agent import machine
from loa_agent.sim.health import Health
from loa_protocol.condition import Condition, Network, Power
from loa_protocol.refusal import Refused

from .conftest import NOON

ROUTE = "Iface\tDestination\tGateway\nwlan0\t00000000\t0101A8C0\nwlan0\t0001A8C0\t00000000\n"
WIRELESS = "Inter-| sta-|\n face | tus |\n wlan0: 0000   54.  -56.  -256        0\n"


def write(root, **files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def machine_on_battery(root):
    write(root, **{
        "sys/class/power_supply/ac/type": "Mains\n", "sys/class/power_supply/ac/online": "0\n",
        "sys/class/power_supply/bat/type": "Battery\n", "sys/class/power_supply/bat/capacity": "63\n",
        "sys/class/thermal/thermal_zone0/temp": "41250\n", "sys/class/thermal/thermal_zone1/temp": "55500\n",
        "proc/net/route": ROUTE, "proc/net/wireless": WIRELESS,
        "sys/class/net/wlan0/wireless/x": "", "sys/class/net/wlan0/statistics/rx_bytes": "1000\n",
        "sys/class/net/wlan0/statistics/tx_bytes": "234\n",
    })  # fmt: skip


def test_a_machine_on_its_battery_and_wireless_says_so(tmp_path):
    machine_on_battery(tmp_path)

    assert machine.condition(tmp_path) == Condition(
        power=Power.BATTERY, battery_pct=63, temperature_c=55.5, network=Network.WIFI, signal_dbm=-56,
        traffic_bytes=1234,
    )  # fmt: skip


def test_what_a_machine_does_not_offer_is_left_out_and_never_zero(tmp_path):
    assert machine.condition(tmp_path) == Condition()
    assert machine.condition(tmp_path).to_json() == {}


def test_files_that_hold_nonsense_are_as_good_as_none(tmp_path):
    write(tmp_path, **{
        "sys/class/power_supply/ac/type": "Mains", "sys/class/power_supply/ac/online": "maybe",
        "sys/class/thermal/thermal_zone0/temp": "-274000", "proc/net/route": "x", "proc/net/wireless": "\x00",
    })  # fmt: skip

    assert machine.condition(tmp_path).temperature_c is None


@pytest.mark.parametrize(
    "document",
    [
        {"power": "sun"}, {"power": 1}, {"supply_v": -1}, {"supply_v": "220"}, {"battery_pct": 101},
        {"temperature_c": 1e9}, {"signal_dbm": 5}, {"speaker_fault": 1}, {"output_dbfs": 3.0}, {"traffic_bytes": -1},
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(document):
    with pytest.raises(Refused):
        Condition.from_json(document)


def test_a_condition_survives_the_way():
    told = Condition(power=Power.MAINS, supply_v=221.5, speaker_fault=False, network=Network.G4, signal_dbm=-71)

    assert Condition.from_json(told.to_json()) == told


def test_simulated_devices_do_plausibly_and_some_are_ill():
    conditions = [Health(f"device-{number}", faults=0.5).condition(NOON, up_s=60) for number in range(200)]

    assert all(Condition.from_json(one.to_json()) == one for one in conditions)
    assert 0 < sum(bool(one.speaker_fault) for one in conditions) < 60
    assert all(30 < one.temperature_c < 90 for one in conditions)
    again = Health("device-7", faults=0.5).condition(NOON, up_s=60)
    assert again == conditions[7]
