"""Carrying a relay by the real clock: from a station on this machine to chunks, through losses and take-overs."""

import threading
import time
from datetime import timedelta

import av
import numpy as np
import pytest

from loa.devices.models import LiveChunk, LiveSession
from loa.devices.rules import LiveEnd
from loa.dispatch import commands as dispatching
from loa.dispatch.models import Remark
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.media import commands as media
from loa.media import intake
from loa.media.rules import TuneUse
from loa.media.tests import sounds
from loa.media.tests.streams import station, tone
from loa.schedules import carrying, tasks
from loa.schedules.tests.relays import in_force, soon
from loa_protocol import live as wire


@pytest.fixture(autouse=True)
def _named(settings):
    settings.LOA_STREAM_HOSTS, settings.LOA_STREAM_NETWORKS = ["127.0.0.1"], ["127.0.0.0/8"]


@pytest.fixture
def radio(world):
    """A station on this machine, heard by two clusters."""
    make_devices(world.commune, count=2)
    with station() as made:
        yield made


def make_tune(world, folder, *, hertz, seconds):
    """Keep a tone as a tune of the commune, the way an upload is kept."""
    sound = 0.3 * np.sin(2 * np.pi * hertz * np.arange(seconds * 48_000) / 48_000)
    file = sounds.write(folder / "tune.wav", sound.astype(np.float32), container="wav", codec="pcm_s16le")
    clip = media.keep(world.system, world.commune, prepared=intake.from_upload(file))
    return media.add_tune(world.system, world.commune, clip=clip, name="Nhạc chờ", use=TuneUse.UNDER, now=clock.now())


def carried(airing, *, for_s):
    """Carry a relay for so long and then let this process go; return the sound of its chunks in order."""
    stopping = threading.Event()
    timer = threading.Timer(for_s, stopping.set)
    timer.start()
    carrying.carry(airing.pk, stopping=stopping)
    timer.cancel()
    return sounded(airing)


def sounded(airing):
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = 48_000, "mono"
    found = []
    for chunk in LiveChunk.objects.filter(session=airing.pk).order_by("seq"):
        packets = [av.Packet(packet) for packet in wire.unpack(bytes(chunk.packets))]
        frames = [frame.to_ndarray().reshape(-1) for packet in packets for frame in decoder.decode(packet)]
        found.append(np.concatenate(frames).astype(float))
    return found


def pitch(sound):
    strength = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return int(np.argmax(strength)) * 48_000 / len(sound)


def loud(sound):
    return [float(np.abs(one).max()) > 0.01 * max(float(np.abs(all_).max()) for all_ in sound) for one in sound]


def told():
    return [(one.code, one.detail) for one in Remark.objects.unscoped("test").order_by("pk")]


def test_a_station_is_carried_from_its_first_moment_on_in_step(world, radio):
    there, url = radio
    there.places["/a"] = there.live(tone(30), lasts_s=30)
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=16)

    sound = carried(airing, for_s=20.0)

    base_at = LiveSession.objects.get(pk=airing.pk).base_at
    chunks = list(LiveChunk.objects.filter(session=airing.pk).order_by("seq").values_list("seq", "play_at"))
    assert abs(base_at - airing.start_at) < timedelta(milliseconds=400)
    assert [seq for seq, _ in chunks] == list(range(len(chunks)))
    assert {at - base_at - seq * carrying.CHUNK for seq, at in chunks} == {timedelta()}
    assert len(sound) >= 8
    assert abs(pitch(np.concatenate(sound[2:8])) - 440) < 3


