"""Counts evidence by the day on which it came, for the checkpoints of the record."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.backends.utils import CursorWrapper

from loa.orgs.rules import ZONE

TABLE = "devices_event"

_COUNT = """
SELECT day::text, count(*), encode(sha256(convert_to(string_agg(digest, '' ORDER BY id), 'UTF8')), 'hex')
  FROM (
    SELECT id, (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
           encode(sha256(convert_to(json_build_array(
               id, device_id, seq, outcome, airing_id, clip, (extract(epoch FROM started_at) * 1000000)::bigint,
               (extract(epoch FROM ended_at) * 1000000)::bigint, (extract(epoch FROM at) * 1000000)::bigint, reason,
               lateness_ms, volume_pct, level_dbfs, clock_offset_ms, (extract(epoch FROM received_at) * 1000000)::bigint
           )::text, 'UTF8')), 'hex') AS digest
      FROM devices_event WHERE received_at >= %s AND received_at < %s
  ) AS told
 GROUP BY day ORDER BY day
"""
_EVER = date(2000, 1, 1)


def days(cursor: CursorWrapper, *, after: date | None, through: date) -> Iterator[tuple[str, int, str]]:
    """Yield day, count and digest of the evidence that came on each day."""
    first = _EVER if after is None else after + timedelta(days=1)
    cursor.execute("SELECT set_config('extra_float_digits', '1', true)")
    cursor.execute(_COUNT, [_midnight(first), _midnight(through + timedelta(days=1))])
    yield from cursor.fetchall()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)
