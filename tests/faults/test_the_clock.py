"""A device's clock that is wrong by a year: nothing stale is played, it says so, alerts sound."""

import os
import time

import pytest

from tests.faults.making import FAKETIME, until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults"), pytest.mark.timeout(540)]
YEAR_MS = 365 * 86_400_000
MOST_MS = 2**31 - 1
"""The greatest difference the registry can keep."""

UP_S = 40.0
TOLD_S = 60.0


SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], max(0.0, seconds))
"""
"""Under libfaketime with a true monotonic clock `time.sleep` fails with EINVAL; waiting for no file does not."""


def faked(file, days):
    """Return what makes a process believe in another day; the file can be changed while it runs."""
    assert FAKETIME.exists(), "this test needs libfaketime: apt install faketime"
    file.write_text(f"{days:+d}d\n")
    own = file.with_name(f"{file.name}-python")
    own.mkdir(exist_ok=True)
    (own / "sitecustomize.py").write_text(SLEEP)
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(own), os.environ.get("PYTHONPATH", "")))),
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def test_devices_a_year_off_say_so_play_an_alert_at_once_and_nothing_by_plan(loudspeaker, neighbour, tmp_path):
    off_ms = {loudspeaker: YEAR_MS, neighbour: -YEAR_MS}
    loudspeaker.start(**faked(tmp_path / "ahead", 365))
    neighbour.start(**faked(tmp_path / "behind", -365))
    for one in off_ms:
        until(one.is_connected, UP_S, "the connection")
    planned = {one: one.air(seconds=1, lead_s=12) for one in off_ms}
    over_at = time.monotonic() + 12 + 5

    alerts = {one: one.air(seconds=1, lead_s=0, alert=True) for one in off_ms}
    for one in off_ms:
        until(lambda one=one: one.ends(alerts[one]) == [("played", "")], TOLD_S, "the alert")
    time.sleep(max(0.0, over_at - time.monotonic()))

    for one, true_ms in off_ms.items():
        kept_ms = one.known()["clock_offset_ms"]
        assert abs(one.status()["clock_offset_ms"] - true_ms) < 120_000
        assert kept_ms * true_ms > 0
        assert abs(kept_ms - true_ms) < 120_000 or abs(kept_ms) == MOST_MS
        assert ("played", "") not in one.outcomes(planned[one])


def test_nothing_stale_is_played_by_a_device_that_starts_a_year_behind(loudspeaker, tmp_path):
    loudspeaker.start()
    until(loudspeaker.is_connected, UP_S, "the connection")
    old = loudspeaker.air(seconds=1, lead_s=6)
    until(lambda: loudspeaker.ends(old), TOLD_S, "the evidence")
    loudspeaker.kill()

    loudspeaker.start(**faked(tmp_path / "clock", -365))
    until(loudspeaker.is_connected, UP_S, "the connection")
    alert = loudspeaker.air(seconds=1, lead_s=0, alert=True)
    until(lambda: ("played", "") in loudspeaker.outcomes(alert), TOLD_S, "the alert")

    assert loudspeaker.ends(old) == [("played", "")]
