"""How loud it may be: by whom it is set, which ceiling wins, and what devices hold of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loa.devices.models import Device
from loa.dispatch import ceilings, ceilings_seen, commands, limiting, plans, rules
from loa.dispatch import refusals as dispatch
from loa.dispatch.models import Ceiling, Pending
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices
from loa.kernel.errors import Denied, FreshFactorNeeded, NotFound, WrongState
from loa.media import store
from loa_protocol import plan

NIGHT = {"start_min": 1260, "end_min": 330}


def limit(world, *, unit=None, by=None, most_pct=40, now=NOW, **about):
    first = {"start_min": 0, "end_min": 1440}
    return commands.set_ceiling(by or world.leader, unit or world.commune, most_pct=most_pct, now=now, **first | about)


def held(device):
    """Return the plan a device was told to hold."""
    device.refresh_from_db()
    return plan.decode(store.path(device.plan).read_bytes())


def test_the_lowest_ceiling_of_unit_place_and_device_wins(world):
    device, other = make_devices(world.hamlet, count=2)
    limit(world, by=world.province_editor, unit=world.province, most_pct=90)
    limit(world, most_pct=70)
    limit(world, most_pct=30, device_id=device.pk, nearby=rules.Nearby.SCHOOL, start_min=420, end_min=690)
    ten = NOW

    assert ceilings.lowest_ceiling(world.hamlet.path, ten) == 70
    assert ceilings.lowest_ceiling(world.hamlet.path, ten, device_id=device.pk) == 30
    assert ceilings.lowest_ceiling(world.hamlet.path, ten, device_id=other.pk) == 70
    assert ceilings.lowest_ceiling(world.hamlet.path, ten + 3 * HOUR, device_id=device.pk) == 70
    assert ceilings.lowest_ceiling(world.other_commune.path, ten) == 90
    assert ceilings.lowest_ceiling(world.outsider_commune.path, ten) is None
    assert ceilings.lowest_ceiling(world.hamlet.path, ten, is_alert=True) is None


def test_devices_learn_it_with_their_plan_and_those_elsewhere_keep_theirs(world):
    (near, far) = make_devices(world.commune, count=2)
    (elsewhere,) = make_devices(world.other_commune, count=1)
    make_airing(world, start_at=NOW + HOUR)
    plans.mark_all_dirty(NOW)
    plans.refresh(now=NOW)
    before = held(elsewhere)

    limit(world, most_pct=60)
    limit(world, most_pct=20, device_id=near.pk, **NIGHT)
    limit(world, most_pct=95, is_alert=True)
    plans.refresh(now=NOW)

    assert [(one.most_pct, one.is_alert) for one in held(near).ceilings] == [(95, True), (60, False), (20, False)]
    assert [(one.most_pct, one.is_alert) for one in held(far).ceilings] == [(60, False), (95, True)]
    assert [(one.start_min, one.end_min) for one in held(near).ceilings] == [(0, 1440), (330, 1260), (1260, 330)]
    assert held(near).airings == held(far).airings
    assert held(elsewhere) == before


def test_a_ceiling_that_was_ended_leaves_the_plans(world):
    (device,) = make_devices(world.commune, count=1)
    ceiling = limit(world)
    plans.refresh(now=NOW)
    assert held(device).ceilings

    commands.ask_to_end(world.officer, ceiling, now=NOW)
    commands.end_ceiling(world.leader, ceiling, now=NOW)
    plans.refresh(now=NOW)

    assert held(device).ceilings == ()
    with pytest.raises(WrongState):
        commands.end_ceiling(world.leader, ceiling, now=NOW)


def test_two_people_end_a_ceiling_and_one_lets_it_stand(world):
    (device,) = make_devices(world.commune, count=1)
    ceiling = limit(world)
    with pytest.raises(WrongState):
        commands.end_ceiling(world.leader, ceiling, now=NOW)

    commands.ask_to_end(world.officer, ceiling, now=NOW)
    with pytest.raises(WrongState):
        commands.ask_to_end(world.leader, ceiling, now=NOW)
    with pytest.raises(limiting.OwnRequest):
        commands.end_ceiling(world.officer, ceiling, now=NOW)
    commands.keep_ceiling(world.officer, ceiling)
    with pytest.raises(WrongState):
        commands.end_ceiling(world.leader, ceiling, now=NOW)
    with pytest.raises(WrongState):
        commands.keep_ceiling(world.officer, ceiling)
    plans.refresh(now=NOW)

    assert [one.most_pct for one in held(device).ceilings] == [40]


def test_the_end_that_somebody_asked_for_waits_for_everybody_else_who_may_decide(world):
    ceiling = limit(world)
    limit(world, most_pct=30)
    assert not ceilings_seen.ceilings_to_end(world.leader)

    commands.ask_to_end(world.officer, ceiling, now=NOW)

    assert [one.pk for one in ceilings_seen.ceilings_to_end(world.leader)] == [ceiling.pk]
    for nobody in (world.officer, world.monitor, world.other_officer):
        assert not ceilings_seen.ceilings_to_end(nobody)
    commands.end_ceiling(world.leader, ceiling, now=NOW)
    assert not ceilings_seen.ceilings_to_end(world.leader)


def test_nobody_elsewhere_without_the_right_or_a_second_factor_has_a_ceiling_ended(world):
    ceiling = limit(world)

    for ask in (commands.ask_to_end, commands.end_ceiling):
        for scope, error in ((world.monitor, Denied), (world.other_officer, NotFound)):
            with pytest.raises(error):
                ask(scope, ceiling, now=NOW)
        with pytest.raises(FreshFactorNeeded):
            ask(replace(world.leader, is_fresh=False), ceiling, now=NOW)


@pytest.mark.parametrize(
    "change",
    ["ended_at = now(), ended_by_id = set_by_id", "most_pct = 90", "start_min = 60", "reason = 'khác'"],
)
def test_the_database_wants_two_people_and_lets_nothing_be_changed(world, change):
    ceiling = limit(world)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE dispatch_ceiling SET {change} WHERE id = %s", [ceiling.pk])  # noqa: S608 - constants


def test_the_database_wants_another_person(world):
    ceiling = limit(world)
    commands.ask_to_end(world.officer, ceiling, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_ceiling SET ended_at = now(), ended_by_id = ending_by_id")


def test_an_ordinary_airing_rises_and_an_alert_does_not(world):
    make_devices(world.commune)
    ordinary = make_airing(world, start_at=NOW + HOUR)

    assert plans.planned(ordinary).fade_in_ms == 1_000


def test_it_asks_for_the_right_there_and_a_second_factor(world):
    (foreign,) = make_devices(world.other_commune, count=1)

    for scope, error in ((world.technician, Denied), (world.monitor, Denied), (world.other_officer, NotFound)):
        with pytest.raises(error):
            limit(world, by=scope)
    with pytest.raises(FreshFactorNeeded):
        limit(world, by=replace(world.leader, is_fresh=False))
    with pytest.raises(NotFound):
        limit(world, device_id=foreign.pk)
    assert not Pending.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        {"start_min": 60, "end_min": 60},
        {"start_min": 1440, "end_min": 60},
        {"start_min": -1},
        {"end_min": 1441},
        {"most_pct": 101},
        {"most_pct": -1},
    ],
)
def test_a_ceiling_that_is_none_is_refused(world, about):
    with pytest.raises(dispatch.NotAStretch):
        limit(world, **about)


def test_a_technician_notes_what_a_meter_showed(world):
    (device,) = make_devices(world.commune, count=1)
    about = {"spot": "Cổng trường tiểu học", "measured_at": NOW - HOUR, "now": NOW}

    noted = commands.note_level(
        world.technician, world.commune, level_dba=71.5, distance_m=30, device_id=device.pk, **about
    )

    assert list(ceilings_seen.measurements(world.monitor, world.commune)) == [noted]
    assert not ceilings_seen.measurements(world.outsider, world.commune).exists()
    for wrong in (
        {"level_dba": 10.0}, {"level_dba": float("nan")}, {"distance_m": 0}, {"spot": "  "},
        {"measured_at": NOW + timedelta(minutes=1)},
    ):  # fmt: skip
        with pytest.raises(dispatch.ImplausibleLevel):
            commands.note_level(
                world.technician, world.commune, **{"level_dba": 71.5, "distance_m": 30} | about | wrong
            )
    with pytest.raises(Denied):
        commands.note_level(world.monitor, world.commune, level_dba=71.5, distance_m=30, **about)


def test_the_database_takes_no_ceiling_over_the_top(world):
    ceiling = limit(world)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_ceiling SET most_pct = 101 WHERE id = %s", [ceiling.pk])


def test_nobody_makes_alerts_inaudible(world):
    (device,) = make_devices(world.commune, count=1)

    for most_pct in (0, rules.ALERT_LEAST_PCT - 1):
        with pytest.raises(dispatch.TooQuietForAlerts, match="50 %"):
            limit(world, most_pct=most_pct, is_alert=True)
    limit(world, most_pct=rules.ALERT_LEAST_PCT, is_alert=True)
    limit(world, most_pct=0)
    plans.refresh(now=NOW)

    assert [(one.most_pct, one.is_alert) for one in held(device).ceilings] == [(0, False), (50, True)]


def set_at_once(world, *, most_pct):
    """Put a ceiling for alerts into the table, past the command."""
    return Ceiling.objects.create(
        unit=world.commune, start_min=0, end_min=1440, most_pct=most_pct, is_alert=True,
        set_by_id=int(world.leader.actor.id), set_at=NOW,
    )  # fmt: skip


def test_the_database_takes_no_ceiling_under_which_alerts_are_not_heard(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        set_at_once(world, most_pct=rules.ALERT_LEAST_PCT - 1)


def test_a_ceiling_for_alerts_from_before_is_told_at_the_floor_and_can_be_ended(world):
    (device,) = make_devices(world.commune, count=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dispatch_ceiling DISABLE TRIGGER dispatch_ceiling_alert_is_heard")
        low = set_at_once(world, most_pct=0)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dispatch_ceiling ENABLE TRIGGER dispatch_ceiling_alert_is_heard")
    plans.mark([device.pk])
    plans.refresh(now=NOW)

    assert [one.most_pct for one in held(device).ceilings] == [rules.ALERT_LEAST_PCT]
    assert ceilings.lowest_ceiling(world.commune.path, NOW, is_alert=True) == rules.ALERT_LEAST_PCT
    commands.ask_to_end(world.officer, low, now=NOW)
    commands.end_ceiling(world.leader, low, now=NOW)
    low.refresh_from_db()
    assert (low.most_pct, low.ended_at) == (0, NOW)


def test_a_hundred_and_two_ceilings_of_all_levels_still_make_a_plan(world):
    (device,) = make_devices(world.hamlet, count=1)
    make_airing(world, unit=world.hamlet, start_at=NOW + HOUR)
    levels = [(world.province, None), (world.commune, None), (world.hamlet, None), (world.hamlet, device.pk)]
    Ceiling.objects.bulk_create(
        Ceiling(
            unit=unit, device_id=own, start_min=number * 13, end_min=number * 13 + 9, most_pct=51 + number % 40,
            is_alert=number % 3 == 0, set_by_id=int(world.leader.actor.id), set_at=NOW,
        )
        for number in range(102)
        for unit, own in [levels[number % 4]]
    )  # fmt: skip
    plans.mark_all_dirty(NOW)

    plans.refresh(now=NOW)

    told, night = held(device), NOW.astimezone(rules.ZONE).replace(hour=0, minute=15)
    assert len(told.airings) == 1
    assert 0 < len(told.ceilings) <= plan.CEILINGS_MOST
    assert ceilings.lowest_ceiling(world.hamlet.path, night, device_id=device.pk) == 52


def test_a_unit_and_a_device_have_so_many_ceilings_of_their_own_and_no_more(world):
    (device,) = make_devices(world.commune, count=1)
    for number in range(rules.CEILINGS_MOST):
        limit(world, start_min=number, end_min=number + 1)
        last = limit(world, start_min=number, end_min=number + 1, device_id=device.pk)

    for own in (None, device.pk):
        with pytest.raises(dispatch.TooManyCeilings, match="20"):
            limit(world, device_id=own)
    limit(world, unit=world.hamlet)
    commands.ask_to_end(world.officer, last, now=NOW)
    commands.end_ceiling(world.leader, last, now=NOW)
    limit(world, device_id=device.pk)


def test_ordered_volumes_stay_what_they_are(world):
    (device,) = make_devices(world.commune, count=1)
    Device.objects.unscoped("test").filter(pk=device.pk).update(volume_pct=80)

    limit(world, most_pct=30)

    device.refresh_from_db()
    assert device.volume_pct == 80
