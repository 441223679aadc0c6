"""A whole box while its processes are killed one after another; at the end the ledger must balance.

Everything is real: database, broker, web, clock, worker, bridge, a simulated fleet and one real agent. Airings go on
all the while. Afterwards each device an airing was meant for must have exactly one conclusion, and the record be whole.
"""

import os
import random
import threading
import time
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

from loa.box.bench import chaos_ledger, chaos_stage
from loa.box.bench.chaos_stage import Stage
from loa.box.bench.house import BenchFailed

MINUTES = 60.0
AIR_EVERY_S = 45.0
KILL_EVERY_S = (6.0, 22.0)
OVER_S = 180.0
PARTS = ("web", "clock", "worker", "bridge", "simulator", "agent", "postgres", "broker")
WHOLE_CHANCE = 0.04
"""How often it is the supervisor that is killed, and with it everything but the broker."""


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures. Options: `minutes`, `seed`, `broker=mosquitto` or `own`, `keep=FOLDER` for the logs."""
    minutes, seed = float(options.get("minutes", MINUTES)), int(options.get("seed", random.randrange(10**6)))  # noqa: S311 - no secret
    with chaos_stage.stage(options.get("broker", "mosquitto"), keep=options.get("keep", "")) as stage:
        chance = random.Random(seed)  # noqa: S311 - as above
        begun = time.monotonic()
        _torment(stage, chance, until=begun + minutes * 60)
        told = chaos_ledger.settle(stage)
        return {"minutes": round((time.monotonic() - begun) / 60, 1), "seed": seed, **told, "cores": os.cpu_count()}


def _torment(stage: Stage, chance: random.Random, *, until: float) -> None:
    airing = threading.Thread(target=_air, args=(stage, random.Random(chance.random()), until), daemon=True)  # noqa: S311 - as above
    airing.start()
    while time.monotonic() < until:
        time.sleep(min(chance.uniform(*KILL_EVERY_S), max(0.1, until - time.monotonic())))
        stage.kill("box" if chance.random() < WHOLE_CHANCE else chance.choice(PARTS))
    airing.join(OVER_S)
    if airing.is_alive():
        raise BenchFailed("the desk does not answer any more")


def _air(stage: Stage, chance: random.Random, until: float) -> None:
    """Ask for airings all the while: at once or soon, for the province or a commune."""
    while time.monotonic() < until:
        everywhere, at_once = chance.random() < 0.5, chance.random() < 0.5
        stage.ask(
            do="air", number=stage.aired, everywhere=everywhere, soon_s=0 if at_once else chance.randrange(20, 90)
        )
        stage.aired += 1
        time.sleep(AIR_EVERY_S * chance.uniform(0.5, 1.5))
