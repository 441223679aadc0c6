"""Live speech on the outputs, with the real clock: on its moment, in step, silent where a piece is missing."""

import subprocess
import sys
import threading
import time
import wave
from datetime import UTC, datetime, timedelta

import av
import numpy as np
import pytest

from loa_agent.deck import Deck
from loa_agent.effects import Adjust, Halt, Sound, Tune
from loa_agent.outputs.port import NullOutput, OutputBroken
from loa_agent.outputs.wav import WavOutput
from loa_agent.speaking import SpeakingTurn
from loa_protocol.live import Opening

RATE = 48_000
SESSION = "019aaf2e-3c00-7000-8000-0000000000d1"


def opus(seconds, *, rate=440):
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "flt", 32_000
    encoder.options = {"frame_duration": "20"}
    moments = np.arange(round(seconds * RATE)) / RATE
    tone = (0.4 * np.sin(2 * np.pi * rate * moments)).astype("f4")
    packets = []
    for start in range(0, len(tone), 960):
        frame = av.AudioFrame.from_ndarray(tone[start : start + 960].reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return [tuple(packets[start : start + 20]) for start in range(0, len(packets), 20)]


class Heard:
    """Hears what a deck tells."""

    def __init__(self):
        self.told, self.over = [], threading.Event()

    def started(self, airing, at):
        self.told.append(("started", airing, at))

    def ended(self, airing, _at, *, level_dbfs, chunks=0):
        self.told.append(("ended", airing, level_dbfs, chunks))
        self.over.set()

    def failed(self, airing, _at, *, reason):
        self.told.append(("failed", airing, reason))
        self.over.set()


def speak(outputs, chunks, *, missing=(), lead_s=0.5, late=(), volume=100, adjusted=None):
    """Let a deck speak these chunks; return what it told."""
    heard = Heard()
    deck = Deck(outputs, place=lambda _sha: None, listener=heard)
    now = datetime.now(UTC)
    base = now + timedelta(seconds=lead_s)
    opening = Opening(id=SESSION, start_at=now, end_at=now + timedelta(minutes=1))
    deck.perform(Tune(opening=opening, at=base, base_at=base, volume_pct=volume))
    for seq, packets in enumerate(chunks):
        if seq not in missing and seq not in late:
            deck.perform(Sound(session=SESSION, seq=seq, packets=packets))
    for seq in late:
        time.sleep(max(0.0, base.timestamp() + seq * 0.4 + 0.05 - time.time()))
        deck.perform(Sound(session=SESSION, seq=seq, packets=chunks[seq]))
    if adjusted is not None:
        time.sleep(max(0.0, base.timestamp() + 0.5 - time.time()))
        deck.perform(Adjust(airing=SESSION, volume_pct=adjusted))
    time.sleep(max(0.0, base.timestamp() + len(chunks) * 0.4 - time.time()))
    deck.perform(Halt(airing=SESSION))
    assert heard.over.wait(5)
    return base, heard.told


def samples(folder):
    (path,) = folder.glob("*.wav")
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_767.0


def rms(sound, begin_s, end_s):
    return float(np.sqrt(np.mean(sound[round(begin_s * RATE) : round(end_s * RATE)] ** 2)))


@pytest.mark.system
def test_speech_sets_in_on_its_moment_and_tells_what_sounded(tmp_path):
    base, told = speak([WavOutput(tmp_path)], opus(1.2))

    (_, airing, started_at), (_, _, level, chunks) = told
    assert airing == SESSION
    assert timedelta(0) <= started_at - base < timedelta(milliseconds=15)
    assert chunks == 3
    assert -14 < level < -8
    assert abs(len(samples(tmp_path)) / RATE - 1.2) < 0.45


@pytest.mark.system
def test_a_missing_chunk_and_one_that_comes_too_late_are_silence_and_the_rest_stays_in_step(tmp_path):
    _, told = speak([WavOutput(tmp_path)], opus(2.0), missing=(1,), late=(3,))

    sound = samples(tmp_path)
    assert [rms(sound, at, at + 0.2) > 0.2 for at in (0.1, 0.9, 1.7)] == [True] * 3
    assert [rms(sound, at, at + 0.2) < 0.02 for at in (0.5, 1.3)] == [True] * 2
    assert told[-1][3] == 3


@pytest.mark.system
def test_speech_goes_on_at_another_volume_while_it_sounds(tmp_path):
    speak([WavOutput(tmp_path)], opus(2.0), adjusted=10)

    sound = samples(tmp_path)
    assert rms(sound, 1.7, 1.9) / rms(sound, 0.1, 0.3) == pytest.approx(0.1, abs=0.02)


@pytest.mark.system
def test_two_outputs_hear_the_same_samples(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"

    speak([WavOutput(first), WavOutput(second)], opus(0.8))

    assert np.array_equal(samples(first), samples(second))


@pytest.mark.system
def test_who_comes_late_begins_with_the_next_whole_chunk():
    now = datetime.now(UTC)
    opening = Opening(id=SESSION, start_at=now, end_at=now + timedelta(minutes=1))
    base = now - timedelta(seconds=1.1)

    turn = SpeakingTurn(Tune(opening=opening, at=now, base_at=base, volume_pct=80), [NullOutput()])
    turn.prepare()

    assert turn.wait()
    assert abs((time.time() - base.timestamp()) % 0.4) < 0.02


@pytest.mark.system
def test_noise_in_place_of_opus_is_silence_not_an_end(tmp_path):
    chunks = opus(0.8)
    chunks[0] = tuple(b"\xff" * 30 for _ in range(20))

    _, told = speak([WavOutput(tmp_path)], chunks)

    assert [what for what, *_ in told] == ["started", "ended"]
    assert rms(samples(tmp_path), 0.5, 0.7) > 0.2


class BrokenOutput:
    name = "broken"

    def voice(self, _airing, *, started):  # noqa: ARG002 - the port
        raise OutputBroken("no card")


@pytest.mark.system
def test_a_broken_output_is_told():
    _, told = speak([BrokenOutput()], opus(0.4))

    assert told == [("failed", SESSION, "output_failed")]


def test_what_decodes_speech_is_loaded_when_somebody_is_about_to_speak_and_not_before():
    program = (
        "import sys, threading\n"
        "from loa_agent.deck import Deck\n"
        "deck = Deck([], place=None, listener=None)\n"
        "assert not {'av', 'numpy'} & set(sys.modules)\n"
        "deck.expect_speech()\n"
        "deck.expect_speech()\n"
        "loading = [one for one in threading.enumerate() if one.name == 'warm']\n"
        "[one.join() for one in loading]\n"
        "assert {'av', 'numpy'} <= set(sys.modules)\n"
        "assert len(loading) <= 1\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
