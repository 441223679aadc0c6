"""A loudspeaker of another maker that asks over HTTP: what it is told, what it says, and what that is worth."""

import logging
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from loa.devices import commands as devices
from loa.devices import silences, tasks
from loa.devices.drivers import handing
from loa.devices.drivers.http_polled.driver import PolledDriver
from loa.devices.drivers.http_polled.fake import FakeLoudspeaker, Fault
from loa.devices.models import Device, Outbound, PlayEvent, Refusal
from loa.dispatch import commands, counting, limiting, plans, queries
from loa.dispatch.models import Tally
from loa.dispatch.tests.foreign import enrolled, live, samples, tone_clip
from loa.dispatch.tests.making import HOUR, NOW, make_airing
from loa.media import store
from loa_protocol import limits
from loa_protocol.plan import Priority
from loa_protocol.refusal import Refused

DRIVER = "http_polled"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def row(device):
    return Device.objects.unscoped("test").get(pk=device.pk)


@pytest.fixture
def clip(db):
    return tone_clip()


@pytest.fixture
def polled(world, tmp_path):
    device, line = enrolled(world, DRIVER)
    return device, line, FakeLoudspeaker(line, tmp_path / "fake")


def verdict_of(world, airing, *, now):
    (found,) = queries.outcome(world.system, airing.pk, now=now).rows
    return found


def test_the_fake_loudspeaker_plays_what_it_was_told_into_a_file(world, polled, clip):
    _, line, fake = polled
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)

    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + MINUTE)

    (file,) = fake.recordings
    sound = samples(file)
    assert str(airing.pk) in file.name
    assert len(sound) == pytest.approx(4 * 48_000, abs=48)
    assert 0.1 < float(np.sqrt(np.mean(sound**2))) < 0.3


def test_what_a_polled_loudspeaker_says_is_never_heard(world, polled, clip):
    _, line, fake = polled
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)

    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + MINUTE)

    later = NOW + 2 * HOUR
    outcome = queries.outcome(world.system, airing.pk, now=later)
    assert (outcome.expected, outcome.said, outcome.heard, outcome.silent) == (1, 1, 0, 0)
    assert "nverified" in outcome.rows[0].why or "xác thực" in outcome.rows[0].why
    assert PlayEvent.objects.get(airing_id=airing.pk, outcome="played").level_dbfs is None
    counting.refresh(now=later)
    assert list(Tally.objects.unscoped("test").values_list("meant", "heard")) == [(1, 0)]


def test_a_level_that_a_polled_loudspeaker_makes_up_changes_nothing(world, polled, clip):
    _, line, fake = polled
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR - MINUTE)
    line.now = NOW + HOUR + MINUTE

    line.ask({"NhatKy": [log(airing, clip, level_dbfs=-3, MucAmThanh="-3")]})

    assert PlayEvent.objects.get(airing_id=airing.pk).level_dbfs is None
    assert verdict_of(world, airing, now=NOW + 2 * HOUR).verdict == "said"


def log(airing, clip, **changes):
    return {
        "BanTinID": str(airing.pk),
        "ThoiDiemBatDau": airing.start_at.timestamp(),
        "ThoiLuong": "00:00:04",
        "AmLuong": "60",
        "NoiDung": f"https://loa.example.vn/files/{clip.sha256}",
        "TrangThai": "1",
        **changes,
    }


def test_the_same_log_counts_once(world, polled, clip):
    _, line, fake = polled
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR - MINUTE)

    for seconds in (60, 70, 80):
        line.now = NOW + HOUR + timedelta(seconds=seconds)
        line.ask({"NhatKy": [log(airing, clip), log(airing, clip)]})

    assert PlayEvent.objects.filter(airing_id=airing.pk).count() == 1


