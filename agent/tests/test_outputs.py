"""Outputs and the deck: what goes in comes out, at the level that is told, one sound at a time."""

import queue
import time
import wave
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from loa_agent import cli, sound
from loa_agent.deck import Deck
from loa_agent.effects import Adjust, Arm
from loa_agent.outputs.card import CardOutput
from loa_agent.outputs.port import NullOutput
from loa_agent.outputs.wav import KEPT, WavOutput
from loa_agent.sim.output import level_dbfs
from loa_protocol import plan

from .box import speech

BLOCK = np.full(4_800, 0.5, dtype=np.float32)


class Heard(queue.Queue):
    """What the deck tells."""

    def started(self, airing, at):
        self.put(("started", airing, at))

    def ended(self, airing, _at, *, level_dbfs, chunks=None):  # noqa: ARG002 - what live speech is told of
        self.put(("ended", airing, level_dbfs))

    def failed(self, airing, _at, *, reason):
        self.put(("failed", airing, reason))


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "clip"
    path.write_bytes(speech(0.6))
    return path


def arm(identifier="a", *, delay_s=0.3, position_s=0.0, volume_pct=100, fade_in_ms=0):
    at = datetime.now(UTC) + timedelta(seconds=delay_s)
    clips = (plan.Clip(sha256="ab" * 32, size_bytes=1, duration_ms=600),)
    airing = plan.PlannedAiring(
        id=identifier, start_at=at, end_at=at + timedelta(seconds=9), clips=clips, fade_in_ms=fade_in_ms
    )
    return Arm(airing=airing, at=at, position=timedelta(seconds=position_s), volume_pct=volume_pct)


