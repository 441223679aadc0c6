"""Summing a unit's day anew from its tallies: whatever touched one of them, and never by adding to what stood."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db import connection
from django.db.backends.utils import CursorWrapper

PARTS = ("heard", "said", "partial", "silent", "refused", "odd", "untold")
SUMMED = ("meant", *PARTS, "heard_ms")

_LOCK = 7_306_001
_COLUMNS = ", ".join(SUMMED)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in SUMMED)
_GONE = """
DELETE FROM dispatch_day AS day USING unnest(%(units)s::bigint[], %(days)s::date[]) AS wanted (unit_id, on_day)
 WHERE day.unit_id = wanted.unit_id AND day.on_day = wanted.on_day
"""
_MADE = f"""
INSERT INTO dispatch_day (unit_id, on_day, airings, {_COLUMNS}, reasons)
SELECT summed.*, COALESCE(told.reasons, '{{}}'::jsonb)
  FROM (SELECT unit_id, on_day, count(*) AS airings, {_SUMS} FROM dispatch_tally
         WHERE (unit_id, on_day) IN (SELECT * FROM unnest(%(units)s::bigint[], %(days)s::date[]))
         GROUP BY unit_id, on_day) AS summed
  LEFT JOIN (SELECT unit_id, on_day, jsonb_object_agg(code, count) AS reasons
               FROM (SELECT tally.unit_id, tally.on_day, reason.key AS code, sum(reason.value::bigint) AS count
                       FROM dispatch_tally AS tally CROSS JOIN jsonb_each_text(tally.reasons) AS reason
                      WHERE (tally.unit_id, tally.on_day)
                            IN (SELECT * FROM unnest(%(units)s::bigint[], %(days)s::date[]))
                      GROUP BY tally.unit_id, tally.on_day, reason.key) AS counted
              GROUP BY unit_id, on_day) AS told USING (unit_id, on_day)
"""  # noqa: S608 - our own column names
_DIFFERING = f"""
SELECT unit_id, on_day, concat(kept.heard, '/', kept.meant, ' → ', summed.heard, '/', summed.meant)
  FROM (SELECT * FROM dispatch_day) AS kept
  FULL JOIN (SELECT unit_id, on_day, count(*) AS airings, {_SUMS} FROM dispatch_tally
              GROUP BY unit_id, on_day) AS summed USING (unit_id, on_day)
 WHERE ({", ".join(f"kept.{name}" for name in ("airings", *SUMMED))})
       IS DISTINCT FROM ({", ".join(f"summed.{name}" for name in ("airings", *SUMMED))})
   AND NOT EXISTS (SELECT FROM dispatch_tally AS waiting JOIN dispatch_told USING (airing_id)
                    WHERE waiting.unit_id = COALESCE(kept.unit_id, summed.unit_id)
                      AND waiting.on_day = COALESCE(kept.on_day, summed.on_day))
 ORDER BY on_day, unit_id LIMIT %(most)s
"""  # noqa: S608 - as above


def recount(days: Collection[tuple[int, date]]) -> None:
    """Sum the days of some units anew, given by unit and day, in the transaction that wrote their tallies.

    One process at a time, until its transaction ends: two that write tallies of the same day would each miss the
    other's.
    """
    if not days:
        return
    units, dates = zip(*sorted(days), strict=True)
    given = {"units": list(units), "days": list(dates)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_GONE, given)
        cursor.execute(_MADE, given)


def differing(cursor: CursorWrapper, *, most: int) -> Iterator[tuple[int, date, str]]:
    """Yield the units and days whose sum is not that of their tallies, but for those about to be counted."""
    cursor.execute(_DIFFERING, {"most": most})
    yield from cursor.fetchall()
