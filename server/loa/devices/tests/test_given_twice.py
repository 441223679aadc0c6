"""The same order given twice at once, by a finger that slipped: it counts once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from loa.devices import by_hand, commands, rules
from loa.devices.models import HandPlay, Outbound, Silence

AT_ONCE = 4


def give(*orders):
    """Give orders in as many threads at once; return what came of each."""
    ready, found = threading.Barrier(len(orders)), []

    def run(order):
        try:
            ready.wait()
            found.append(order())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def silences():
    return list(Silence.objects.unscoped("test").order_by("pk"))


@pytest.mark.django_db(transaction=True)
def test_a_silence_given_twice_at_once_is_one_that_is_lifted_once(world, now):
    devices, _ = world.enrolled(count=2)
    names = [device.pk for device in devices]

    def tap():
        return commands.silence(world.officer, world.commune, device_ids=names, reason="Tiếng lạ", now=now)

    given = give(*[tap] * AT_ONCE)

    (said,) = silences()
    assert [one.pk for one in given] == [said.pk] * AT_ONCE
    assert Outbound.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_play_by_hand_sent_twice_at_once_is_one_line(world, now):
    told = by_hand.Told(name="Đài thôn", chain=by_hand.Chain.WIRED, condition=by_hand.Condition.WORKING)
    station = commands.add_station(world.officer, world.commune, told=told, now=now)

    def tap():
        return commands.note_hand_play(world.officer, station, played_at=now, words="Đọc thông báo", now=now)

    given = give(*[tap] * AT_ONCE)

    line = HandPlay.objects.unscoped("test").get()
    assert [one.pk for one in given] == [line.pk] * AT_ONCE


@pytest.mark.parametrize(
    "change", [{"reason": "Khác"}, {"is_drill": True}, {"is_drill": True, "stops": False}, {"device_ids": None}]
)
def test_another_order_a_moment_later_is_another_silence(world, now, change):
    devices, _ = world.enrolled(count=2)
    order = {"device_ids": [devices[0].pk], "reason": "Tiếng lạ", "now": now}
    commands.silence(world.officer, world.commune, **order)

    commands.silence(world.officer, world.commune, **(order | change))

    assert len(silences()) == 2


def test_what_somebody_else_says_or_the_same_person_later_or_after_lifting_is_another_silence(world, now):
    world.enrolled()
    order = {"reason": "Tiếng lạ"}
    first = commands.silence(world.officer, world.commune, **order, now=now)

    commands.silence(world.leader, world.commune, **order, now=now)
    commands.silence(world.officer, world.commune, **order, now=now + rules.SAME_WITHIN + timedelta(seconds=1))
    commands.lift(world.officer, first, reason="Xong", now=now)
    commands.silence(world.officer, world.commune, **order, now=now)

    assert len(silences()) == 4


def test_two_faults_reported_in_the_same_words_each_keep_their_own_silence(world, now):
    (device,), _ = world.enrolled()

    for cause in ("noise", "speaker"):
        commands.report(world.officer, device, cause=cause, words="Loa rít", mutes=True, now=now)

    assert len(silences()) == 2


def test_the_same_line_is_noted_again_once_the_first_was_corrected(world, now):
    told = by_hand.Told(name="Đài thôn", chain=by_hand.Chain.WIRED, condition=by_hand.Condition.WORKING)
    station = commands.add_station(world.officer, world.commune, told=told, now=now)
    about = {"played_at": now, "words": "Đọc thông báo", "now": now}
    first = commands.note_hand_play(world.officer, station, **about)
    again = commands.note_hand_play(world.officer, station, **about)
    commands.correct_hand_play(world.officer, first, **(about | {"words": "Đọc tin khác"}), reason="Nhầm")

    third = commands.note_hand_play(world.officer, station, **about)

    assert again.pk == first.pk
    assert third.pk != first.pk
