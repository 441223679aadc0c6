"""How fast questions about the tree of any day are answered, with all of Viet Nam on both maps."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON

from loa.box.bench.house import open_house

ROUNDS = 200


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return median and 95th percentile of each question, beside the same in plain SQL. Option: `rounds`."""
    rounds = int(options.get("rounds", ROUNDS))
    with open_house() as house:
        asked = house.module("loa.box.bench.tree_questions")
        seeded = asked.ask(do="seed")
        figures: dict[str, Any] = asked.ask(do="measure", rounds=rounds)
    slowest = max(figures.values(), key=lambda figure: figure["p95_ms"] if figure["is_one_answer"] else 0)
    return {
        **seeded,
        "slowest_p95_ms": slowest["p95_ms"],
        "questions": {name: _without_mark(figure) for name, figure in figures.items()},
        "rounds": rounds,
        "cores": os.cpu_count(),
    }


def _without_mark(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figure.items() if name != "is_one_answer"}
