"""The sums of days: exact however evidence comes, along changes of units, and by what went wrong."""

import importlib
import random
import threading
from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from loa.audit import verifying
from loa.audit.ports import Fault
from loa.dispatch import commands as dispatching
from loa.dispatch import counting, day_counting, days, rules, tallies
from loa.dispatch.models import AiringTarget, DayTally, Tally, Told
from loa.dispatch.tallies import Map
from loa.dispatch.tests.making import CLIP, make_devices, make_evidence
from loa.kernel import clock
from loa.orgs import commands as units
from loa.orgs.tests.reorganising import approved, merge

NOW = clock.now() + timedelta(minutes=10)
DAY = timezone.localdate(NOW) + timedelta(days=10)
PERIOD = {"start_on": DAY - timedelta(days=5), "end_on": DAY + timedelta(days=5)}
OUTCOMES = ("heard", "silent", "partial", "missed", "refused", "untold")
BEST_FIRST = ("heard", "silent", "partial", "odd", "missed", "refused", "untold")


def air(world, unit, on, *, source, hour=17):
    return dispatching.request(
        world.system, unit, title="Lịch cấp nước", clip=CLIP, device_ids=None, source=source, now=NOW,
        start_at=datetime.combine(on, time(hour), tzinfo=rules.ZONE),
    )  # fmt: skip


def tell(airing, device, what):
    """Let a device tell something that comes to this verdict; nothing for `untold`."""
    over = airing.start_at + timedelta(milliseconds=airing.clip_duration_ms, seconds=1)
    outcome = {"heard": "played", "silent": "played"}.get(what, what)
    if what != "untold":
        make_evidence(
            airing, device, outcome, level_dbfs=-90.0 if what == "silent" else -20.0, at=over, received_at=over,
            started=what in {"heard", "silent", "partial"}, reason="power_off" if what == "missed" else "",
        )  # fmt: skip
        Told.objects.create(airing_id=airing.pk)


def told(figures):
    return Counter({name: count for name in BEST_FIRST if (count := getattr(figures, name))})


def late(day=DAY, after=2):
    return datetime.combine(day + timedelta(days=after), time.max, tzinfo=rules.ZONE)


