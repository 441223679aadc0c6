"""How fast a province's archive is searched: 200,000 bulletins, words of every kind, beside plain SQL."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON

from loa.box import roles
from loa.box.bench.house import open_house

ITEMS = 200_000
QUESTIONS = 500


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return milliseconds a search. Options: `items`, `questions`.

    The references: a bare text-search column without order, scope or folding, and ILIKE over everything.
    """
    items, questions = int(options.get("items", ITEMS)), int(options.get("questions", QUESTIONS))
    with open_house() as house:
        desk = house.module("loa.box.bench.search_desk")
        desk.ask(do="people")
        owner = house.module(
            "loa.box.bench.search_desk", env={"LOA_DATABASE_URL": house.cluster.url_as(roles.SUPERUSER)}
        )
        seeded = owner.ask(do="seed", items=items)
        owner.stop()
        return {**seeded, **desk.ask(do="measure", questions=questions), "cores": os.cpu_count()}
