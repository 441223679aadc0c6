"""The simulator's one timer: in order, on time, and together where it does not matter."""

import asyncio
import time

from loa_agent.sim.timetable import GRID_S, Timetable


def run(plan, *, count):
    """Return what was done, in order, each with how late it was."""

    async def work():
        done, finished = [], asyncio.Event()

        def perform(due):
            done.extend((entry, time.time() - at) for at, entry in due)
            if len(done) == count:
                finished.set()

        timetable = Timetable(perform)
        plan(timetable, time.time())
        await asyncio.wait_for(finished.wait(), 10)
        timetable.close()
        return done

    return asyncio.run(work())


def test_entries_are_done_in_the_order_of_their_time_and_never_early():
    def plan(timetable, now):
        timetable.add(now + 0.03, "third")
        timetable.add(now + 0.01, "first")
        timetable.add(now + 0.02, "second")
        timetable.add(now - 1, "at once")

    done = run(plan, count=4)

    assert [entry for entry, _ in done] == ["at once", "first", "second", "third"]
    assert all(late >= -0.001 for _, late in done)


def test_about_a_time_means_after_it_and_with_the_others():
    moments = []

    def plan(timetable, now):
        for number in range(10):
            timetable.add_about(now + number / 1000, number)
        moments.extend(at for at, _, _ in timetable._heap)

    done = run(plan, count=10)

    assert sorted(entry for entry, _ in done) == list(range(10))
    assert len(set(moments)) <= 2
    assert max(moments) - min(moments) <= GRID_S * 1.01
