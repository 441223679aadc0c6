"""Software for devices when units change: it goes along, waits for a word there, and never stops the change."""

from datetime import timedelta
from fractions import Fraction

import pytest

from loa.devices import commands, release_refusals, tasks
from loa.devices.models import Device, Release, Rollout
from loa.devices.release_keeping import ReleaseKeeper
from loa.devices.tests.released import make_release, second_person, send_out
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.orgs import ports
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.models import Handover
from loa.orgs.ports import Move
from loa.orgs.rules import Change, Role
from loa.orgs.tests.reorganising import DAY, MIDNIGHT, NOW, abolish_district, in_force, merge
from loa.orgs.tests.world import make_user


def going(world, unit, *, version="0.2.0", at=NOW):
    """Let a release of a unit go out to its devices, of which one is told at first."""
    made = make_release(world.system, unit, version=version, now=clock.now())
    commands.confirm(second_person(), made, now=clock.now())
    return send_out(world.system, unit, made, now=at)


def merged(world):
    """Let the commune go into the other one."""
    return in_force(world, merge("09037", "09043"))


def again(row):
    return type(row).objects.unscoped("test").select_related("unit").get(pk=row.pk)


def told(rollout):
    return Device.objects.unscoped("test").filter(release=rollout.release.statement).count()


@pytest.fixture
def devices(world):
    return make_devices(world.commune, count=4), make_devices(world.other_commune, count=4)


def test_what_was_taken_in_and_what_goes_out_go_to_the_unit_that_takes_over_and_wait_there(world, devices):
    rollout = going(world, world.commune)
    waiting = make_release(world.system, world.commune, version="0.3.0", now=clock.now())

    made = merged(world)

    assert [again(row).unit_id for row in (rollout, rollout.release, waiting)] == [world.other_commune.pk] * 3
    assert again(rollout).state == "paused"
    assert Handover.objects.unscoped("test").filter(reorganisation=made, keeper="releases").count() == 3
    tasks.send_out(now=MIDNIGHT + timedelta(days=9))
    assert told(rollout) == 1


def test_it_reaches_the_new_units_own_devices_only_after_somebody_there_lets_it_go_on(world, devices):
    rollout = going(world, world.commune)
    merged(world)

    commands.go_on(world.system, again(rollout))
    Device.objects.unscoped("test").filter(release=rollout.release.statement).update(
        tried_release=rollout.release.statement, runs_release=rollout.release.statement, release_step="proved",
        seen_at=MIDNIGHT + timedelta(days=4),
    )  # fmt: skip
    for days in (1, 2, 3):
        tasks.send_out(now=MIDNIGHT + timedelta(days=days))

    assert told(rollout) > 1


def test_what_is_over_stays_where_it_was(world, devices):
    rollout = going(world, world.commune)
    commands.withdraw(world.system, rollout, reason="Lỗi", now=NOW + timedelta(minutes=1))

    merged(world)

    assert again(rollout).unit_id == world.commune.pk
    assert again(rollout.release).unit_id == world.other_commune.pk


def test_two_that_would_meet_are_listed_and_the_one_that_comes_along_stops_instead_of_the_change(world, devices):
    coming, own = going(world, world.commune), going(world, world.other_commune, version="0.3.0")
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    (clash,) = ReleaseKeeper().clashes([move], on=DAY)
    merged(world)

    assert (clash.unit, len(clash.things)) == (world.other_commune.pk, 2)
    stopped, stays = again(coming), again(own)
    assert (stopped.state, stopped.stopped_why, stopped.unit_id) == ("stopped", "merged", world.commune.pk)
    assert (stays.state, stays.unit_id) == ("running", world.other_commune.pk)
    assert (told(coming), told(own)) == (0, 1)


def test_of_two_that_come_to_a_third_the_one_that_began_first_goes_along(world, devices):
    later = going(world, world.commune, at=NOW + timedelta(minutes=2))
    first = going(world, world.other_commune, version="0.3.0", at=NOW + timedelta(minutes=1))
    moves = [Move(from_unit=unit.pk, to_unit=world.district.pk) for unit in (world.commune, world.other_commune)]

    assert len(ReleaseKeeper().clashes(moves, on=DAY)) == 1
    moved = ReleaseKeeper().hand_over(moves, now=MIDNIGHT)

    assert (again(first).unit_id, again(first).state) == (world.district.pk, "paused")
    assert (again(later).unit_id, again(later).state) == (world.commune.pk, "stopped")
    assert f"rollout:{later.pk}" not in {one.thing for one in moved}


