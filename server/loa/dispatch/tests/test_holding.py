"""What clusters hold, for rooms above: those with the same airings together, and what changed of it."""

from datetime import timedelta

from loa.dispatch import commands, holding
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices

DAY = timedelta(days=1)


def held(world, scope=None, unit=None):
    return holding.held(scope or world.officer, unit or world.commune, start_at=NOW, end_at=NOW + DAY)


def test_clusters_with_the_same_airings_stand_together_the_largest_group_first(world):
    first, *_others = make_devices(world.commune, count=3)
    make_airing(world, start_at=NOW + HOUR)
    make_airing(world, start_at=NOW + 2 * HOUR, device_ids=[first.pk], source="slot:2", title="Riêng")

    groups = held(world)

    assert [len(group.devices) for group in groups] == [2, 1]
    assert [sorted(group.titles.values()) for group in groups] == [["Cấp nước"], ["Cấp nước", "Riêng"]]


def test_what_was_taken_back_or_lies_outside_is_not_held(world):
    make_devices(world.commune)
    gone = make_airing(world, start_at=NOW + HOUR)
    make_airing(world, start_at=NOW + 2 * DAY, source="slot:2")
    commands.cancel(world.system, gone, reason="Nhầm", now=NOW)

    assert [group.airings for group in held(world)] == [[]]


def test_clusters_out_of_reach_are_not_told(world):
    make_devices(world.commune)
    make_airing(world, start_at=NOW + HOUR)

    assert held(world, world.other_officer) == []


def test_what_came_and_what_left_since_a_moment_is_told(world):
    make_devices(world.commune)
    former = make_airing(world, start_at=NOW + 3 * HOUR, now=NOW - DAY)
    make_airing(world, start_at=NOW + HOUR, source="slot:2", title="Mới", now=NOW)
    commands.cancel(world.system, former, reason="Dời", now=NOW)

    changes = holding.changed(world.officer, world.commune, since=NOW - HOUR, until=NOW + DAY)

    assert [(one.title, one.state) for one in changes] == [("Mới", "planned"), ("Cấp nước", "cancelled")]
    assert holding.changed(world.other_officer, world.commune, since=NOW - HOUR, until=NOW + DAY) == []