def test_a_loudspeaker_that_lies_is_not_believed_and_on_record(world, tmp_path, clip):
    device, line = enrolled(world, DRIVER)
    fake = FakeLoudspeaker(line, tmp_path, fault=Fault.LIES)
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)

    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + MINUTE)

    assert PlayEvent.objects.filter(airing_id=airing.pk).count() == 0
    assert "never fetched" in Refusal.objects.get(device_id=device.pk).detail
    assert verdict_of(world, airing, now=NOW + 2 * HOUR).verdict in {"missed", "unreachable"}


def test_a_loudspeaker_with_a_wrong_clock_is_doubted_and_its_clock_is_told(world, tmp_path, clip):
    device, line = enrolled(world, DRIVER)
    fake = FakeLoudspeaker(line, tmp_path, fault=Fault.WRONG_CLOCK)
    airing = make_airing(world, start_at=NOW + 2 * HOUR, clip=clip)

    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + MINUTE)

    assert row(device).clock_offset_ms == 3_600_000
    assert verdict_of(world, airing, now=NOW + 3 * HOUR).verdict == "odd"


def test_a_loudspeaker_that_begins_late_is_doubted(world, tmp_path, clip):
    _, line = enrolled(world, DRIVER)
    fake = FakeLoudspeaker(line, tmp_path, fault=Fault.LATE)
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)

    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + 3 * MINUTE)

    assert verdict_of(world, airing, now=NOW + 2 * HOUR).verdict == "odd"


def test_a_polled_loudspeaker_comes_back_by_itself_with_what_it_played(world, polled, clip, tmp_path):
    device, line, fake = polled
    airing = make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR - MINUTE)
    line.is_cut = True
    live(fake, line, start=NOW + HOUR, until=NOW + HOUR + 5 * MINUTE)
    tasks.mark_silent(now=line.now)
    assert not row(device).connected

    line.is_cut = False
    started_anew = FakeLoudspeaker(line, tmp_path / "fake")
    live(started_anew, line, start=NOW + 2 * HOUR, until=NOW + 2 * HOUR + SECOND)

    assert row(device).connected
    assert verdict_of(world, airing, now=NOW + 3 * HOUR).verdict == "said"


def test_a_polled_loudspeaker_is_told_lost_once_and_back_once(world, polled, caplog):
    device, line, fake = polled
    caplog.set_level(logging.INFO, logger="loa.devices.drivers.absence")
    live(fake, line, start=NOW, until=NOW)
    for minutes in (4, 5, 6):
        tasks.mark_silent(now=NOW + minutes * MINUTE)
    live(fake, line, start=NOW + 7 * MINUTE, until=NOW + 8 * MINUTE)

    told = [entry.message for entry in caplog.records if getattr(entry, "device", "") == str(device.pk)]

    assert told == ["device back", "device lost", "device back"]


def test_the_fake_says_once_that_its_server_is_lost_and_once_that_it_is_back(polled, caplog):
    _, line, fake = polled
    caplog.set_level(logging.INFO, logger="loa.devices.drivers.asking")
    line.is_cut = True
    live(fake, line, start=NOW, until=NOW + MINUTE)
    line.is_cut = False
    live(fake, line, start=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE)

    assert [entry.message for entry in caplog.records if "asking" in entry.name] == ["server lost", "server back"]


def test_a_silence_takes_everything_but_alerts_from_the_schedule(world, polled, clip):
    device, line, fake = polled
    ordinary = make_airing(world, start_at=NOW + HOUR, clip=clip)
    alert = commands.request(
        world.system, world.commune, title="Lũ về", clip=clip, start_at=NOW + HOUR, device_ids=None,
        priority=Priority.ALERT, source="alert:1", now=NOW,
    )  # fmt: skip
    live(fake, line, start=NOW, until=NOW + SECOND)
    assert set(fake.schedule) == {str(ordinary.pk), str(alert.pk)}

    said = devices.silence(world.system, world.commune, reason="Nội dung lạ", now=NOW + MINUTE)
    live(fake, line, start=NOW + MINUTE, until=NOW + 2 * MINUTE)

    assert fake.schedule == [str(alert.pk)]
    told = silences.progress(said)
    assert (told.confirmed, told.waiting, told.cannot) == (1, 0, 0)
    assert timedelta() < told.last_after <= timedelta(seconds=40)
    assert str(device.pk) == str(told.answers[0].device_id)