def test_a_device_that_would_get_the_same_software_anyway_is_not_told_otherwise(world, devices):
    made = make_release(world.system, world.district, now=clock.now())
    commands.confirm(second_person(), made, now=clock.now())
    for unit in (world.commune, world.other_commune):
        send_out(world.system, unit, made, now=NOW)

    merged(world)

    assert Device.objects.unscoped("test").filter(release=made.statement).count() == 2


def test_a_unit_that_is_divided_gives_its_software_to_the_part_that_goes_on(world, devices):
    rollout = going(world, world.commune)
    plan = Plan(
        opens=[Opening(code="09999", name="Xã Mới", level="commune", parent="251")],
        alters=[Altering(code="09043.01", parent="09999")],
        edges=[
            Edge(predecessor="09043", successor="09043", kind=Change.CONTINUE, share=Fraction(1, 2)),
            Edge(predecessor="09043", successor="09999", kind=Change.SPLIT, share=Fraction(1, 2)),
        ],
    )

    in_force(world, plan)

    assert (again(rollout).unit_id, again(rollout).state) == (world.commune.pk, "running")


def test_a_level_that_vanishes_gives_its_software_upwards_where_it_waits(world, devices):
    rollout = going(world, world.district)

    in_force(world, abolish_district())

    assert (again(rollout).unit.code, again(rollout).state) == ("26", "paused")
    assert again(rollout.release).unit.code == "26"


def test_a_unit_that_comes_below_another_rollout_pauses_its_own_and_may_not_go_on_beside_it(world, devices):
    own = going(world, world.commune)
    Rollout.objects.unscoped("test").filter(pk=own.pk).update(unit=world.other_province)
    above = going(world, world.district, version="0.3.0")
    Rollout.objects.unscoped("test").filter(pk=own.pk).update(unit=world.commune)

    ReleaseKeeper().relocated([world.commune.pk], now=MIDNIGHT)

    assert (again(own).state, again(above).state) == ("paused", "running")
    with pytest.raises(release_refusals.AlreadyGoingOut):
        commands.go_on(world.system, again(own))
    commands.withdraw(world.system, again(above), reason="Thôi", now=MIDNIGHT)
    assert commands.go_on(world.system, again(own)).state == "running"


def test_what_went_along_comes_back_when_the_change_is_taken_back(world, devices):
    rollout = going(world, world.commune)
    made = merged(world)
    moved = _moved(made)

    assert ReleaseKeeper().take_back(moved, now=MIDNIGHT) == 2
    assert [again(row).unit_id for row in (rollout, rollout.release)] == [world.commune.pk] * 2
    assert ReleaseKeeper().take_back(moved, now=MIDNIGHT) == 0


def test_a_rollout_does_not_come_back_to_where_another_has_begun(world, devices):
    rollout = going(world, world.commune)
    moved = _moved(merged(world))
    other = going(world, world.hamlet, version="0.3.0", at=MIDNIGHT)
    Rollout.objects.unscoped("test").filter(pk=other.pk).update(unit=world.commune)

    assert ReleaseKeeper().take_back(moved, now=MIDNIGHT) == 1
    assert (again(rollout).unit_id, again(rollout.release).unit_id) == (world.other_commune.pk, world.commune.pk)


def test_nothing_of_it_is_a_persons_and_what_nobody_could_stop_is_counted(world, devices):
    rollout = going(world, world.commune)
    keeper = ReleaseKeeper()

    assert keeper.hand_on(world.technician_user.pk, None, now=NOW) == 0
    assert keeper.holdings([world.commune.pk, world.hamlet.pk]) == {world.commune.pk: 2}
    assert keeper.without_owner([world.commune.pk]) == 0
    Rollout.objects.unscoped("test").filter(pk=rollout.pk).update(unit=world.outsider_commune)
    assert keeper.without_owner([world.outsider_commune.pk]) == 1


def test_what_a_leaver_took_in_another_person_still_confirms_and_the_leaver_does_not(world, devices):
    content_of = make_release(world.technician, world.commune, now=clock.now())
    other = make_user("kythuat2", "Ngô Văn Kỹ", unit=world.province, role=Role.TECHNICIAN)

    ReleaseKeeper().hand_on(world.technician_user.pk, other.pk, now=NOW)

    waiting = Release.objects.unscoped("test").get(pk=content_of.pk)
    with pytest.raises(release_refusals.SamePerson):
        commands.confirm(world.technician, waiting, now=clock.now())


def _moved(made):
    rows = Handover.objects.unscoped("test").filter(reorganisation=made, keeper="releases")
    return [
        ports.Moved(thing=row.thing, name=row.name, from_unit=row.from_unit_id, to_unit=row.to_unit_id) for row in rows
    ]
