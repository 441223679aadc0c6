"""A bad line between a loudspeaker and its server: what was due is heard, told once, and it comes back by itself."""

import os
import time

import pytest

from tests.faults.making import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults"), pytest.mark.timeout(540)]
UP_S = 40.0
"""A device that is started is connected within this time."""

BACK_S = 20.0
"""A line that is good again is used again within this time."""

SEEN_S = 50.0
"""A line whose other end is gone without a word is given up within this time, where a word is wanted every 10 s."""

TOLD_S = 60.0
"""What was played is told within this time of its beginning, or of the return of the line."""

HEARD_ONCE = [("received", ""), ("played", "")]
PLAYED = [("played", "")]


def test_a_slow_line_delays_and_loses_nothing(loudspeaker):
    loudspeaker.broker.delay_s, loudspeaker.web.delay_s, loudspeaker.web.rate = 0.4, 0.4, 40_000
    loudspeaker.start()
    until(loudspeaker.is_connected, UP_S, "the connection")

    airing = loudspeaker.air(seconds=2, lead_s=12)
    until(lambda: loudspeaker.ends(airing), TOLD_S, "the evidence")

    assert loudspeaker.outcomes(airing) == HEARD_ONCE


def test_a_line_that_is_cut_again_and_again_carries_everything_once(loudspeaker):
    loudspeaker.start()
    until(loudspeaker.is_connected, UP_S, "the connection")
    airings = [loudspeaker.air(seconds=1, lead_s=8 + 5 * number) for number in range(3)]

    stop = time.monotonic() + 22
    while time.monotonic() < stop:
        time.sleep(2.5)
        loudspeaker.broker.cut()
        loudspeaker.web.cut()
    for airing in airings:
        until(lambda airing=airing: loudspeaker.ends(airing), TOLD_S, "the evidence")

    assert [loudspeaker.ends(airing) for airing in airings] == [PLAYED] * 3
    until(loudspeaker.is_connected, BACK_S, "the return")


def test_a_line_that_is_gone_without_a_word_is_given_up_and_what_was_played_alone_is_told(
    loudspeaker, neighbour, space
):
    """One behind a proxy that carries nothing any more; its neighbour in a namespace whose cable is pulled.

    There packets vanish, as when a mast falls; where no namespace is allowed, a proxy stands in for it too.
    """
    loudspeaker.start()
    if space is None:
        neighbour.start()
    else:
        neighbour.speaks_from(space)
    both = (loudspeaker, neighbour)
    for one in both:
        until(one.is_connected, UP_S, "the connection")
    airings = [one.air(seconds=2, lead_s=12) for one in both]
    for one in both:
        until(one.is_ready, 20, "the plan and its sound")

    loudspeaker.stall()
    neighbour.stall() if space is None else space.pull()
    for one in both:
        until(lambda one=one: not one.is_connected(), SEEN_S, "that the line is given up")
        until(lambda one=one: one.status()["pending_events"] > 0, TOLD_S, "what it played alone")
    assert [one.ends(airing) for one, airing in zip(both, airings, strict=True)] == [[], []]

    loudspeaker.carry()
    neighbour.carry() if space is None else space.plug()
    for one, airing in zip(both, airings, strict=True):
        until(one.is_connected, BACK_S, "the return")
        until(lambda one=one, airing=airing: one.ends(airing), TOLD_S, "the evidence")

    assert [one.outcomes(airing) for one, airing in zip(both, airings, strict=True)] == [HEARD_ONCE] * 2


def test_a_server_that_accepts_and_never_answers_is_tried_until_it_does(loudspeaker):
    loudspeaker.broker.is_stalled = True
    loudspeaker.start()
    until(lambda: loudspeaker.broker.connections >= 2, 60, "the second try")

    loudspeaker.broker.is_stalled = False
    until(loudspeaker.is_connected, BACK_S + 15, "the connection")
    airing = loudspeaker.air(seconds=1, lead_s=0, alert=True)
    until(lambda: loudspeaker.ends(airing), TOLD_S, "the evidence")

    assert loudspeaker.outcomes(airing) == HEARD_ONCE


def test_an_emergency_gets_through_while_the_media_is_out_of_reach_and_sounds_when_it_is_back(loudspeaker):
    loudspeaker.start()
    until(loudspeaker.is_connected, UP_S, "the connection")
    loudspeaker.web.is_closed = True
    loudspeaker.web.cut()

    airing = loudspeaker.air(seconds=2, lead_s=0, alert=True)
    until(lambda: ("received", "") in loudspeaker.outcomes(airing), 10, "the receipt")
    time.sleep(5)
    assert loudspeaker.ends(airing) == []
    loudspeaker.web.is_closed = False
    until(lambda: loudspeaker.ends(airing), TOLD_S, "the sound")

    assert loudspeaker.outcomes(airing) == HEARD_ONCE


def test_an_emergency_said_while_the_line_was_gone_is_heard_on_return(loudspeaker):
    loudspeaker.start()
    until(loudspeaker.is_connected, UP_S, "the connection")
    loudspeaker.broker.is_closed = True
    loudspeaker.broker.cut()
    until(lambda: not loudspeaker.is_connected(), 10, "the loss")

    airing = loudspeaker.air(seconds=2, lead_s=0, alert=True)
    time.sleep(4)
    assert loudspeaker.outcomes(airing) == []
    loudspeaker.broker.is_closed = False
    until(lambda: loudspeaker.ends(airing), BACK_S + TOLD_S, "the sound")

    assert loudspeaker.ends(airing) == PLAYED


def test_a_name_that_resolves_no_more_is_asked_for_until_it_does(loudspeaker, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n127.0.0.1 mqtt.loa.example\n")
    loudspeaker.names("mqtt.loa.example")
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    within = [*alone, "sh", "-c", f'mount --bind "{hosts}" /etc/hosts && exec "$@"', "agent"]
    loudspeaker.start(before=within)
    until(loudspeaker.is_connected, UP_S, "the connection")
    airing = loudspeaker.air(seconds=1, lead_s=12)
    until(loudspeaker.is_ready, 20, "the plan and its sound")

    hosts.write_text("127.0.0.1 localhost\n")
    loudspeaker.broker.cut()
    until(lambda: not loudspeaker.is_connected(), 15, "the loss")
    until(lambda: loudspeaker.status()["pending_events"] > 0, TOLD_S, "what it played alone")
    hosts.write_text("127.0.0.1 localhost\n127.0.0.1 mqtt.loa.example\n")
    until(loudspeaker.is_connected, BACK_S, "the return")
    until(lambda: loudspeaker.ends(airing), TOLD_S, "the evidence")

    assert loudspeaker.outcomes(airing) == HEARD_ONCE


def test_delay_and_loss_by_the_kernel_where_it_can_and_by_the_proxy_where_it_cannot(loudspeaker, space):
    """Three in a hundred packets lost and 200 ms each way; else the proxy is as slow and cuts in the middle."""
    by_kernel = space is not None and not space.spoil("delay", "200ms", "loss", "3%")
    if space is None:
        loudspeaker.start()
    else:
        loudspeaker.speaks_from(space)
    until(loudspeaker.is_connected, 60, "the connection")
    airing = loudspeaker.air(seconds=2, lead_s=12)
    if not by_kernel:
        loudspeaker.broker.delay_s = loudspeaker.web.delay_s = 0.2
        for _ in range(6):
            time.sleep(3)
            loudspeaker.broker.cut()
    until(lambda: loudspeaker.ends(airing), 90, "the evidence")

    assert loudspeaker.ends(airing) == PLAYED
