"""Evidence into PostgreSQL: rows committed and acknowledged a second, with a plain COPY of the same rows beside it."""

import os
import time
from collections.abc import Mapping
from typing import Any  # Any: figures are JSON values

import psycopg

from loa.box.bench.house import House, Talk, cpu_seconds, free_port, open_house

EVENTS = 400_000
DEVICES = 200
BATCH = 50
_COPY_ROWS = 2_000


def run(options: Mapping[str, str]) -> dict[str, Any]:  # Any: figures
    """Return the figures. Options: `events`, `devices`, `batch` (events a message), `broker=0` for no Mosquitto."""
    events, devices = int(options.get("events", EVENTS)), int(options.get("devices", DEVICES))
    batch = int(options.get("batch", BATCH))
    with open_house() as house:
        desk = house.module("loa.box.bench.desk")
        desk.ask(do="seed", devices=devices, file=str(house.home / "identities.jsonl"))
        port = free_port()
        bridge = house.bridge(port)
        told = (str(devices), str(events), str(batch))
        own = _measure(house, desk, bridge, str(port), *told)
        bridge.stop()
        reference_rows_s = _plain_copy(house)
        found = {**own, "reference_rows_s": reference_rows_s, "ratio": round(own["rows_s"] / reference_rows_s, 3)}
        if options.get("broker", "1") not in {"", "0", "no"}:
            desk.ask(do="forget")
            port = free_port()
            house.broker(port)
            bridge = house.bridge(0, broker=f"mqtt://127.0.0.1:{port}")
            time.sleep(2.0)  # until it has subscribed; what came before would come again after five seconds
            behind = _measure(house, desk, bridge, str(port), *told)
            bridge.stop()
            found |= {f"mosquitto_{name}": value for name, value in behind.items()}
        return {**found, "devices": devices, "events_a_message": batch, "cores": os.cpu_count()}


def _measure(house: House, desk: Talk, bridge: Talk, *told: str) -> dict[str, Any]:  # Any: figures
    load = house.module("loa.box.bench.load", str(house.home / "identities.jsonl"), *told)
    load.next()
    spent_s = cpu_seconds(bridge.process.pid)
    done = load.ask(go=True)
    spent_s = cpu_seconds(bridge.process.pid) - spent_s
    tally = desk.ask(do="tally")
    load.stop()
    return {
        "rows_s": round(tally["distinct"] / done["took_s"]),
        "sent": done["sent"],
        "resent": done["resent"],
        "acknowledged": done["acked"],
        "committed": tally["committed"],
        "lost": done["sent"] - tally["distinct"],
        "doubled": tally["committed"] - tally["distinct"],
        "bridge_cpu_s": round(spent_s, 2),
        "took_s": round(done["took_s"], 2),
    }


def _plain_copy(house: House) -> int:
    """Return how many of the same rows a second a bare COPY writes: one connection, no keys asked, as many a commit."""
    with psycopg.connect(house.env["LOA_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy (LIKE devices_event INCLUDING DEFAULTS INCLUDING INDEXES)")
        with cursor.copy("COPY (SELECT * FROM devices_event) TO STDOUT") as copy:
            rows = b"".join(bytes(block) for block in copy).splitlines(keepends=True)
        connection.commit()
        begun = time.monotonic()
        for start in range(0, len(rows), _COPY_ROWS):
            with cursor.copy("COPY bench_copy FROM STDIN") as copy:
                copy.write(b"".join(rows[start : start + _COPY_ROWS]))
            connection.commit()
        took_s = time.monotonic() - begun
        cursor.execute("DROP TABLE bench_copy")
    return round(len(rows) / took_s)
