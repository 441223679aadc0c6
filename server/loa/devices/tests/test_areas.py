"""A device whose unit moved: told, listened for in both areas, and at last in the new one alone."""

import asyncio

import pytest
from django.db import connection, transaction

from loa.devices import areas, commands, tasks
from loa.devices.models import Device, Outbound
from loa.devices.tests import fleet
from loa.devices.tests.conftest import make_unit
from loa.kernel import clock
from loa.media import store
from loa.orgs.rules import Level
from loa_protocol import config, messages, topics
from loa_protocol.messages import NowKind
from loa_protocol.mqtt.errors import Rejected
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down, Up

from .test_bridge import in_thread


def told(path):
    return config.encode(config.Config(area=path))


def sha256(path):
    return store.put(told(path))


def row(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


def move(device, unit):
    Device.objects.unscoped("test").filter(pk=device.pk).update(unit=unit)


def confirm(*devices):
    """Let devices say that they follow what they were told, as the bridge writes it."""
    for device in devices:
        Device.objects.unscoped("test").filter(pk=device.pk).update(former_areas=[])


def areas_of(unit):
    return {(one.area, one.device_ids and tuple(one.device_ids)) for one in areas.former(unit.path)}


def test_a_device_that_moves_must_be_told_and_may_obey_its_former_area(world):
    (device,), _ = world.enrolled()

    move(device, world.other)

    moved = row(device)
    assert (moved.told_area, moved.former_areas) == ("", ["26/08707"])
    assert (moved.enrolled_area, moved.config) == ("26/08707", None)


def test_it_is_told_by_a_file_that_lies_in_the_store_first(world, now):
    (device,), _ = world.enrolled()
    move(device, world.other)

    assert tasks.tell_areas(now=now) == 1

    after = row(device)
    assert (after.told_area, after.config) == ("26/08710", sha256("26/08710"))
    assert store.path(after.config).read_bytes() == told("26/08710")
    assert after.state_seq == device.state_seq + 1
    assert tasks.tell_areas(now=now) == 0


def test_a_crash_after_the_file_and_before_the_row_loses_nothing(world, now):
    (device,), _ = world.enrolled()
    move(device, world.other)

    with transaction.atomic():
        tasks.tell_areas(now=now)
        transaction.set_rollback(True)

    assert row(device).told_area == ""
    assert tasks.tell_areas(now=now) == 1


def test_who_was_never_moved_is_told_nothing(world, now):
    world.enrolled(count=3)

    assert tasks.tell_areas(now=now) == 0


def test_back_before_it_was_told_it_is_told_where_it_stands(world, now):
    (device,), _ = world.enrolled()
    move(device, world.other)
    move(device, world.commune)

    tasks.tell_areas(now=now)

    after = row(device)
    assert (after.told_area, after.former_areas) == ("26/08707", [])


def test_two_moves_before_it_confirms_leave_both_former_areas(world, now):
    (device,), _ = world.enrolled()
    move(device, world.other)
    tasks.tell_areas(now=now)
    move(device, world.elsewhere)
    tasks.tell_areas(now=now)

    assert row(device).former_areas == ["26/08707", "26/08710"]


def test_an_urgent_message_is_said_in_the_former_area_under_one_id(world, now):
    (device,), _ = world.enrolled()
    move(device, world.elsewhere)

    commands.publish_now(
        world.system, world.elsewhere, kind=NowKind.STOP, airing_id="a", expires_at=now.replace(year=2027), now=now
    )

    first, second = Outbound.objects.order_by("pk")
    assert [first.area, second.area] == ["27", "26"]
    assert second.body["id"] == str(first.message)
    assert second.body["devices"] is None


def test_the_former_area_is_taken_no_higher_than_where_nobody_else_listens(world):
    mine, _ = world.enrolled(count=2)
    world.enrolled(unit=world.other)
    for device in mine:
        move(device, world.elsewhere)

    assert areas_of(world.elsewhere) == {("26/08707", None)}


def test_where_others_stayed_in_the_former_area_the_moved_devices_are_named(world):
    (gone, _stayed), _ = world.enrolled(count=2)
    move(gone, world.elsewhere)

    assert areas_of(world.elsewhere) == {("26/08707", (gone.pk,))}
    assert areas_of(world.commune) == set()


def test_of_chosen_devices_only_those_that_moved_are_named_in_the_former_area(world, now):
    (gone, stayed), _ = world.enrolled(count=2)
    move(gone, world.elsewhere)
    (native,), _ = world.enrolled(unit=world.elsewhere)

    commands.publish_now(
        world.system, world.elsewhere, kind=NowKind.STOP, airing_id="a", device_ids=[gone.pk, native.pk],
        expires_at=now.replace(year=2027), now=now,
    )  # fmt: skip

    first, second = Outbound.objects.order_by("pk")
    assert first.body["devices"] == sorted([str(gone.pk), str(native.pk)])
    assert (second.area, second.body["devices"]) == ("26/08707", [str(gone.pk)])
    assert str(stayed.pk) not in second.body["devices"]


def test_whoever_confirmed_needs_no_second_message(world, now):
    (device,), _ = world.enrolled()
    move(device, world.elsewhere)
    tasks.tell_areas(now=now)
    confirm(device)

    assert areas_of(world.elsewhere) == set()


def test_a_unit_above_both_places_is_heard_without_a_second_message(world):
    (device,), _ = world.enrolled()
    move(device, world.other)

    assert areas_of(world.province) == set()
    assert areas_of(world.other) == {("26", None)}


def test_a_revoked_device_is_told_nothing_more(world, now):
    (device,), _ = world.enrolled()
    commands.revoke(world.system, row(device), now=now)

    move(device, world.elsewhere)

    assert areas_of(world.elsewhere) == set()
    assert tasks.tell_areas(now=now) == 0


def test_enrolled_anew_it_stands_where_it_was_told_and_nowhere_else(world, now):
    (device,), _ = world.enrolled()
    move(device, world.other)
    tasks.tell_areas(now=now)

    (fresh,) = commands.provision_fleet(world.system, world.other, device_ids=[device.pk], now=now)

    after = row(device)
    assert fresh.area_path == after.told_area == after.enrolled_area == "26/08710"
    assert (after.config, after.former_areas) == (None, [])


def test_two_thousand_devices_are_told_in_a_few_statements(world, now, django_assert_max_num_queries):
    devices, _ = world.enrolled(count=300)
    Device.objects.unscoped("test").update(unit=world.elsewhere)

    with django_assert_max_num_queries(12):
        assert tasks.tell_areas(now=now) == len(devices)


# with a bridge that runs


@pytest.fixture
def live(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


def hello(at, digest=None):
    return messages.encode(messages.Hello(version="1", boot="b", at=at, config=digest))


def stop_everything(world, unit):
    now = clock.now()
    commands.publish_now(
        world.system, unit, kind=NowKind.STOP, airing_id="a", expires_at=now.replace(year=now.year + 1), now=now
    )


async def configured(device):
    """Return the first state that names a configuration."""
    state = None
    while state is None or state.config is None:
        token = await device.heard(topics.down(device.id, Down.STATE))
        state = messages.DesiredState.read(device.ring.open(token, Purpose.STATE, clock.now()))
    return state


async def allowed(device, topic, *, is_so):
    """Wait until a device may, or may not, hear a topic."""
    async with asyncio.timeout(fleet.WAIT_S):
        while await refused(device, topic) == is_so:  # noqa: ASYNC110 - the listener does not call
            await asyncio.sleep(0.02)


async def refused(device, topic):
    try:
        await device.client.subscribe([(topic, 1)])
    except Rejected:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_while_it_moves_a_device_hears_both_areas_and_afterwards_the_new_one_only(live):
    (device, _stays), identities = live.enrolled(count=2)

    async def journey():
        async with fleet.running_bridge() as port:
            one = await fleet.FakeDevice(identities[0]).connect(port)
            early = await refused(one, topics.area_now("27"))

            await in_thread(move, device, live.elsewhere)
            await in_thread(tasks.tell_areas, now=clock.now())
            state = await configured(one)
            await in_thread(stop_everything, live, live.elsewhere)
            former = messages.Now.read(
                one.ring.open(await one.heard(topics.area_now("26/08707")), Purpose.NOW, clock.now())
            )
            late = await refused(one, topics.area_now("27"))

            one.say(Up.HELLO, hello(clock.now(), state.config))
            await fleet.until(lambda: row(device).former_areas == [])
            await allowed(one, topics.area_now("26/08707"), is_so=False)
            await in_thread(stop_everything, live, live.elsewhere)
            new = messages.Now.read(one.ring.open(await one.heard(topics.area_now("27")), Purpose.NOW, clock.now()))
            await in_thread(stop_everything, live, live.commune)
            await in_thread(stop_everything, live, live.elsewhere)
            last = await one.heard(topics.area_now("27"))
            quiet = [message.topic for message in one.inbox._queue]
            return early, late, state, former, new, last, quiet

    early, late, state, former, new, last, quiet = asyncio.run(journey())
    assert (early, late) == (True, False)
    assert state.config == sha256("27")
    assert former.area == "26/08707"
    assert new.area == "27"
    assert last
    assert topics.area_now("26/08707") not in quiet


@pytest.mark.django_db(transaction=True)
def test_a_device_that_lost_its_memory_is_heard_where_it_was_enrolled_until_it_is_told_again(live):
    (device,), identities = live.enrolled()
    move(device, live.elsewhere)
    tasks.tell_areas(now=clock.now())
    confirm(device)

    async def journey():
        async with fleet.running_bridge() as port:
            one = fleet.FakeDevice(identities[0])
            one.area = "27"
            await one.connect(port)
            one.say(Up.HELLO, hello(clock.now()))
            await fleet.until(lambda: row(device).former_areas == ["26/08707"])
            await allowed(one, topics.area_now("26/08707"), is_so=True)

    asyncio.run(journey())


@pytest.mark.django_db(transaction=True)
def test_a_device_cannot_claim_an_area_it_was_never_told(live):
    """Or an urgent message for its unit would be said to others."""
    (device,), identities = live.enrolled()
    (foreign,), _ = live.enrolled(unit=live.other)
    move(device, live.elsewhere)
    tasks.tell_areas(now=clock.now())

    async def journey():
        async with fleet.running_bridge() as port:
            one = await fleet.FakeDevice(identities[0]).connect(port)
            one.say(Up.HELLO, hello(clock.now(), sha256("26/08710")))
            await fleet.until(lambda: row(device).reported_config == sha256("26/08710"))

    asyncio.run(journey())
    assert row(device).former_areas == ["26/08707"]
    assert areas_of(live.elsewhere) == {("26/08707", None)}
    assert row(foreign).former_areas == []


def test_an_index_answers_who_is_still_to_be_told(world):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM devices_device WHERE state = 'enrolled' AND told_area = ''")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "devices_device_untold" in plan


def test_a_hamlet_moves_with_its_commune(world):
    hamlet = make_unit("08707.01", "Thôn Một", Level.HAMLET, world.commune)
    (device,), _ = world.enrolled(unit=hamlet)

    move(device, world.other)

    assert row(device).former_areas == ["26/08707/08707.01"]