def test_an_alert_is_delivered_even_while_it_is_silenced(world, polled, clip):
    _, line, fake = polled
    live(fake, line, start=NOW, until=NOW)
    devices.silence(world.system, world.commune, reason="Nội dung lạ", now=NOW + MINUTE)
    live(fake, line, start=NOW + MINUTE, until=NOW + 2 * MINUTE)

    alert = commands.request(
        world.system, world.commune, title="Lũ về", clip=clip, start_at=None, device_ids=None,
        priority=Priority.ALERT, source="alert:1", now=NOW + 3 * MINUTE,
    )  # fmt: skip
    live(fake, line, start=NOW + 3 * MINUTE, until=NOW + 5 * MINUTE)

    assert [file.name.split("_")[1] for file in fake.recordings] == [f"{alert.pk}.wav"]


def test_a_stop_ends_what_sounds_and_the_device_says_so(world, polled):
    _, line, fake = polled
    long = tone_clip(seconds=120)
    airing = make_airing(world, start_at=NOW + HOUR, clip=long)
    live(fake, line, start=NOW + HOUR - MINUTE, until=NOW + HOUR + 30 * SECOND)

    commands.stop(world.system, airing, reason="Nội dung sai", now=NOW + HOUR + 30 * SECOND)
    live(fake, line, start=NOW + HOUR + 31 * SECOND, until=NOW + HOUR + 2 * MINUTE)

    (file,) = fake.recordings
    assert 25 < len(samples(file)) / 48_000 < 60
    assert PlayEvent.objects.get(airing_id=airing.pk).outcome == "partial"


def test_a_device_that_cannot_be_stopped_is_never_counted_as_silent(world, tmp_path):
    _, line = enrolled(world, DRIVER)
    fake = FakeLoudspeaker(line, tmp_path, fault=Fault.UNSTOPPABLE)
    live(fake, line, start=NOW, until=NOW)

    said = devices.silence(world.system, world.commune, reason="Nội dung lạ", now=NOW + MINUTE)
    live(fake, line, start=NOW + MINUTE, until=NOW + 2 * MINUTE)

    told = silences.progress(said)
    assert (told.confirmed, told.waiting, told.away, told.cannot) == (0, 0, 0, 1)


def test_a_lifted_silence_is_confirmed_and_the_schedule_is_whole_again(world, polled, clip):
    _, line, fake = polled
    make_airing(world, start_at=NOW + HOUR, clip=clip)
    said = devices.silence(world.system, world.commune, reason="Nội dung lạ", now=NOW)
    live(fake, line, start=NOW + SECOND, until=NOW + MINUTE)
    assert fake.schedule == []

    devices.lift(world.system, said, reason="Đã kiểm tra", now=NOW + MINUTE)
    live(fake, line, start=NOW + MINUTE + SECOND, until=NOW + 3 * MINUTE)

    said.refresh_from_db()
    assert len(fake.schedule) == 1
    assert silences.progress(said).confirmed == 1


def test_an_ordered_volume_arrives_is_answered_and_stays_with_the_device(world, polled):
    device, line, fake = polled
    devices.set_volume(world.system, device, volume_pct=35, now=NOW)

    live(fake, line, start=NOW, until=NOW + MINUTE)

    assert fake.volume_pct == 35
    assert row(device).reported_volume_pct == 35
    assert Outbound.objects.get(lane="command").answer_ok is True