def differing():
    return [(one.where, one.which) for one in verifying.verify().findings if one.fault == Fault.FIGURE_DIFFERS]


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_of_days_are_a_recount_of_all_evidence_however_it_came(world, seed):
    chance = random.Random(seed)
    places = [world.commune, world.hamlet, world.other_commune]
    devices = {unit.pk: make_devices(unit, count=chance.randint(1, 4), connected=False) for unit in places}
    where = {device.pk: unit for unit in places for device in devices[unit.pk]}
    airings = [
        air(world, chance.choice([world.commune, world.other_commune, world.district]), DAY + timedelta(days=day),
            source=f"{day}:{hour}", hour=hour)
        for day in range(3) for hour in (6, 12, 17)
    ]  # fmt: skip
    meant = [
        (airing, target.device_id)
        for airing in airings
        for target in AiringTarget.objects.unscoped("test").filter(airing=airing)
    ]
    by_id = {device.pk: device for some in devices.values() for device in some}
    coming = [(airing, device, chance.choice(OUTCOMES)) for airing, device in meant]
    coming += [(airing, device, chance.choice(OUTCOMES)) for airing, device in chance.sample(meant, len(meant) // 3)]
    chance.shuffle(coming)

    for airing, device, what in coming:
        tell(airing, by_id[device], what)
        if chance.random() < 0.3:
            counting.refresh(now=late(after=chance.choice([0, 1, 2, 4])))
    counting.refresh_all(now=late(after=5))

    best = {(airing.pk, device): "untold" for airing, device in meant}
    lost = set()
    for airing, device, what in coming:
        play = airing.pk, device
        # what was told as lost cannot have sounded
        word = "odd" if play in lost and what in {"heard", "silent", "partial"} else what
        best[play] = min(best[play], word, key=BEST_FIRST.index)
        lost |= {play} if what == "missed" else set()
    expected = {}
    for (_, device), what in best.items():
        unit = world.commune if where[device] == world.hamlet else where[device]
        expected.setdefault(unit.code, Counter())[what] += 1
    found = days.below(world.system, world.district, **PERIOD, map_on=DAY)
    assert {code: told(one) for code, one in found.items()} == expected
    assert all(one.meant == sum(expected[code].values()) for code, one in found.items())
    assert (
        sum(one.heard for one in found.values())
        == tallies.tally(world.system, **PERIOD, by=Map.TODAY, map_on=DAY).total.heard
    )
    assert differing() == []


def test_evidence_that_comes_late_changes_its_own_day_and_no_other(world):
    (device,) = make_devices(world.commune, count=1, connected=False)
    first, second = (air(world, world.commune, DAY + timedelta(days=day), source=f"{day}") for day in (0, 1))
    tell(second, device, "heard")
    counting.refresh_all(now=late())
    before = list(DayTally.objects.unscoped("test").filter(on=DAY + timedelta(days=1)).values())

    tell(first, device, "heard")
    counting.refresh(now=late(after=4))

    assert DayTally.objects.unscoped("test").get(on=DAY).heard == 1
    assert list(DayTally.objects.unscoped("test").filter(on=DAY + timedelta(days=1)).values()) == before


def test_reasons_are_counted_and_codes_nobody_knows_are_one_word(world):
    one, other, third = make_devices(world.commune, connected=False)
    airing = air(world, world.commune, DAY, source="a")
    tell(airing, one, "missed")
    make_evidence(airing, other, "missed", started=False, reason="<script>" * 3)
    make_evidence(airing, third, "refused", started=False, reason="bad_signature")

    counting.refresh_all(now=late())

    found = days.reasons(world.system, world.commune, **PERIOD)
    assert found == {"missed:power_off": 1, "missed:other": 1, "refused:bad_signature": 1}
    assert days.said("power_off") != "power_off"


def test_a_figure_opens_into_the_airings_it_is_made_of(world):
    one, other = make_devices(world.commune, count=2, connected=False)
    good = air(world, world.commune, DAY, source="good")
    bad = air(world, world.commune, DAY, source="bad", hour=6)
    for device in (one, other):
        tell(good, device, "heard")
    tell(bad, one, "refused")
    counting.refresh_all(now=late())

    def behind(*how, scope=world.officer):
        return [row.airing_id for row in days.behind(scope, world.commune, **PERIOD, how=how)]

    assert behind("heard") == [good.pk]
    assert behind("refused", "odd") == [bad.pk]
    assert behind("untold") == [bad.pk]
    assert behind("missed") == []
    assert behind("meant", scope=world.outsider) == []


def test_another_commune_and_a_stranger_see_no_sum(world):
    make_devices(world.commune, connected=False)
    air(world, world.commune, DAY, source="a")
    counting.refresh_all(now=late())

    assert days.below(world.officer, world.commune, **PERIOD, map_on=DAY)[""].untold == 3
    assert days.below(world.other_officer, world.commune, **PERIOD, map_on=DAY) == {}
    assert days.below(world.outsider, world.commune, **PERIOD, map_on=DAY) == {}


def test_sums_go_along_when_units_merge_and_read_the_same_on_the_former_map(world):
    make_devices(world.commune, count=2, connected=False)
    make_devices(world.other_commune, count=3, connected=False)
    air(world, world.district, DAY - timedelta(days=1), source="before")
    made = approved(world, merge("09037", "09043", name="Xã Tam Đồng"), on=DAY, now=NOW)
    units.carry_out(world.system, made, now=datetime.combine(DAY, time.min, tzinfo=rules.ZONE))
    world.district.refresh_from_db()
    air(world, world.district, DAY + timedelta(days=1), source="after")
    counting.refresh_all(now=late())

    after = days.below(world.system, world.district, **PERIOD, map_on=DAY + timedelta(days=2))
    before = days.below(world.system, world.district, **PERIOD, map_on=DAY - timedelta(days=2))

    assert sum(one.untold for one in after.values()) == sum(one.untold for one in before.values()) == 10
    assert {code: one.untold for code, one in after.items() if one.meant} == {"09037": 10}
    assert set(before) == {"09037", "09043"}


def test_a_sum_changed_by_sql_is_named_when_the_record_is_verified(world):
    make_devices(world.commune, connected=False)
    air(world, world.commune, DAY, source="a")
    counting.refresh_all(now=late())

    DayTally.objects.unscoped("test").update(heard=1, untold=2)

    assert differing() == [("dispatch_day", f"{world.commune.pk} {DAY}")]


def test_figures_kept_before_there_were_days_are_summed_and_counted_once_more(world):
    make_devices(world.commune, connected=False)
    air(world, world.commune, DAY, source="a")
    counting.refresh_all(now=late())
    kept = list(DayTally.objects.unscoped("test").values())
    DayTally.objects.unscoped("test").delete()
    Tally.objects.unscoped("test").update(untold=0, reasons={})
    migration = importlib.import_module("loa.dispatch.migrations.0004_days")

    with connection.cursor() as cursor:
        for statement in (migration.DAYS, migration.DAYS, migration.AGAIN):
            cursor.execute(statement)
    assert DayTally.objects.unscoped("test").get().meant == 3
    counting.refresh(now=late())

    assert list(DayTally.objects.unscoped("test").values()) == kept


def _blocked():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_two_that_count_the_same_day_at_once_leave_the_sum_of_both(world):
    make_devices(world.commune, connected=False)
    first, second = (air(world, world.commune, DAY, source=str(hour), hour=hour) for hour in (6, 17))
    inside, go_on, failed = threading.Event(), threading.Event(), []

    def write(airing, *, waits):
        try:
            with transaction.atomic():
                Tally.objects.create(airing=airing, unit=world.commune, on=DAY, meant=3, heard=1, heard_ms=1)
                day_counting.recount({(world.commune.pk, DAY)})
                if waits:
                    inside.set()
                    go_on.wait(20)
        except DatabaseError as broken:
            failed.append(broken)
        finally:
            connections.close_all()

    slow = threading.Thread(target=write, args=(first,), kwargs={"waits": True})
    slow.start()
    assert inside.wait(20)
    quick = threading.Thread(target=write, args=(second,), kwargs={"waits": False})
    quick.start()
    while quick.is_alive() and not _blocked():
        pass
    go_on.set()
    for one in (slow, quick):
        one.join(20)

    assert failed == []
    found = DayTally.objects.unscoped("test").get()
    assert (found.airings, found.meant, found.heard) == (2, 6, 2)