def read(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_767.0


MAKE = {"null": lambda _: NullOutput(), "card": lambda _: CardOutput(is_mute=True), "wav": WavOutput}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_an_output_takes_sound_and_ends(make, tmp_path):
    voice = make(tmp_path).voice("a", started="20261123T050000.000Z")

    voice.write(BLOCK)
    voice.write(BLOCK)
    voice.close(whole=True)


def test_a_recording_is_there_when_it_is_complete_and_the_first_one_twice(tmp_path):
    output = WavOutput(tmp_path / "all", first=tmp_path / "first.wav")
    broken = output.voice("../../odd name", started="1")
    broken.write(BLOCK)
    before = list((tmp_path / "all").glob("*.wav"))
    broken.close(whole=False)
    whole = output.voice("b", started="2")
    whole.write(BLOCK * 0.5)
    whole.close(whole=True)

    assert before == []
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["1_______odd_name.wav", "2_b.wav"]
    assert read(tmp_path / "first.wav") == pytest.approx(np.full(4_800, 0.25), abs=1e-4)


def test_old_recordings_make_room(tmp_path):
    output = WavOutput(tmp_path)
    for number in range(KEPT + 5):
        voice = output.voice("a", started=f"{number:05d}")
        voice.write(BLOCK[:10])
        voice.close(whole=True)

    names = sorted(path.name for path in tmp_path.glob("*.wav"))
    assert (len(names), names[0]) == (KEPT, "00005_a.wav")


def test_the_deck_starts_on_time_and_tells_the_level_of_what_went_out(clip, tmp_path):
    heard, armed = Heard(), arm(volume_pct=50)
    deck = Deck([WavOutput(tmp_path)], place=lambda _: clip, listener=heard)

    deck.arm(armed)
    kind, airing, at = heard.get(timeout=10)
    ended = heard.get(timeout=10)

    recorded = read(next(tmp_path.glob("*.wav")))
    assert (kind, airing) == ("started", "a")
    assert at >= armed.at
    assert len(recorded) / sound.RATE_HZ == pytest.approx(0.6, abs=0.05)
    assert ended == ("ended", "a", pytest.approx(10 * np.log10(np.mean(recorded**2)), abs=0.2))


def test_half_the_volume_is_six_decibels_less(clip, tmp_path):
    levels = []
    for volume_pct in (100, 50):
        heard = Heard()
        Deck([NullOutput()], place=lambda _: clip, listener=heard).arm(arm(delay_s=0.05, volume_pct=volume_pct))
        heard.get(timeout=10)
        levels.append(heard.get(timeout=10)[2])

    assert levels[0] - levels[1] == pytest.approx(6.0, abs=0.15)


def test_what_is_prepared_and_what_sounds_goes_on_at_another_volume(tmp_path):
    long = tmp_path / "clip"
    long.write_bytes(speech(2.0))
    heard, folder = Heard(), tmp_path / "out"
    deck = Deck([WavOutput(folder)], place=lambda _: long, listener=heard)
    deck.arm(arm(delay_s=0.4))

    deck.perform(Adjust(airing="a", volume_pct=50))
    heard.get(timeout=10)
    time.sleep(0.8)
    deck.perform(Adjust(airing="a", volume_pct=5))
    heard.get(timeout=10)

    whole = tmp_path / "whole"
    Deck([WavOutput(whole)], place=lambda _: long, listener=heard).arm(arm("b", delay_s=0.1))
    heard.get(timeout=10), heard.get(timeout=10)
    plain, recorded = (read(next(where.glob("*.wav"))) for where in (whole, folder))
    loud = [np.abs(of[:24_000]).max() for of in (recorded, plain)]
    quiet = [np.abs(of[72_000:90_000]).max() for of in (recorded, plain)]
    assert loud[0] / loud[1] == pytest.approx(0.5, abs=0.01)
    assert quiet[0] / quiet[1] == pytest.approx(0.05, abs=0.01)


def test_another_volume_comes_without_a_click_and_within_a_twentieth_of_a_second():
    turned = sound.at_volume(np.ones(4_800, dtype=np.float32), 80, 10)

    assert (turned[0], turned[2_400], turned[-1]) == pytest.approx((0.8, 0.1, 0.1))
    assert np.abs(np.diff(turned)).max() < 0.001


def test_a_simulated_output_tells_the_level_of_the_volumes_it_had():
    whole = arm()
    half = ("a", whole.at + timedelta(milliseconds=300), 0)
    until = whole.at + timedelta(milliseconds=600)

    def level(*adjusted):
        return level_dbfs(whole, adjusted, until=until, mean_square=lambda _: 0.01)

    assert level() == -20.0
    assert level(half) == pytest.approx(-23.0, abs=0.1)
    assert level(("another", *half[1:])) == -20.0
    assert level(("a", whole.at - timedelta(seconds=1), 10)) == -40.0


def test_a_fade_in_rises_from_silence_and_then_leaves_the_sound_as_it_is(clip, tmp_path):
    recorded = {}
    for fade_in_ms in (0, 300):
        heard, folder = Heard(), tmp_path / str(fade_in_ms)
        Deck([WavOutput(folder)], place=lambda _: clip, listener=heard).arm(arm(delay_s=0.05, fade_in_ms=fade_in_ms))
        heard.get(timeout=10)
        heard.get(timeout=10)
        recorded[fade_in_ms] = read(next(folder.glob("*.wav")))
    plain, risen = recorded[0], recorded[300]
    whole = 300 * sound.RATE_HZ // 1000
    half = whole // 2

    assert np.abs(risen[:48]).max() <= 0.02 * np.abs(plain[:half]).max() + 1e-4
    assert np.abs(risen[:half]).max() < 0.55 * np.abs(plain[:half]).max()
    assert risen[whole:] == pytest.approx(plain[whole:], abs=1e-4)
    assert len(risen) == len(plain)


def test_joining_late_skips_the_beginning(clip, tmp_path):
    heard = Heard()
    Deck([WavOutput(tmp_path)], place=lambda _: clip, listener=heard).arm(arm(delay_s=0.05, position_s=0.4))
    heard.get(timeout=10)
    heard.get(timeout=10)

    assert len(read(next(tmp_path.glob("*.wav")))) / sound.RATE_HZ == pytest.approx(0.2, abs=0.05)


def test_what_is_halted_before_its_start_never_sounds(clip, tmp_path):
    heard = Heard()
    deck = Deck([WavOutput(tmp_path)], place=lambda _: clip, listener=heard)

    deck.arm(arm("a", delay_s=0.5))
    deck.halt("a")
    deck.arm(arm("b", delay_s=0.7))
    told = [heard.get(timeout=10)[:2] for _ in range(2)]

    assert told == [("started", "b"), ("ended", "b")]
    assert [path.name.partition("_")[2] for path in tmp_path.glob("*.*")] == ["b.wav"]


def test_what_starts_silences_what_sounds(clip):
    heard = Heard()
    deck = Deck([NullOutput()], place=lambda _: clip, listener=heard)

    deck.arm(arm("a", delay_s=0.2))
    deck.arm(arm("b", delay_s=0.4))
    told = [heard.get(timeout=10)[:2] for _ in range(4)]

    assert told[0] == ("started", "a")
    assert told[-1] == ("ended", "b")
    assert set(told[1:3]) == {("started", "b"), ("ended", "a")}


def test_a_file_that_is_no_sound_fails_with_its_reason(tmp_path):
    (tmp_path / "clip").write_bytes(b"MZ" + bytes(2000))
    heard = Heard()

    Deck([NullOutput()], place=lambda _: tmp_path / "clip", listener=heard).arm(arm())

    assert heard.get(timeout=10) == ("failed", "a", "undecodable")


def test_an_output_that_cannot_be_opened_fails_with_its_reason(clip, tmp_path):
    heard, output = Heard(), WavOutput(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    Deck([output], place=lambda _: clip, listener=heard).arm(arm())

    assert heard.get(timeout=10) == ("failed", "a", "output_failed")


@pytest.mark.parametrize("kind", ["null", "wav"])
def test_a_device_nobody_can_hear_says_so_in_its_log(tmp_path, caplog, kind):
    output = NullOutput() if kind == "null" else WavOutput(tmp_path)

    cli._tell([output])

    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", f"output: {kind}, no sound card: nothing can be heard here")
    ]
