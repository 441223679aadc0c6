"""Figures of what was heard: they follow from the rows behind them, and their totals are the same on every map."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone

from loa.devices.models import Device
from loa.dispatch import commands as dispatching
from loa.dispatch import counting, queries, rules, tallies
from loa.dispatch.models import Airing, AiringTarget, Tally, Told
from loa.dispatch.tallies import MEASURES, Map
from loa.dispatch.tests.making import CLIP, make_devices, make_evidence
from loa.kernel import clock
from loa.media.rules import ClipFacts
from loa.orgs import commands as units
from loa.orgs import queries as orgs
from loa.orgs.changes import Edge, Plan
from loa.orgs.rules import Change, Level
from loa.orgs.tests.reorganising import approved, merge
from loa.orgs.tests.world import make_unit

NOW = clock.now() + timedelta(minutes=10)
DAY = timezone.localdate(NOW) + timedelta(days=10)
MIDNIGHT = datetime.combine(DAY, time.min, tzinfo=rules.ZONE)
LONG = replace(CLIP, duration_ms=90_000)


def air(world, unit, on, *, source, hour=17, clip: ClipFacts = CLIP, device_ids=None):
    return dispatching.request(
        world.system, unit, title="Lịch cấp nước", clip=clip, device_ids=device_ids, source=source, now=NOW,
        start_at=datetime.combine(on, time(hour), tzinfo=rules.ZONE),
    )  # fmt: skip


def hear(airing, *, of=None):
    """Let some devices of an airing, or all, tell that they played it."""
    meant = AiringTarget.objects.unscoped("test").filter(airing=airing).order_by("device_id")
    devices = Device.objects.unscoped("test").filter(pk__in=[one.device_id for one in meant]).order_by("pk")
    for device in list(devices)[:of]:
        over = airing.start_at + timedelta(milliseconds=airing.clip_duration_ms, seconds=1)
        make_evidence(airing, device, at=over, received_at=over)


def count(after):
    return counting.refresh_all(now=datetime.combine(after, time.max, tzinfo=rules.ZONE))


def report(scope, by=Map.DAY, *, start=None, end=None, map_on=None):
    return tallies.tally(
        scope, start_on=start or DAY - timedelta(days=5), end_on=end or DAY + timedelta(days=5), by=by,
        map_on=map_on or DAY + timedelta(days=6),
    )  # fmt: skip


def split(to, share, share_back):
    return Edge(predecessor="09043", successor=to, kind=Change.SPLIT, share=share, share_back=share_back)


def lines(found):
    return {(line.code, line.name): (line.airings, line.meant, line.heard, line.missed) for line in found.lines}


def exact(found):
    return {name: sum(line.exact[name] for line in found.lines) for name in MEASURES}


@pytest.fixture
def before_and_after(world):
    """Two communes with 2 and 3 clusters; one evening before the reform, one after; one cluster each time silent."""
    make_devices(world.commune, count=2)
    make_devices(world.other_commune, count=3)
    first = air(world, world.district, DAY - timedelta(days=1), source="before")
    made = approved(world, merge("09037", "09043", name="Xã Tam Đồng"), on=DAY, now=NOW)
    hear(first, of=4)
    units.carry_out(world.system, made, now=MIDNIGHT)
    world.district.refresh_from_db()
    second = air(world, world.district, DAY + timedelta(days=1), source="after")
    hear(second, of=4)
    count(DAY + timedelta(days=2))
    return world


# counting


def test_a_count_is_what_the_verdicts_say(world):
    make_devices(world.commune)
    airing = air(world, world.commune, DAY, source="a", clip=LONG)
    hear(airing, of=2)

    count(DAY)

    (one,) = Tally.objects.unscoped("test").all()
    outcome = queries.outcome(world.system, airing.pk, now=airing.end_at + timedelta(hours=1))
    assert (one.unit_id, one.on, one.meant, one.heard) == (world.commune.pk, DAY, outcome.expected, outcome.heard)
    assert (one.meant, one.heard, one.heard_ms) == (3, 2, 180_000)


def test_an_airing_that_is_not_over_or_was_cancelled_is_not_counted(world):
    make_devices(world.commune)
    air(world, world.commune, DAY, source="coming")
    gone = air(world, world.commune, DAY - timedelta(days=1), source="cancelled")
    dispatching.cancel(world.system, gone, reason="Nhầm", now=NOW)

    assert count(DAY - timedelta(days=1)) == 0
    assert not Tally.objects.unscoped("test").exists()


def test_evidence_that_comes_days_later_is_counted_when_it_comes(world):
    make_devices(world.commune)
    airing = air(world, world.commune, DAY, source="a")
    hear(airing, of=1)
    count(DAY)
    late = DAY + timedelta(days=3)

    device = Device.objects.unscoped("test").order_by("-pk").first()
    make_evidence(airing, device)
    Told.objects.create(airing_id=airing.pk)
    assert counting.refresh(now=datetime.combine(late, time.max, tzinfo=rules.ZONE)) == 1

    assert Tally.objects.unscoped("test").get().heard == 2
    assert not Told.objects.exists()


def test_counting_twice_counts_once(world):
    make_devices(world.commune)
    airing = air(world, world.commune, DAY, source="a")
    hear(airing)
    count(DAY)
    Told.objects.create(airing_id=airing.pk)
    Told.objects.create(airing_id=airing.pk)

    assert count(DAY) == 1
    assert count(DAY) == 0
    assert Tally.objects.unscoped("test").get().heard == 3


def test_a_crash_while_counting_leaves_marks_and_counts_as_they_were(world):
    make_devices(world.commune)
    airing = air(world, world.commune, DAY, source="a")
    count(DAY)
    Told.objects.create(airing_id=airing.pk)
    hear(airing)

    with transaction.atomic():
        count(DAY)
        transaction.set_rollback(True)

    assert Told.objects.count() == 1
    assert Tally.objects.unscoped("test").get().heard == 0
    count(DAY)
    assert Tally.objects.unscoped("test").get().heard == 3


def test_plays_count_where_the_device_stood_on_their_day(before_and_after):
    world = before_and_after

    found = {(one.on, one.unit_id): (one.meant, one.heard) for one in Tally.objects.unscoped("test").all()}

    assert {(on, unit): meant for (on, unit), (meant, _) in found.items()} == {
        (DAY - timedelta(days=1), world.commune.pk): 2,
        (DAY - timedelta(days=1), world.other_commune.pk): 3,
        (DAY + timedelta(days=1), world.other_commune.pk): 5,
    }
    assert sum(heard for _, heard in found.values()) == 8


def test_every_count_reconciles_with_the_rows_behind_it(before_and_after):
    airings = list(Airing.objects.unscoped("test").all())

    kept = {(one.airing_id, one.unit_id): (one.meant, one.heard) for one in Tally.objects.unscoped("test").all()}

    assert kept == {(one.airing_id, one.unit_id): (one.meant, one.heard) for one in counting.count(airings)}
    assert sum(meant for meant, _ in kept.values()) == AiringTarget.objects.unscoped("test").count()


# reports


def test_as_of_each_day_old_units_stand_before_the_break_and_new_ones_after(before_and_after):
    found = lines(report(before_and_after.monitor))

    assert {name: meant for name, (_, meant, _, _) in found.items()} == {
        ("09043", "Xã Tam Hồng"): 2,
        ("09037", "Xã Đồng Cương"): 3,
        ("09037", "Xã Tam Đồng"): 5,
    }


def test_on_todays_map_all_stands_under_the_new_unit(before_and_after):
    found = lines(report(before_and_after.monitor, Map.TODAY))

    assert found == {("09037", "Xã Tam Đồng"): (3, 10, 8, 2)}


def test_on_the_former_map_what_came_after_goes_back_in_parts(before_and_after):
    found = report(before_and_after.monitor, Map.FORMER, map_on=DAY - timedelta(days=1))

    assert {line.name: line.exact["meant"] for line in found.lines} == {
        "Xã Tam Hồng": Fraction(2) + Fraction(5, 2),
        "Xã Đồng Cương": Fraction(3) + Fraction(5, 2),
    }


@pytest.mark.parametrize(
    "period", [(-5, -1), (-5, 5), (0, 5), (1, 1)], ids=["before", "over the break", "after", "one day"]
)
def test_totals_are_equal_on_every_map_to_the_unit(before_and_after, period):
    start, end = (DAY + timedelta(days=days) for days in period)
    maps = [(Map.DAY, None), (Map.TODAY, None), (Map.FORMER, DAY - timedelta(days=1)), (Map.FORMER, DAY)]

    found = [report(before_and_after.monitor, by, start=start, end=end, map_on=on) for by, on in maps]

    assert len({tuple(sorted(exact(one).items())) for one in found}) == 1
    assert len({(one.total.meant, one.total.heard, one.total.missed, one.total.minutes) for one in found}) == 1
    for one in found:
        assert one.total.meant == sum(line.meant for line in one.lines) == one.total.exact["meant"]
        assert all(line.meant == line.heard + line.missed for line in one.lines)


def test_a_part_of_a_third_still_adds_up(world):
    """One commune is divided among two; what its clusters played before goes on in thirds."""
    third = make_unit(code="09050", name="Xã Ba", level=Level.COMMUNE, parent=world.district)
    make_devices(world.commune, count=1)
    air(world, world.commune, DAY - timedelta(days=1), source="before")
    plan = Plan(
        closes=["09043"],
        edges=[
            split("09037", Fraction(2, 3), Fraction(2, 5)),
            split("09050", Fraction(1, 3), Fraction(1, 4)),
            Edge(predecessor="09037", successor="09037", kind=Change.CONTINUE, share_back=Fraction(3, 5)),
            Edge(predecessor="09050", successor="09050", kind=Change.CONTINUE, share_back=Fraction(3, 4)),
        ],
    )
    made = approved(world, plan, on=DAY, now=NOW)
    units.carry_out(world.system, made, now=MIDNIGHT)
    count(DAY)

    found = report(world.monitor, Map.TODAY)

    assert {line.code: line.exact["meant"] for line in found.lines} == {
        "09037": Fraction(2, 3),
        third.code: Fraction(1, 3),
    }
    assert (found.total.meant, [line.meant for line in found.lines]) == (1, [1, 0])


def test_hamlets_are_shown_under_their_commune_and_an_airing_for_all_counts_once(world):
    other = make_unit(code="09043.02", name="Thôn Hai", level=Level.HAMLET, parent=world.commune)
    make_devices(world.hamlet, count=2)
    make_devices(other, count=1)
    air(world, world.commune, DAY, source="a")
    count(DAY)

    assert lines(report(world.monitor)) == {("09043", "Xã Tam Hồng"): (1, 3, 0, 3)}


def test_a_hamlets_plays_follow_its_commune_over_the_break(world):
    make_devices(world.hamlet, count=2)
    air(world, world.commune, DAY - timedelta(days=1), source="before")
    made = approved(world, merge("09037", "09043"), on=DAY, now=NOW)
    units.carry_out(world.system, made, now=MIDNIGHT)
    world.other_commune.refresh_from_db()
    air(world, world.other_commune, DAY + timedelta(days=1), source="after")
    count(DAY + timedelta(days=2))

    assert {name: meant for (_, name), (_, meant, _, _) in lines(report(world.monitor)).items()} == {
        "Xã Tam Hồng": 2,
        "Xã Đồng Cương": 2,
    }
    assert {code: meant for (code, _), (_, meant, _, _) in lines(report(world.monitor, Map.TODAY)).items()} == {
        "09037": 4
    }


def test_a_reform_carried_out_late_counts_as_if_it_had_been_in_time(world):
    make_devices(world.commune, count=2)
    made = approved(world, merge("09037", "09043"), on=DAY, now=NOW)
    air(world, world.commune, DAY, source="meanwhile")
    units.carry_out(world.system, made, now=MIDNIGHT + timedelta(days=2))
    count(DAY)

    assert {code: meant for (code, _), (_, meant, _, _) in lines(report(world.monitor, Map.TODAY)).items()} == {
        "09037": 2
    }


@pytest.mark.parametrize(
    ("who", "meant"), [("officer", 2), ("other_officer", 10), ("monitor", 10), ("outsider", 0), ("citizen", 0)]
)
def test_each_sees_what_was_heard_in_reach(before_and_after, who, meant):
    """The former commune's people keep seeing what was theirs; the unit that took it over sees all."""
    scope = orgs.scope_for(getattr(before_and_after, f"{who}_user"))

    assert report(scope).total.meant == meant
    assert report(scope, Map.TODAY).total.meant == meant


def test_a_report_of_nothing_is_empty(world):
    found = report(world.monitor)

    assert found.lines == []
    assert (found.total.meant, found.total.minutes) == (0, 0)


@pytest.mark.parametrize("by", list(Map))
def test_the_airings_behind_a_line_are_found(before_and_after, by):
    map_on = DAY - timedelta(days=1) if by is Map.FORMER else DAY + timedelta(days=6)
    start, end = DAY - timedelta(days=5), DAY + timedelta(days=5)

    behind = tallies.behind(before_and_after.monitor, "09037", start_on=start, end_on=end, by=by, map_on=map_on)

    expected = {Map.DAY: [5, 3], Map.TODAY: [5, 2, 3], Map.FORMER: [5, 3]}[by]
    assert sorted(one.meant for one in behind) == sorted(expected)


def test_nobody_finds_airings_out_of_reach(before_and_after):
    start, end = DAY - timedelta(days=5), DAY + timedelta(days=5)

    behind = tallies.behind(before_and_after.outsider, "09037", start_on=start, end_on=end, by=Map.DAY, map_on=DAY)

    assert behind == []
