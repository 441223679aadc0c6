"""J12: clone, one command, and a province is at work and a loudspeaker speaks."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from loa.box import doors

pytestmark = [pytest.mark.system, pytest.mark.timeout(320)]

KEYS = {
    "devices", "heard", "missed", "approve_to_first_sound_ms", "approve_to_last_sound_ms", "start_skew_ms_p99",
    "recording", "setup_s", "unit", "bulletin", "voice",
}  # fmt: skip


def test_a_fresh_clone_airs_one_bulletin_on_its_whole_fleet_and_ends(clone):
    ports = {"LOA_PORT": str(doors.next_free(33000)), "LOA_MQTT_PORT": str(doors.next_free(34000))}

    done = clone.run("demo", "--once", limit_s=300, **ports)

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(figures) >= KEYS
    assert figures["devices"] == figures["heard"] == 301
    assert figures["missed"] == 0
    assert figures["unit"] == "Xã Đồng Văn"
    assert 0 < figures["approve_to_first_sound_ms"] <= figures["approve_to_last_sound_ms"]
    _is_speech(Path(figures["recording"]))


def _is_speech(file):
    with wave.open(str(file)) as sound:
        rate = sound.getframerate() * sound.getnchannels()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16).astype(float) / 32768
    tenths = samples[: len(samples) // (rate // 10) * (rate // 10)].reshape(-1, rate // 10)
    loud = np.sqrt((tenths**2).mean(axis=1)) > 10 ** (-40 / 20)
    assert len(samples) / rate > 20
    assert loud.mean() > 0.5
