"""Live sound between a speaker and the devices: sealed, signed in the bridge, said again for who came late."""

import asyncio
import uuid
from datetime import timedelta

import pytest
import uvloop
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.devices import commands, rules
from loa.devices import live as sounds
from loa.devices.models import LiveChunk, LiveSession
from loa.devices.tests import fleet
from loa.kernel import clock
from loa.kernel.command import Place
from loa_protocol import live, messages, topics
from loa_protocol.signing import Purpose

SESSION = uuid.UUID("019aaf2e-3c00-7000-8000-0000000000d1")
PACKETS = live.pack([bytes([word + 1]) * 60 for word in range(20)])


def opened(world, *, units=None, now):
    place = Place(scope_path=world.commune.path, audit_name="live:test")
    return commands.open_live(
        world.system, place, session=SESSION, units=units or [world.commune], device_ids=None, speaker="1",
        lasts=timedelta(minutes=10), now=now,
    )  # fmt: skip


def closed(world, *, now):
    place = Place(scope_path=world.commune.path, audit_name="live:test")
    return commands.close_live(
        world.system, place, session=SESSION, units=[world.commune], reason=rules.LiveEnd.ENDED, now=now
    )


@pytest.mark.django_db
def test_what_was_opened_and_closed_stands(world, now):
    session = opened(world, now=now)
    sounds.take(session, 0, PACKETS, now=now)
    closed(world, now=now)

    for change in (
        {"areas": ["27"]},
        {"speaker": "2"},
        {"chunks": 9},
        {"base_at": now},
        {"closed_at": now + rules.LIVE_LEAD},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            LiveSession.objects.filter(pk=SESSION).update(**change)


@pytest.mark.django_db
def test_what_was_said_stands_and_nothing_is_said_after_the_end(world, now):
    session = opened(world, now=now)
    sounds.take(session, 0, PACKETS, now=now)

    with pytest.raises(DatabaseError), transaction.atomic():
        LiveChunk.objects.update(packets=b"other")
    closed(world, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        LiveChunk.objects.create(session_id=SESSION, seq=7, play_at=now, packets=PACKETS, seal=b"", received_at=now)


@pytest.mark.django_db
def test_a_chunk_has_one_number(world, now):
    opened(world, now=now)
    row = {"session_id": SESSION, "seq": 0, "play_at": now, "packets": PACKETS, "seal": b"", "received_at": now}
    LiveChunk.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        LiveChunk.objects.create(**row)


@pytest.fixture
def alive(request, transactional_db, settings):
    settings.LOA_MQTT_PORT = 0
    fleet.forget_evidence()
    return request.getfixturevalue("world")


def in_thread(function, *args, **kwargs):
    return asyncio.to_thread(fleet._asked, lambda: function(*args, **kwargs))


@pytest.mark.django_db(transaction=True)
def test_a_chunk_reaches_a_device_signed_with_the_key_of_its_opening(alive):
    _devices, identities = alive.enrolled()

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            now = clock.now()
            session = await in_thread(opened, alive, now=now)
            token = await device.heard(topics.area_now(alive.commune.path))
            await in_thread(sounds.take, session, 0, PACKETS, now=clock.now())
            message = await device.heard(topics.area_live(alive.commune.path))
            return device, token, message

    device, token, message = uvloop.run(journey())
    claims, key = device.ring.verify(token, Purpose.NOW)
    chunk = live.open_chunk(message, key.key)
    assert messages.Now.read(claims).live.id == chunk.session == str(SESSION)
    assert live.pack(chunk.packets) == PACKETS
    assert chunk.play_at == LiveSession.objects.get().base_at


@pytest.mark.django_db(transaction=True)
def test_sound_that_no_process_of_ours_took_in_is_never_signed(alive):
    _devices, identities = alive.enrolled()

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            session = await in_thread(opened, alive, now=clock.now())
            await in_thread(_smuggled, session)
            await in_thread(sounds.take, session, 1, PACKETS, now=clock.now())
            return await device.heard(topics.area_live(alive.commune.path))

    chunk = uvloop.run(journey())
    assert int.from_bytes(chunk[17:21]) == 1


def _smuggled(session):
    """Write a chunk into the database, as somebody who has only the database could."""
    soon = clock.now() + timedelta(seconds=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO devices_live_chunk (session_id, seq, play_at, packets, seal, received_at)"
            " VALUES (%s, 0, %s, %s, %s, now())",
            [session.pk, soon, PACKETS, b"x" * 32],
        )


@pytest.mark.django_db(transaction=True)
def test_an_opening_is_said_again_in_the_same_bytes_for_who_came_late(alive, monkeypatch):
    _devices, identities = alive.enrolled()
    monkeypatch.setattr(rules, "LIVE_SAY_AGAIN", timedelta(0))

    async def journey():
        async with fleet.running_bridge() as port:
            device = await fleet.FakeDevice(identities[0]).connect(port)
            session = await in_thread(opened, alive, now=clock.now())
            token = await device.heard(topics.area_now(alive.commune.path))
            await in_thread(sounds.take, session, 0, PACKETS, now=clock.now())
            heard = [await device.heard(topics.area_live(alive.commune.path)) for _ in range(2)]
            return token, heard

    token, heard = uvloop.run(journey())
    assert token in heard
