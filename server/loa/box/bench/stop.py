"""*Stop all*: from the command to the last device that verified it, with a bare broker beside it."""

from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench import fanout


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `devices`, `rounds`."""
    return fanout.measure(options, say="silence", bare="silence_token")
