"""Tells every entry of the record to others: a SIEM by syslog, a collector by lines of JSON.

In order, at least once, and never in the way of a command: a loop of its own reads what has settled and remembers how
far each receiver was told. Of several loops one tells; the others wait.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol  # Any: an entry as JSON

from django.conf import settings
from django.db import Error, connection

from loa.audit import syslog
from loa.audit.models import Entry, Feed
from loa.kernel import clock

logger = logging.getLogger(__name__)

AT_ONCE = 200
IDLE_S = 2.0
LONGEST_WAIT_S = 60.0
_LOCK = 7_303_006

# A transaction that still runs may yet add an entry with a lower number; entries are told in the order in which their
# transactions began, and only when every transaction of this database that began before has ended. Those of other
# databases on the same server write no entries here and are not waited for, unless a session hides what it does. The
# horizon is read in a statement of its own: what ended before it is seen by the next.
_HORIZON = """
WITH top AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next),
running AS (
    SELECT CASE WHEN query = '<insufficient privilege>' THEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                ELSE next - (next - backend_xid::text::bigint) %% 4294967296 END AS number
      FROM top, pg_stat_activity
     WHERE datname = current_database() AND (backend_xid IS NOT NULL OR query = '<insufficient privilege>')
)
SELECT least(next, (SELECT min(number) FROM running)) FROM top
"""
_SETTLED = """
SELECT id FROM audit_entry
 WHERE id > %s AND (txid, id) > (%s, %s) AND txid < %s
 ORDER BY txid, id LIMIT %s
"""


class Receiver(Protocol):
    """Where entries go."""

    name: str

    def tell(self, entries: Sequence[Entry]) -> None:
        """Hand the entries over; whatever it raises, they are told again."""

    def close(self) -> None:
        """Let go of what it holds."""


class Lines:
    """Appends a line of JSON for each entry to a file, or to standard output."""

    name = "lines"

    def __init__(self, target: str) -> None:
        self._target = target

    def tell(self, entries: Sequence[Entry]) -> None:
        """Write the lines whole."""
        text = "".join(json.dumps(told(entry), ensure_ascii=False) + "\n" for entry in entries)
        if self._target == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        with Path(self._target).open("a", encoding="utf-8") as out:
            out.write(text)

    def close(self) -> None:
        """Hold nothing."""


def told(entry: Entry) -> dict[str, Any]:  # Any: JSON
    """Return an entry as others are told it: codes, never translated, with what proves it."""
    return {
        "id": entry.pk, "at": entry.at.isoformat(timespec="microseconds"), "action": entry.action,
        "result": entry.result, "actor": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
        "origin": entry.origin, "target": entry.target, "unit": entry.unit_path, "detail": entry.detail,
        "changes": entry.changes, "chain": entry.chain, "day": str(entry.day or ""), "position": entry.position,
        "digest": entry.digest,
    }  # fmt: skip


def receivers() -> list[Receiver]:
    """Return those the settings name."""
    found: list[Receiver] = []
    if settings.LOA_SYSLOG_URL:
        found.append(syslog.Sender(settings.LOA_SYSLOG_URL))
    if settings.LOA_AUDIT_FEED:
        found.append(Lines(settings.LOA_AUDIT_FEED))
    return found


def turn(receiver: Receiver, *, now: datetime) -> int:
    """Tell a receiver what it does not know yet; return how many entries.

    It is remembered after it was told: a process that dies between tells the same once more.
    """
    feed, _made = Feed.objects.get_or_create(name=receiver.name)
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON, [])
        (horizon,) = cursor.fetchone()
        cursor.execute(_SETTLED, [feed.floor, feed.txid, feed.entry, horizon, AT_ONCE])
        ids = [number for (number,) in cursor.fetchall()]
    if not ids:
        return 0
    entries = list(Entry.objects.filter(pk__in=ids).order_by("txid", "pk"))
    receiver.tell(entries)
    last = entries[-1]
    Feed.objects.filter(name=receiver.name).update(txid=last.txid, entry=last.pk, told_at=now)
    return len(entries)


def keep_going(stopping: threading.Event, *, make: Callable[[], list[Receiver]] = receivers) -> None:
    """Tell every receiver until told to stop; a receiver that does not answer is asked again, ever more seldom."""
    told_whom = make()
    wait_s = dict.fromkeys((one.name for one in told_whom), 0.0)
    is_leading = False
    while told_whom and not stopping.is_set():
        pause_s = LONGEST_WAIT_S
        try:
            is_leading = is_leading or _lead()
            for one in told_whom if is_leading else ():
                wait_s[one.name] = _try(one, wait_s[one.name])
                pause_s = min(pause_s, wait_s[one.name])
        except Error:
            is_leading = False
            logger.exception("the feed lost the database")
            with suppress(Error):
                connection.close()
        stopping.wait(pause_s if is_leading else IDLE_S)
    for one in told_whom:
        one.close()
    connection.close()


def _lead() -> bool:
    """Take the lock that makes one loop the teller; it goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _try(receiver: Receiver, waited_s: float) -> float:
    """Tell a receiver what there is; return how long to wait before the next time."""
    try:
        while count := turn(receiver, now=clock.now()):
            if waited_s > IDLE_S:
                logger.info("the feed reaches its receiver again", extra={"feed": receiver.name})
                waited_s = IDLE_S
            if count < AT_ONCE:
                break
    except OSError as problem:
        receiver.close()
        if waited_s <= IDLE_S:
            logger.warning("the feed does not reach its receiver", extra={"feed": receiver.name, "why": str(problem)})
        return min(LONGEST_WAIT_S, max(waited_s, IDLE_S) * 2)
    return IDLE_S