def test_a_station_that_breaks_off_is_replaced_on_record_and_comes_back(world, radio):
    there, url = radio
    there.places["/a"] = there.live(tone(4), lasts_s=4)
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=6)
    timers = [
        threading.Timer(3.0, there.places.pop, ["/a"]),
        threading.Timer(15.0, there.places.__setitem__, ["/a", there.live(tone(30), lasts_s=30)]),
    ]
    for timer in timers:
        timer.start()

    sound = carried(airing, for_s=26.0)

    assert told() == [("begun", "VOV1"), ("lost", "refused"), ("back", "")]
    lost_at, back_at = (one.at for one in Remark.objects.unscoped("test").order_by("pk")[1:3])
    plays = LiveChunk.objects.filter(session=airing.pk).order_by("seq").values_list("play_at", flat=True)
    lead = carrying.LEAD + carrying.CHUNK
    between = [is_loud for at, is_loud in zip(plays, loud(sound), strict=True) if lost_at + lead < at < back_at + lead]
    assert any(loud(sound)[:8])
    assert len(between) > 4
    assert not any(between[:-2])
    assert all(loud(sound)[-4:])


def test_a_tune_is_heard_over_and_over_while_the_station_is_gone_where_that_was_agreed(world, radio, tmp_path):
    there, url = radio
    there.places["/a"] = there.live(tone(4), lasts_s=4)
    tune = make_tune(world, tmp_path, hertz=880, seconds=2)
    airing = soon(world, in_force(world, address=f"{url}/a", fallback_id=tune.clip_id), seconds=6)
    timers = [
        threading.Timer(3.0, there.places.pop, ["/a"]),
        threading.Timer(17.0, there.places.__setitem__, ["/a", there.live(tone(30), lasts_s=30)]),
    ]
    for timer in timers:
        timer.start()

    sound = carried(airing, for_s=27.0)

    assert told() == [("begun", "VOV1"), ("lost", "refused"), ("back", "")]
    heard = [round(pitch(one) / 110) * 110 if is_loud else 0 for one, is_loud in zip(sound, loud(sound), strict=True)]
    runs = [hertz for number, hertz in enumerate(heard) if hertz and (number == 0 or heard[number - 1] != hertz)]
    assert [hertz for number, hertz in enumerate(runs) if number == 0 or runs[number - 1] != hertz] == [440, 880, 440]
    assert heard.count(880) * carrying.CHUNK > timedelta(seconds=4)


def test_a_station_that_leads_into_our_own_network_is_never_heard_and_that_is_on_record(world, radio):
    there, url = radio
    there.places["/a"] = "http://10.0.0.1/a"
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=6)

    sound = carried(airing, for_s=12.0)

    assert ("lost", "address") in told()
    assert sound
    assert max(float(np.abs(one).max()) for one in sound) < 0.001


def test_a_station_of_silence_is_given_up_on_record(world, radio):
    there, url = radio
    there.places["/a"] = there.live(tone(40, amplitude=0.0001), lasts_s=40)
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=6)

    carried(airing, for_s=22.0)

    assert told() == [("begun", "VOV1"), ("silent", "")]


def test_another_process_goes_on_in_step_where_the_first_left_off(world, radio):
    there, url = radio
    there.places["/a"] = there.live(tone(40), lasts_s=40)
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=6)

    before = len(carried(airing, for_s=8.0))
    time.sleep(4.5)
    carried(airing, for_s=8.0)

    numbers = list(LiveChunk.objects.filter(session=airing.pk).order_by("seq").values_list("seq", flat=True))
    assert len(numbers) > before
    assert numbers[before] > before  # what was not heard meanwhile is lost, and nothing is late
    assert [code for code, _ in told()] == ["begun", "taken_over"]


def test_a_stop_ends_the_carrying(world, radio):
    there, url = radio
    there.places["/a"] = there.live(tone(30), lasts_s=30)
    airing = soon(world, in_force(world, address=f"{url}/a"), seconds=6)
    carried(airing, for_s=7.0)
    airing.refresh_from_db()

    dispatching.stop(world.officer, airing, reason="nhầm đài", now=clock.now())
    begun = time.monotonic()
    carried(airing, for_s=10.0)

    assert time.monotonic() - begun < 3
    tasks.settle_speech(now=clock.now())
    assert LiveSession.objects.get(pk=airing.pk).close_reason == LiveEnd.STOPPED
