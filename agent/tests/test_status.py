"""What `loa-agent status` says of the software of a device."""

import pytest

from loa_agent import status
from loa_agent.choice import Choice

SAID = {
    "enrolled": True,
    "device": "d",
    "area": "26/249/08950",
    "server": "loa.example.vn:8883",
    "running": False,
    "connected": False,
}
INSTALLED = Choice()
TRIED = Choice(run="0.1.5-aa", statement="s1").on_trial("0.2.0-bb", "s2")


@pytest.mark.parametrize(
    ("chosen", "sentences"),
    [
        (INSTALLED, []),
        (TRIED, ["Release 0.2.0-bb is on trial."]),
        (TRIED.proved(), ["Release 0.2.0-bb runs."]),
        (TRIED.returned("crashed"), ["Release 0.1.5-aa runs.", "The release tried last was not kept: crashed."]),
    ],
)
def test_it_says_which_release_runs_and_what_became_of_the_one_tried_last(monkeypatch, chosen, sentences):
    monkeypatch.setenv("LOA_LANG", "en")

    said = status.sentences({**SAID, "release": status.release(chosen)})

    assert [line for line in said.splitlines() if "elease" in line] == sentences
