"""The record: how long `verify` takes over a million entries, beside a bare read and hash of the same bytes."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box import roles
from loa.box.bench.house import open_house

ENTRIES = 1_000_000
CHANGES = 250_000
UNITS = 126
ROWS_AT_ONCE = 2_000


def run(options: Mapping[str, str]) -> dict[str, Any]:  # Any: figures
    """Return the figures. Options: `entries`, `changes`, `units`, `rows` (of one bulk statement)."""
    entries, changes = int(options.get("entries", ENTRIES)), int(options.get("changes", CHANGES))
    units, rows = int(options.get("units", UNITS)), int(options.get("rows", ROWS_AT_ONCE))
    with open_house() as house:
        owner = {"LOA_DATABASE_URL": house.cluster.url_as(roles.SUPERUSER)}
        desk = house.module("loa.box.bench.record", env=owner)
        made = desk.ask(do="fill", entries=entries, changes=changes, units=units)
        bulk = desk.ask(do="bulk", rows=rows)
        commands = desk.ask(do="commands", count=500)
        desk.stop()
        desk = house.module("loa.box.bench.record")
        own = desk.ask(do="verify")
        bare = desk.ask(do="bare")
        desk.stop()
    return {
        **own, "reference_bare_read_and_sha256_s": bare["took_s"],
        "ratio": round(own["verify_s"] / bare["took_s"], 2), "megabytes": bare["megabytes"],
        **bulk, **commands, "filled_s": made["took_s"], "cores": os.cpu_count(),
    }  # fmt: skip
