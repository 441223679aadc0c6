"""A device's clock that is wrong by a year: nothing stale is played, it says so, alerts sound."""

import time

import pytest

from tests.faults.making import faked, set_clock, until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults"), pytest.mark.timeout(540)]
YEAR_MS = 365 * 86_400_000
MOST_MS = 2**31 - 1
"""The greatest difference the registry can keep."""

UP_S = 40.0
TOLD_S = 60.0
PLAYED = [("played", "")]


def test_devices_a_year_off_say_so_play_an_alert_at_once_and_nothing_by_plan(loudspeaker, neighbour, tmp_path):
    off_ms = {loudspeaker: YEAR_MS, neighbour: -YEAR_MS}
    loudspeaker.start(**faked(tmp_path / "ahead", "+365d"))
    neighbour.start(**faked(tmp_path / "behind", "-365d"))
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

    loudspeaker.start(**faked(tmp_path / "clock", "-365d"))
    until(loudspeaker.is_connected, UP_S, "the connection")
    alert = loudspeaker.air(seconds=1, lead_s=0, alert=True)
    until(lambda: ("played", "") in loudspeaker.outcomes(alert), TOLD_S, "the alert")

    assert loudspeaker.ends(old) == [("played", "")]


def test_a_clock_that_is_set_while_something_is_due_or_sounds_moves_nothing_and_loses_nothing(loudspeaker, tmp_path):
    file = tmp_path / "clock"
    loudspeaker.start(**faked(file, "+0d"))
    until(loudspeaker.is_connected, UP_S, "the connection")
    told = []

    for off in ("+1h", "-1h", "+1d", "-365d", "+0d"):
        due = loudspeaker.air(seconds=1, lead_s=10)
        until(loudspeaker.is_ready, 20, "the plan and its sound")
        set_clock(file, off)
        until(lambda due=due: loudspeaker.ends(due), TOLD_S, "what was due")
        told.append((off, loudspeaker.ends(due)))
    sounding = loudspeaker.air(seconds=8, lead_s=0, alert=True)
    until(lambda: loudspeaker.status().get("playing") == sounding, 20, "the sound")
    set_clock(file, "+1h")
    begun = time.monotonic()
    until(lambda: loudspeaker.ends(sounding), TOLD_S, "what sounded")

    assert told == [(off, PLAYED) for off, _ in told]
    assert loudspeaker.ends(sounding) == PLAYED
    assert time.monotonic() - begun > 3
    assert abs(loudspeaker.status()["clock_offset_ms"]) < 1_000


@pytest.mark.parametrize("off", ["+1h", "-1h", "-365d"])
def test_a_clock_that_was_wrong_and_is_mended_while_an_alert_sounds_is_followed_from_then_on(
    loudspeaker, tmp_path, off
):
    file = tmp_path / "clock"
    loudspeaker.start(**faked(file, off))
    until(loudspeaker.is_connected, UP_S, "the connection")
    first = loudspeaker.air(seconds=1, lead_s=0, alert=True)
    until(lambda: PLAYED[0] in loudspeaker.ends(first), TOLD_S, "the first alert")

    sounding = loudspeaker.air(seconds=8, lead_s=0, alert=True)
    until(lambda: loudspeaker.status().get("playing") == sounding, 20, "the sound")
    set_clock(file, "+0d")
    until(lambda: loudspeaker.ends(sounding), TOLD_S, "the end of the sound")
    until(lambda: abs(loudspeaker.status()["clock_offset_ms"]) < 1_000, TOLD_S, "that the clocks agree")
    planned = loudspeaker.air(seconds=1, lead_s=8)
    until(lambda: loudspeaker.ends(planned), TOLD_S, "the evidence")

    assert loudspeaker.ends(sounding) == PLAYED
    assert loudspeaker.ends(planned) == PLAYED
