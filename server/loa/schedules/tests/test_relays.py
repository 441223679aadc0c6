"""Relays in the programme: when they are planned, what comes before them, how they are opened and end."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loa.devices import live
from loa.devices.models import LiveSession
from loa.devices.rules import RELAY_LOST_AFTER, LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch import remarks, rules
from loa.dispatch.models import NO_CLIP, Airing, Remark
from loa.dispatch.refusals import AlreadyOver
from loa.dispatch.tests.making import make_devices, sent
from loa.kernel.errors import WrongState
from loa.schedules import commands, previewing, relaying, tasks
from loa.schedules.models import Occurrence
from loa.schedules.refusals import NothingToPlay
from loa.schedules.rules.entries import EntryKind
from loa.schedules.rules.slots import ZONE
from loa.schedules.tests.programme_making import NOW, changed, local, make_entry, make_words, on_plan, written
from loa.schedules.tests.relays import HOST, NoWords, first_relay, in_force, make_relay, proposed, relayed
from loa.schedules.tests.speaking import make_speech
from loa_protocol import live as wire
from loa_protocol.plan import Priority
from loa_protocol.preview import End

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _named(settings):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = [HOST], []


@pytest.fixture
def clusters(world):
    return [*make_devices(world.commune, count=2), *make_devices(world.hamlet, count=3)]


def planned():
    return set(Airing.objects.unscoped("test").filter(state="planned").values_list("pk", flat=True))


def test_a_relay_is_planned_for_its_frame_and_is_no_file(world, clusters):
    entry = make_relay(world, in_force(world))

    assert on_plan(entry)[0] == "23/11 17:00"
    airing = first_relay()
    assert (airing.title, airing.is_live, airing.priority, airing.state) == ("VOV1", True, Priority.RELAY, "planned")
    assert (airing.clip_sha256, airing.clip_duration_ms) == (NO_CLIP, 30 * 60_000)
    assert remarks.is_relay(airing)


def test_a_source_that_is_not_in_force_is_in_no_entry(world, clusters):
    for source_id in (proposed(world).pk, None):
        with pytest.raises(NothingToPlay):
            written(world, NoWords(), kind=EntryKind.RELAY, source_id=source_id)


def test_the_preview_has_the_relay_and_what_comes_before_it(world, clusters):
    make_relay(world, in_force(world))
    make_entry(world, make_words(world, duration_ms=60_000), at=local("17:10").time())

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[0].lines

    assert [(f"{one.start_at.astimezone(ZONE):%H:%M}", one.level, one.end) for one in lines] == [
        ("17:00", Priority.RELAY, End.BROKEN_OFF),
        ("17:10", Priority.SCHEDULED, End.THROUGH),
        ("17:11", Priority.RELAY, End.THROUGH),
    ]
    assert not any(one.needs_a_look for one in lines)


def test_the_preview_parts_a_relay_where_its_clusters_are_as_loud_as_another_ceiling_lets_them(world, clusters):
    make_relay(world, in_force(world))
    dispatching.set_ceiling(world.leader, world.commune, start_min=1030, end_min=1040, most_pct=40, now=NOW)

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[0].lines

    assert [(f"{one.start_at.astimezone(ZONE):%H:%M}", one.most_pct, one.end) for one in lines] == [
        ("17:00", None, End.THROUGH),
        ("17:10", 40, End.THROUGH),
        ("17:20", None, End.THROUGH),
    ]
    assert lines[-1].end_at == lines[0].start_at + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("second_at", "expected"),
    [
        ("17:30", [("17:00", "VOV1", End.THROUGH), ("17:30", "VOV2", End.THROUGH)]),
        ("17:15", [("17:00", "VOV1", End.THROUGH), ("17:30", "VOV2", End.THROUGH)]),
    ],
    ids=["one after the other", "overlapping"],
)
def test_two_sources_at_one_station_never_sound_together_and_the_preview_says_which(
    world, clusters, second_at, expected
):
    make_relay(world, in_force(world))
    other = in_force(world, name="VOV2", address=f"https://{HOST}/vov2")
    make_relay(world, other, at=local(second_at).time())

    lines = previewing.of_station(world.officer, world.commune, now=NOW).days()[0].lines

    assert [(f"{one.start_at.astimezone(ZONE):%H:%M}", one.title, one.end) for one in lines] == expected


def test_the_preview_of_a_draft_has_its_relay_as_new(world, clusters):
    version = written(world, NoWords(), **relayed(in_force(world)))

    lines = previewing.of_station(world.officer, world.commune, now=NOW, version=version).lines

    assert lines
    assert all(one.is_new and one.level is Priority.RELAY for one in lines)


def test_a_withdrawn_source_leaves_the_plan_and_the_days_say_why(world, clusters):
    source = in_force(world)
    entry = make_relay(world, source)

    commands.withdraw_source(world.officer, source, now=NOW)
    tasks.unroll(now=NOW)

    assert on_plan(entry) == []
    reasons = set(Occurrence.objects.unscoped("test").filter(entry=entry).values_list("state", "reason"))
    assert ("held", "source_not_in_force") in reasons


def test_another_source_in_a_new_version_takes_the_place_of_the_former(world, clusters):
    entry = make_relay(world, in_force(world))
    other = in_force(world, name="VOV2", address=f"https://{HOST}/vov2")
    before = planned()

    changed(world, entry, NoWords(), **relayed(other, title="VOV1"))

    after = planned()
    assert len(before) == len(after)
    assert not before & after


def opened(world):
    make_relay(world, in_force(world))
    airing = first_relay()
    now = airing.start_at - 4 * SECOND
    dispatching.open_relay(world.system, airing, name="VOV1", now=now)
    airing.refresh_from_db()
    return airing, now


def test_what_is_opened_names_its_source_its_airing_and_its_end(world, clusters):
    airing, now = opened(world)

    message = sent()[-1]
    told = wire.Opening.from_json(message["live"])
    assert (message["kind"], message["area"]) == ("live", world.commune.path)
    assert (told.id, told.source, told.priority) == (str(airing.pk), "VOV1", Priority.RELAY)
    assert told.end_at == airing.start_at + timedelta(minutes=30)
    assert LiveSession.objects.get(pk=airing.pk).is_relay
    assert [one.code for one in Remark.objects.unscoped("test")] == ["begun"]
    with pytest.raises(WrongState):
        dispatching.open_relay(world.system, airing, name="VOV1", now=now)


def test_a_relay_is_not_opened_after_its_end_nor_when_it_was_taken_back(world, clusters):
    make_relay(world, in_force(world))
    airing = first_relay()
    with pytest.raises(AlreadyOver):
        dispatching.open_relay(world.system, airing, name="VOV1", now=airing.start_at + timedelta(minutes=30))

    dispatching.cancel(world.system, airing, reason="đổi lịch", now=NOW)
    with pytest.raises(WrongState):
        dispatching.open_relay(world.system, airing, name="VOV1", now=airing.start_at)


def test_on_chosen_clusters_the_opening_names_these(world, clusters):
    make_relay(world, in_force(world), device_ids=[clusters[0].pk, clusters[1].pk])
    airing = first_relay()

    dispatching.open_relay(world.system, airing, name="VOV1", now=airing.start_at - SECOND)

    assert sent()[-1]["devices"] == sorted(str(one.pk) for one in clusters[:2])


def test_somebody_speaks_while_a_relay_runs(world, clusters):
    _, now = opened(world)

    assert make_speech(world, now=now).is_live


def test_a_relay_waits_for_another_process_and_then_ends_by_itself(world, clusters):
    airing, now = opened(world)
    live.take(LiveSession.objects.get(pk=airing.pk), 0, wire.pack([wire.SILENT_PACKET]), now=now)

    tasks.settle_speech(now=now + RELAY_LOST_AFTER - SECOND)
    assert LiveSession.objects.get(pk=airing.pk).closed_at is None
    tasks.settle_speech(now=now + RELAY_LOST_AFTER)

    assert LiveSession.objects.get(pk=airing.pk).close_reason == LiveEnd.LINE_LOST


def test_a_relay_of_which_nothing_came_was_missed_not_cancelled(world, clusters):
    airing, now = opened(world)

    tasks.settle_speech(now=now + 61 * SECOND)

    airing.refresh_from_db()
    assert airing.state == rules.State.RELEASED


def test_what_happened_to_a_relay_stays_on_record(world, clusters):
    airing, now = opened(world)
    dispatching.remark(world.system, airing, turn=rules.Turn.LOST, detail="address", now=now)

    told = remarks.of(airing)
    assert [line.is_bad for line in told] == [False, True]
    assert str(told[1].more)
    for words in ("UPDATE dispatch_remark SET detail = ''", "DELETE FROM dispatch_remark", "TRUNCATE dispatch_remark"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_only_what_is_due_is_carried(world, clusters):
    make_relay(world, in_force(world))
    airing = first_relay()
    end = airing.start_at + timedelta(minutes=30)

    assert relaying.due(now=airing.start_at - relaying.BEFORE - SECOND) == []
    assert relaying.due(now=airing.start_at - relaying.BEFORE) == [airing.pk]
    assert relaying.due(now=end - SECOND) == [airing.pk]
    assert relaying.due(now=end) == []


def test_one_process_carries_a_relay_and_the_others_leave_it_alone(world, clusters):
    make_relay(world, in_force(world))
    airing = first_relay()
    asked = [relaying.LOCKS, str(airing.pk)]

    assert relaying.claim(airing.pk)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", asked)
            assert cursor.fetchone() == (False,)
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", asked)
