"""What devices claim and what cannot be so, over all evidence there is; reads every row of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from loa.dispatch import plausibility
from loa_protocol import player

FOREIGN, TWICE = "foreign", "twice"
"""Two more kinds that no single airing's page shows: by a device it was not meant for, and played a second time."""

# The same questions in the same order as `plausibility.oddity`; a test holds the two together.
_ODD = """
WITH miss AS (
    SELECT DISTINCT ON (airing_id, device_id) airing_id, device_id, received_at, seq
      FROM devices_event WHERE outcome = 'missed' ORDER BY airing_id, device_id, received_at, seq
), claim AS (
    SELECT event.*, target.device_id IS NULL AS is_foreign, airing.clip_sha256, airing.is_live,
           (miss.received_at, miss.seq) < (event.received_at, event.seq) AS is_after_miss,
           row_number() OVER (PARTITION BY event.airing_id, event.device_id, event.outcome
                              ORDER BY event.received_at, event.seq, event.id) AS turn,
           CASE event.outcome WHEN 'played' THEN event.ended_at ELSE event.started_at END AS told_of,
           coalesce(event.clock_offset_ms, 0) * interval '1 millisecond' AS ahead,
           airing.clip_duration_ms * interval '1 millisecond' AS duration, airing.end_at - airing.start_at AS span,
           airing.start_at - %(start)s::interval AS earliest,
           least(airing.end_at, airing.start_at + interval '1 millisecond' * CASE airing.late_rule
               WHEN 'skip' THEN %(punctual_ms)s
               WHEN 'join' THEN least(greatest(%(punctual_ms)s, airing.late_tolerance_ms), airing.clip_duration_ms)
               ELSE greatest(%(punctual_ms)s, airing.late_tolerance_ms) END) + %(start)s::interval AS latest
      FROM devices_event AS event
      LEFT JOIN dispatch_airing AS airing ON airing.id = event.airing_id
      LEFT JOIN dispatch_target AS target ON target.airing_id = event.airing_id AND target.device_id = event.device_id
      LEFT JOIN miss ON miss.airing_id = event.airing_id AND miss.device_id = event.device_id
     WHERE event.airing_id IS NOT NULL
       AND (event.outcome IN ('played', 'partial') OR event.outcome = 'pre_empted' AND event.started_at IS NOT NULL)
), judged AS (
    SELECT id, device_id, airing_id, received_at, CASE
        WHEN is_foreign THEN %(foreign)s
        WHEN started_at IS NULL OR told_of IS NULL THEN 'untimed'
        WHEN started_at NOT BETWEEN earliest AND latest
             AND started_at - ahead NOT BETWEEN earliest AND latest THEN 'out_of_time'
        WHEN told_of > received_at + %(clock)s::interval THEN 'foretold'
        WHEN clip <> clip_sha256 AND NOT is_live THEN 'other_clip'
        WHEN outcome = 'played' THEN CASE
            WHEN clip IS NULL AND NOT is_live THEN 'unnamed'
            WHEN ended_at < started_at THEN 'backwards'
            WHEN ended_at - started_at < duration - greatest(%(shorter)s::interval, duration * %(share)s)
                 AND NOT is_live THEN 'too_short'
            WHEN ended_at - started_at > %(longer)s::interval
                 + CASE reason WHEN 'resumed' THEN greatest(duration, span) ELSE duration END THEN 'too_long'
            WHEN is_after_miss THEN 'after_missed'
            WHEN turn > 1 THEN %(twice)s END
        WHEN is_after_miss THEN 'after_missed'
        END AS oddity
      FROM claim
)
SELECT oddity, count(*), count(DISTINCT device_id),
       (array_agg(device_id ORDER BY received_at, id))[1], (array_agg(airing_id ORDER BY received_at, id))[1]
  FROM judged WHERE oddity IS NOT NULL GROUP BY oddity ORDER BY count(*) DESC, oddity
"""

_CONSTANTS: Mapping[str, str | float] = {
    "foreign": FOREIGN,
    "twice": TWICE,
    "punctual_ms": player.PUNCTUAL / timedelta(milliseconds=1),
    "share": plausibility.SHORTER_SHARE,
    "start": f"{plausibility.START_TOLERANCE}",
    "clock": f"{plausibility.CLOCK_TOLERANCE}",
    "shorter": f"{plausibility.SHORTER_BY}",
    "longer": f"{plausibility.LONGER_BY}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One kind of claim that cannot be so, with the device and the airing of the first. `oddity` is a code."""

    oddity: str
    claims: int
    devices: int
    first_device: uuid.UUID
    first_airing: uuid.UUID


def found() -> list[Suspicion]:
    """Return every kind of doubtful claim there is, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(_ODD, _CONSTANTS)
        rows = cursor.fetchall()
    names = tuple(Suspicion.__dataclass_fields__)
    return [Suspicion(**dict(zip(names, row, strict=True))) for row in rows]
