from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loa.dispatch import commands, queries, rules
from loa.dispatch.tests.making import HOUR, NOW, make_airing, make_devices, make_evidence
from loa.kernel.errors import Denied, NotFound

DAY = {"day_start": NOW - 3 * HOUR, "day_end": NOW + 21 * HOUR}


def timeline(scope, unit, *, now=DAY["day_end"]):
    return queries.summaries(unit, queries.beginning(scope, unit, **DAY), now=now)


def over(airing):
    return airing.end_at + rules.EVIDENCE_GRACE


def test_an_outcome_counts_every_device_once_and_names_the_exceptions_first(world):
    heard, twice, faint, gone, away = make_devices(world.commune, count=5)
    away.connected = False
    away.save()
    airing = make_airing(world)
    make_evidence(airing, heard, late_ms=4)
    make_evidence(airing, twice, "received", started=False)
    make_evidence(airing, twice, late_ms=30)
    make_evidence(airing, twice, late_ms=30)
    make_evidence(airing, faint, level_dbfs=-90.0)
    make_evidence(airing, gone, "missed", reason="media_missing", started=False, level_dbfs=None)

    outcome = queries.outcome(world.officer, airing.pk, now=over(airing))

    assert (outcome.expected, outcome.heard, outcome.silent, outcome.missed, outcome.unreachable) == (5, 2, 1, 1, 1)
    assert (outcome.waiting, outcome.partial, outcome.refused) == (0, 0, 0)
    assert [row.device_id for row in outcome.rows] == [faint.pk, gone.pk, away.pk, heard.pk, twice.pk]
    lead_ms = (airing.start_at - airing.created_at) / timedelta(milliseconds=1)
    assert (outcome.first_sound_ms, outcome.last_sound_ms) == (lead_ms + 4, lead_ms + 30)
    assert outcome.skew_ms_p99 == 26
    assert outcome.rows[1].why
    assert outcome.rows[4].lateness_ms == 30


def test_evidence_of_devices_that_were_not_meant_is_not_counted(world):
    (meant,) = make_devices(world.commune, count=1)
    airing = make_airing(world)
    (late,) = make_devices(world.commune, count=1)
    make_evidence(airing, meant)
    make_evidence(airing, late)

    outcome = queries.outcome(world.system, airing.pk, now=over(airing))

    assert (outcome.expected, outcome.heard) == (1, 1)


def test_nothing_is_heard_before_anything_was_told(world):
    make_devices(world.commune)
    airing = make_airing(world)

    outcome = queries.outcome(world.leader, airing.pk, now=NOW)

    assert (outcome.expected, outcome.waiting, outcome.heard) == (3, 3, 0)
    assert (outcome.first_sound_ms, outcome.last_sound_ms, outcome.skew_ms_p99) == (None, None, None)


def test_an_airing_of_another_place_is_not_found(world):
    make_devices(world.commune)
    airing = make_airing(world)

    for scope in (world.other_officer, world.outsider, world.citizen, world.administrator):
        with pytest.raises(NotFound):
            queries.outcome(scope, airing.pk, now=NOW)
        with pytest.raises(NotFound):
            queries.get(scope, airing.pk)
    assert queries.get(world.monitor, airing.pk) == airing


def test_a_commune_sees_its_own_devices_of_an_airing_from_above(world):
    own, foreign = make_devices(world.hamlet, count=2), make_devices(world.other_commune, count=3)
    airing = make_airing(world, unit=world.province, start_at=NOW + HOUR)
    for device in [*own, *foreign]:
        make_evidence(airing, device)

    outcome = queries.outcome(world.officer, airing.pk, now=over(airing))
    (line,) = timeline(world.officer, world.commune, now=over(airing))

    assert {row.device_id for row in outcome.rows} == {device.pk for device in own}
    assert (line.id, line.expected, line.heard, line.unit_name) == (airing.pk, 2, 2, "Tỉnh Vĩnh Phúc")
    assert queries.outcome(world.monitor, airing.pk, now=over(airing)).heard == 5
    with pytest.raises(NotFound):
        queries.get(world.officer, airing.pk)


def test_a_timeline_tells_a_day_in_order_with_its_sums(world):
    first, second, third = make_devices(world.commune)
    later = make_airing(world, start_at=NOW + 2 * HOUR, source="later")
    sooner = make_airing(world, start_at=NOW + HOUR, source="sooner")
    make_airing(world, start_at=NOW + 30 * HOUR, source="tomorrow")
    make_evidence(sooner, first)
    make_evidence(sooner, second, "missed", started=False)

    lines = timeline(world.officer, world.commune, now=NOW + HOUR)

    assert [line.id for line in lines] == [sooner.pk, later.pk]
    assert (lines[0].expected, lines[0].heard, lines[0].missed, lines[0].waiting) == (3, 1, 1, 1)
    assert (lines[1].waiting, lines[1].state) == (3, rules.State.PLANNED)
    assert timeline(world.officer, world.commune)[0].missed == 2
    assert third.pk


def test_a_timeline_refuses_the_wrong_unit_and_the_wrong_role(world):
    with pytest.raises(NotFound):
        timeline(world.other_officer, world.commune)
    with pytest.raises(Denied):
        timeline(world.administrator, world.commune)


def test_what_is_on_the_air_is_what_has_begun_and_still_stands(world):
    make_devices(world.commune)
    airing = make_airing(world)

    assert not queries.on_air(world.officer, now=NOW).exists()
    assert list(queries.on_air(world.officer, now=airing.start_at)) == [airing]
    commands.stop(world.leader, airing, reason="Nhầm", now=airing.start_at)
    assert not queries.on_air(world.officer, now=airing.start_at).exists()


def test_the_number_of_queries_does_not_grow_with_devices_or_airings(world):
    devices = make_devices(world.commune, count=4)
    small = make_airing(world, device_ids=[devices[0].pk], source="small")
    for number in range(3):
        large = make_airing(world, start_at=NOW + HOUR, source=f"large:{number}")
        for device in devices:
            make_evidence(large, device)

    with CaptureQueriesContext(
        connection,
    ) as few:
        queries.outcome(world.officer, small.pk, now=NOW)
    with CaptureQueriesContext(connection) as many:
        outcome = queries.outcome(world.officer, large.pk, now=NOW)
    with CaptureQueriesContext(connection) as day:
        timeline(world.officer, world.commune)

    assert outcome.heard == 4
    assert (len(few), len(many), len(day)) == (4, 4, 3)
