"""A clock that is set while the agent runs does not move its programme; the server's word does."""

from datetime import timedelta

import pytest

from loa_agent.reserve import LOW_BYTES, Reserve
from loa_agent.steady import SteadyClock

from .conftest import at

YEAR, HOUR, SECOND = timedelta(days=365), timedelta(hours=1), timedelta(seconds=1)


class Machine:
    """A machine whose clock can be set."""

    def __init__(self):
        self.passed_s, self.set_by = 0.0, timedelta()
        self.clock = SteadyClock(wall=lambda: at(self.passed_s) + self.set_by, monotonic_s=lambda: self.passed_s)
        self.clock.now()

    def after(self, seconds):
        self.passed_s += seconds
        return self.clock.now()


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize("jump", [YEAR, -YEAR, HOUR, -HOUR, 3 * SECOND])
def test_a_jump_is_held_back_and_time_goes_on(machine, jump):
    machine.after(10)
    machine.set_by = jump

    assert machine.after(5) == at(15)
    assert machine.after(86_400) == at(86_415)


def test_a_jump_back_to_where_it_was_leaves_nothing_behind(machine):
    machine.set_by = HOUR
    machine.after(5)
    machine.set_by = timedelta()

    assert machine.after(5) == at(10)
    assert not machine.clock.held_back


def test_a_clock_that_is_helped_along_gently_is_followed(machine):
    for _ in range(10):
        machine.set_by += SECOND / 2
        machine.after(60)

    assert machine.after(0) == at(600) + 5 * SECOND


def test_the_servers_word_lets_a_jump_through_that_mended_the_clock(machine):
    machine.set_by = HOUR
    machine.after(5)

    machine.clock.judge(-HOUR)

    assert machine.after(5) == at(10) + HOUR


def test_the_servers_word_keeps_a_jump_out_that_spoiled_the_clock(machine):
    machine.set_by = HOUR
    machine.after(5)

    machine.clock.judge(timedelta())
    machine.clock.judge(None)

    assert machine.after(5) == at(10)


def test_what_is_due_is_due_after_so_much_has_passed_whatever_the_machine_is_set_to(machine):
    due_s = machine.clock.due_s(at(30))
    machine.set_by = HOUR
    machine.after(5)

    assert due_s == machine.clock.due_s(at(30)) == 30
    assert machine.clock.at(12) == at(12)


def test_a_jump_that_is_let_through_tells_how_far_it_is_and_what_was_due_by_the_right_time_still_is(machine):
    machine.set_by = HOUR
    machine.after(5)

    leap = machine.clock.judge(-HOUR)

    assert leap == HOUR
    assert machine.clock.due_s(at(30) + HOUR) == 30
    assert machine.clock.judge(timedelta()) == timedelta()


def test_the_reserve_takes_room_and_gives_it_up_once(tmp_path):
    reserve = Reserve(tmp_path / "reserve")

    assert reserve.keep()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 4_000_000
    assert [reserve.give_up(), reserve.give_up()] == [True, False]


def test_the_reserve_is_given_up_before_a_write_fails_and_taken_again_later(tmp_path):
    reserve, file = Reserve(tmp_path / "reserve"), tmp_path / "reserve"
    reserve.tend(10**10)
    assert file.exists()

    reserve.tend(LOW_BYTES - 1)
    assert not file.exists()

    reserve.tend(10**10)
    assert file.exists()
