"""The test of a technician at the device: heard there, soft whatever was ordered, and nowhere else."""

import wave

import numpy as np

from loa_agent import cli, probe
from loa_agent.outputs.wav import WavOutput


def read(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_767.0


def test_the_tone_is_soft_and_rises_from_silence(tmp_path):
    level = probe.play([WavOutput(tmp_path)], pace=False)

    recorded = read(next(tmp_path.glob("*.wav")))
    assert np.abs(recorded).max() <= probe.VOLUME_PCT / 100 + 1e-3
    assert np.abs(recorded[:480]).max() < 0.01
    assert -30.0 < level < -22.0
    assert level == round(10 * np.log10(np.mean(recorded**2)), 1)


def test_the_command_takes_no_volume_and_needs_no_server(tmp_path, capsys):
    options = cli._parser().parse_args(["test", "--home", str(tmp_path), "--output", "wav"])

    code = cli.main(["test", "--home", str(tmp_path), "--output", "wav"])

    assert (code, len(list((tmp_path / "recordings").glob("*.wav")))) == (0, 1)
    assert not hasattr(options, "volume")
    assert "dBFS" in capsys.readouterr().out