def test_an_order_that_nobody_on_record_gave_is_not_handed_out(world, polled):
    device, line, fake = polled
    Outbound.objects.create(
        lane="command", device=device, body={"verb": "volume", "number": 100, "iat": 0, "exp": 2**31},
        created_at=NOW, expires_at=NOW + HOUR,
    )  # fmt: skip

    live(fake, line, start=NOW, until=NOW + MINUTE)

    assert fake.volume_pct == 80
    assert handing.messages(row(device), now=NOW) == []


def test_a_plan_that_is_not_what_its_name_says_is_not_handed_out(world, polled, clip):
    device, line, fake = polled
    make_airing(world, start_at=NOW + HOUR, clip=clip)
    live(fake, line, start=NOW, until=NOW)
    assert len(fake.schedule) == 1
    file = store.path(row(device).plan)
    file.write_bytes(file.read_bytes().replace(b"start", b"trats"))

    live(fake, line, start=NOW + MINUTE, until=NOW + 2 * MINUTE)

    assert fake.schedule == []


def test_a_ceiling_binds_what_another_makers_device_is_told(world, polled, clip):
    device, line, fake = polled
    officer = replace(world.officer, is_fresh=True)
    limiting.set_ceiling(officer, world.commune, start_min=0, end_min=1440, most_pct=40, now=NOW)
    make_airing(world, start_at=NOW + HOUR, clip=clip)

    live(fake, line, start=NOW, until=NOW + SECOND)

    (held,) = handing.held(row(device))
    assert held.volume_pct == 40
    assert fake.schedule == [held.id]


def test_an_alert_is_heard_on_another_makers_device_that_was_turned_down(world, polled, clip):
    device, _, _ = polled
    for priority in (Priority.ALERT, Priority.PRIORITY):
        commands.request(
            world.system, world.commune, title="Lũ về", clip=clip, start_at=NOW + HOUR, device_ids=None,
            priority=priority, source=f"alert:{priority}", now=NOW,
        )  # fmt: skip
    plans.refresh(now=NOW)

    devices.set_volume(world.technician, row(device), volume_pct=10, now=NOW)

    assert {one.priority: one.volume_pct for one in handing.held(row(device))} == {
        Priority.ALERT: limits.ALERT_LEAST_PCT,
        Priority.PRIORITY: 10,
    }


def test_numbers_come_as_text_or_as_numbers():
    driver = PolledDriver()

    as_text, as_number = driver.read({"AmLuong": "60"}), driver.read({"AmLuong": 60})

    assert as_text.volume_pct == as_number.volume_pct == 60


@pytest.mark.parametrize(
    "told",
    [
        {"AmLuong": "101"},
        {"AmLuong": True},
        {"ThoiDiem": 1e400},
        {"NhatKy": {}},
        {"NhatKy": [[]]},
        {"NhatKy": [{}] * 201},
        {"NhatKy": [{"BanTinID": "x", "ThoiDiemBatDau": 1}]},
        {"NhatKy": [{"BanTinID": "018f0000-0000-7000-8000-000000000000", "ThoiLuong": "1"}]},
        {"DaNhanLenh": ["x" * 65]},
        {"ThongTinThietBi": {"NhietDo": "hot"}},
        {"TrangThaiKetNoi": 4},
    ],
)
def test_what_is_none_of_its_words_is_refused(told):
    with pytest.raises(Refused):
        PolledDriver().read(told)


def test_live_speech_says_that_these_devices_cannot_play_it(world, polled):
    _, line, fake = polled
    speech = commands.speak(
        world.system, world.commune, units=[world.commune], title="Nói trực tiếp", lasts=5 * MINUTE,
        speaker="Lãnh đạo", requested_by="Lãnh đạo", now=NOW,
    )  # fmt: skip
    live(fake, line, start=NOW, until=NOW + MINUTE)

    found = verdict_of(world, speech, now=NOW + HOUR)

    assert found.verdict != "heard"
    assert "hãng này" in found.why or "this maker" in found.why
