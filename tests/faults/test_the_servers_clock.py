"""A server whose clock is wrong, and right again: it leads no device astray for longer than that."""

import pytest

from tests.faults.making import set_clock, until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults"), pytest.mark.timeout(540)]
UP_S = 40.0
TOLD_S = 60.0
PLAYED = [("played", "")]
SERVER_WRONG = {"+365d": -365, "-2d": 2, "+1h": -1 / 24}
"""How the server's clock is set, and how many days the device's is then off from it.

One before its signing key was made signs nothing: no device can be led astray by it.
"""


def plays(loudspeaker, **how):
    """Air something and wait until it is told how that ended, whatever was refused on the way."""
    airing = loudspeaker.air(seconds=1, **how)

    def ends():
        return [pair for pair in loudspeaker.ends(airing) if pair[0] != "refused"]

    until(ends, TOLD_S, "the evidence")
    return ends()


@pytest.mark.parametrize("wrong", SERVER_WRONG)
def test_every_alert_is_heard_while_the_server_is_wrong_and_when_it_is_right_again(follower, astray, wrong):
    follower.start()
    until(follower.is_connected, UP_S, "the connection")
    before = plays(follower, lead_s=0, alert=True)

    set_clock(astray.clock, wrong)
    meanwhile = plays(follower, lead_s=0, alert=True)
    off_ms = SERVER_WRONG[wrong] * 86_400_000
    until(lambda: abs(follower.status()["clock_offset_ms"] - off_ms) < 60_000, TOLD_S, "that the clocks disagree")
    set_clock(astray.clock, "+0d")
    afterwards = plays(follower, lead_s=0, alert=True)
    until(lambda: abs(follower.status()["clock_offset_ms"]) < 1_000, TOLD_S, "that the clocks agree")
    planned = plays(follower, lead_s=8)

    assert [before, meanwhile, afterwards, planned] == [PLAYED] * 4


def test_a_device_that_starts_after_the_server_is_right_again_follows_its_state(follower, astray):
    set_clock(astray.clock, "+365d")
    follower.start()
    until(follower.is_connected, UP_S, "the connection")
    first = plays(follower, lead_s=0, alert=True)
    set_clock(astray.clock, "+0d")
    follower.kill()

    follower.start()
    until(follower.is_connected, UP_S, "the connection")

    assert first == PLAYED
    assert plays(follower, lead_s=8) == PLAYED
