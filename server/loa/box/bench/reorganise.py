"""How long the reform of 1 July 2025 takes a province: rehearsed, approved, carried out, and its papers."""

import os
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON

from loa.box.bench.house import open_house

DEVICES = 2_200
PEOPLE = 600
PLAYS_A_DAY = 2
DAYS = 365


def run(options: Mapping[str, str]) -> dict[str, Any]:  # Any: figures
    """Return the figures for Vĩnh Phúc. Options: `devices`, `people`, `plays` a device and day, `days` of history.

    The reference is a bare UPDATE, in one transaction, of the rows that the change of units touches.
    """
    devices, people = int(options.get("devices", DEVICES)), int(options.get("people", PEOPLE))
    plays, days = int(options.get("plays", PLAYS_A_DAY)), int(options.get("days", DAYS))
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        desk.ask(do="seed", devices=devices, file=str(house.home / "identities.jsonl"))
        desk.stop()
        measured = house.module("loa.box.bench.reorganise_desk")
        seeded = measured.ask(do="seed", people=people, plays=plays, days=days)
        figures = measured.ask(do="measure")
    return {**seeded, **figures, "devices": devices, "people": people, "cores": os.cpu_count()}
