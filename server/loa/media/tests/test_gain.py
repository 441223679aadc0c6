import numpy as np
import pytest

from loa.media.tests import sounds
from loa.media.worker import clip, gain, levels

CEILING_DBFS = -3.7
AIM_LUFS = -16.0


def pieces(sound):
    return (sound[at : at + 48_000] for at in range(0, len(sound), 48_000))


def uneven():
    """Bursts of noise of every height, and clicks: the limiter takes a good decibel of it."""
    random = np.random.default_rng(3)
    sound = random.standard_normal(48_000 * 12) * 0.05 * np.repeat(random.uniform(0, 1, 120) ** 2, 4_800)
    sound[::20_000] = 0.9
    return sound.astype(np.float32)


def test_the_forecast_comes_near_what_the_limiter_leaves():
    sound = uneven()
    survey = levels.measure(pieces(sound), with_peak=False)

    gain_db = gain.forecast(survey, start=0, stop=len(sound), ceiling_dbfs=CEILING_DBFS, lufs=AIM_LUFS)

    left = levels.measure(
        levels.shaped(pieces(sound), gain_db=gain_db, ceiling_dbfs=CEILING_DBFS), with_peak=False
    ).lufs
    assert gain_db > AIM_LUFS - survey.lufs + 0.5
    assert left == pytest.approx(AIM_LUFS, abs=1.0)


def test_a_gain_is_found_along_a_slope_in_three_trials():
    tried = []

    def missing(gain_db):
        tried.append(gain_db)
        return 0.5 * (12.0 - gain_db)

    assert gain.settled(missing, first_db=9.0, least_db=3.0, near_lu=0.2) == pytest.approx(12.0, abs=0.4)
    assert len(tried) <= 3


def test_a_gain_is_found_where_loudness_jumps():
    def missing(gain_db):
        return 12.0 - gain_db - (3.0 if gain_db > 11.0 else 0.0)

    found = gain.settled(missing, first_db=30.0, least_db=0.0, near_lu=1.2)

    assert abs(missing(found)) <= 1.2


def test_a_survey_without_true_peak_still_knows_its_highest_sample():
    sound = np.zeros(20_000, np.float32)
    sound[-3] = -0.5

    found = levels.measure(pieces(sound), with_peak=False)

    assert found.peak_dbfs == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_is_brought_to_level_below_the_peak_the_encoder_makes_of_it(tmp_path, seed):
    noise = np.random.default_rng(seed).standard_normal(48_000 * 6).astype(np.float32) * 0.05
    result = tmp_path / "clip.ogg"

    clip.make(lambda: pieces(noise), result)

    stored = sounds.read(result)
    assert sounds.loudness_lufs(stored) == pytest.approx(AIM_LUFS, abs=1)
    assert sounds.true_peak_dbtp(stored) <= -1.45
