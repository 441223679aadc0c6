"""Two minutes in which the processes of a whole box are killed one after another: the ledger balances at the end."""

import json
import sys

import pytest

from loa.box.bench import chaos

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(1_100)]
KILLS_LEAST = 4
"""As few as a busy machine gets round to in two minutes: each must be back before the next."""


def test_every_due_play_is_concluded_exactly_once_and_the_record_is_whole_at_the_end(tmp_path):
    told = chaos.run({"minutes": "2", "seed": "11", "keep": str(tmp_path)})

    sys.stderr.write(f"\nchaos: {json.dumps(told)}\n")
    assert told["balanced"], told["odd"]
    assert told["exactly_once"] == told["meant"] > 0
    assert told["record_is_whole"], told["verify"]
    assert sum(told["kills"].values()) >= KILLS_LEAST
