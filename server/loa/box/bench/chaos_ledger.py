"""The ledger after the torment: one conclusion for each planned play of each device, and a record that is whole."""

import subprocess
import sys
import time
from typing import Any  # Any: figures are JSON values

import psycopg

from loa.box.bench.chaos_stage import Stage

OVER_S = 480.0
"""Longer than an airing may still sound after its time."""

QUIET_S = 25.0
"""So long everything must have had its conclusion: what is told twice would come now."""

_LEDGER = """
SELECT count(*), count(*) FILTER (WHERE ends = 1), count(*) FILTER (WHERE ends = 0), count(*) FILTER (WHERE ends > 1)
  FROM (SELECT (SELECT count(*) FROM devices_event AS event
                 WHERE event.airing_id = target.airing_id AND event.device_id = target.device_id
                   AND event.outcome <> 'received') AS ends
          FROM dispatch_target AS target JOIN dispatch_airing AS airing ON airing.id = target.airing_id
         WHERE airing.source LIKE 'chaos:%%') AS one
"""
_OUTCOMES = """
SELECT event.outcome || CASE WHEN event.reason = '' THEN '' ELSE ' ' || event.reason END, count(*)
  FROM devices_event AS event JOIN dispatch_airing AS airing ON airing.id = event.airing_id
 WHERE airing.source LIKE 'chaos:%%' AND event.outcome <> 'received' GROUP BY 1 ORDER BY 2 DESC
"""
_ODD = """
SELECT airing.source, target.device_id::text, airing.start_at::text,
       (SELECT json_agg(json_build_array(event.outcome, event.reason, event.at) ORDER BY event.at)
          FROM devices_event AS event WHERE event.airing_id = airing.id AND event.device_id = target.device_id)
  FROM dispatch_target AS target JOIN dispatch_airing AS airing ON airing.id = target.airing_id
 WHERE airing.source LIKE 'chaos:%%'
   AND (SELECT count(*) FROM devices_event AS event WHERE event.airing_id = target.airing_id
           AND event.device_id = target.device_id AND event.outcome <> 'received') <> 1
 ORDER BY airing.start_at, target.device_id LIMIT 20
"""


def settle(stage: Stage) -> dict[str, Any]:
    """Let everything come to rest, then count."""
    for name in ("broker",) if stage.broker is not None and stage.broker.poll() is not None else ():
        stage.kill(name)
    begun = quiet = time.monotonic()
    while time.monotonic() - begun < OVER_S and time.monotonic() - quiet < QUIET_S:
        time.sleep(1.0)
        try:
            if stage.rows(_LEDGER.replace("%%", "%"))[0][2]:
                quiet = time.monotonic()  # something has no conclusion yet
        except psycopg.Error:
            quiet = time.monotonic()
    settled_s = time.monotonic() - begun
    meant, once, missing, doubled = stage.rows(_LEDGER.replace("%%", "%"))[0]
    verify = subprocess.run(
        [sys.executable, "-m", "loa.cli", "verify"], env=stage.env, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    return {
        "airings": stage.aired,
        "meant": meant,
        "exactly_once": once,
        "without_a_conclusion": missing,
        "with_several": doubled,
        "balanced": missing == 0 and doubled == 0 and once == meant and meant > 0,
        "record_is_whole": verify.returncode == 0,
        "verify": "" if verify.returncode == 0 else verify.stderr[-800:],
        "settled_after_s": round(settled_s, 1),
        "kills": dict(sorted(stage.kills.items())),
        "outcomes": dict(stage.rows(_OUTCOMES.replace("%%", "%"))),
        "odd": [list(row) for row in stage.rows(_ODD.replace("%%", "%"))],
        "connected": stage.scalar("SELECT count(*) FROM devices_device WHERE connected"),
    }
