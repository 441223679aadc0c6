"""When a rollout goes on and when it stops: pure."""

from datetime import timedelta

import pytest

from loa.devices import stages
from loa.devices.stages import Count, Verdict

HOUR = timedelta(hours=1)


def judged(*, stage=1, waited=HOUR, **count):
    known = {"devices": 200, "told": 10, "proved": 10, "failed": 0, "silent": 0, "away": 0, **count}
    return stages.verdict(Count(**known), stage=stage, waited=waited, wait=HOUR, failures_most_pct=10)


@pytest.mark.parametrize(
    ("stage", "devices", "told"),
    [(0, 0, 0), (0, 1, 1), (0, 2200, 1), (1, 2200, 110), (1, 7, 1), (2, 7, 2), (3, 7, 7), (2, 2200, 550)],
)
def test_a_stage_tells_one_then_a_twentieth_a_quarter_all(stage, devices, told):
    assert stages.size(stage, devices) == told


@pytest.mark.parametrize(
    ("count", "verdict"),
    [
        pytest.param({}, Verdict.NEXT, id="all proved"),
        pytest.param({"waited": HOUR / 2}, Verdict.NOTHING, id="not waited"),
        pytest.param({"proved": 8}, Verdict.NEXT, id="enough proved"),
        pytest.param({"proved": 7}, Verdict.NOTHING, id="too few proved"),
        pytest.param({"proved": 4, "away": 5}, Verdict.NEXT, id="half is away"),
        pytest.param({"proved": 0, "away": 10}, Verdict.NOTHING, id="nobody has shown anything"),
        pytest.param({"proved": 9, "failed": 1}, Verdict.NEXT, id="as many failed as may"),
        pytest.param({"proved": 8, "failed": 2}, Verdict.STOP, id="too many failed"),
        pytest.param({"proved": 8, "silent": 2}, Verdict.STOP, id="too many fell silent"),
        pytest.param({"proved": 8, "failed": 1, "silent": 1}, Verdict.STOP, id="both together"),
        pytest.param({"stage": 0, "told": 1, "proved": 0, "failed": 1}, Verdict.STOP, id="the first failed"),
        pytest.param({"stage": 3, "told": 200, "proved": 200}, Verdict.DONE, id="everywhere"),
        pytest.param({"stage": 3, "told": 200, "proved": 198, "failed": 2}, Verdict.DONE, id="everywhere it goes"),
        pytest.param({"stage": 3, "told": 200, "proved": 199, "away": 1}, Verdict.NOTHING, id="one is away"),
        pytest.param({"stage": 3, "told": 199, "proved": 199}, Verdict.TELL, id="one came later"),
    ],
)
def test_it_goes_on_stops_or_ends_by_what_devices_came_to(count, verdict):
    assert judged(**count) is verdict
