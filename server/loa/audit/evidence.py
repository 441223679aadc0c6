"""Rows too many to be watched one by one: checkpoints seal how many came on each day, and one digest of them all."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any  # Any: a checkpoint is JSON

from django.db.backends.utils import CursorWrapper

from loa.audit import ports, rules
from loa.audit.finding import Fault, Finding

KEY = "rows"
"""Where a checkpoint keeps it: table → the last day that was looked at, and the days with rows."""

GRACE = timedelta(hours=2)
"""A day is over so long after midnight: what was under way then has been committed."""

Sealed = dict[tuple[str, str], tuple[int, str, int]]
"""By table and day: count, digest, and the number of the checkpoint that says so."""


def seal(cursor: CursorWrapper, since: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:  # Any: see above
    """Return what a new checkpoint says of the days that ended since the one before; empty when none did."""
    before = since.get(KEY, {})
    through = rules.day_of(now - GRACE) - timedelta(days=1)
    told: dict[str, Any] = {}
    for table, count in ports.days().items():
        last = before.get(table, {}).get("through")
        after = date.fromisoformat(last) if last else None
        days = [list(one) for one in count(cursor, after=after, through=through)] if last != str(through) else []
        told[table] = {"through": str(through), "days": days}
    return told


def gather(sealed: Sealed, body: Mapping[str, Any], *, number: int) -> None:  # Any: see above
    """Take in what a checkpoint says. One made after a return to a backup counts everything anew."""
    if "restored" in body:
        sealed.clear()
    for table, told in body.get(KEY, {}).items():
        for day, count, digest in told["days"]:
            sealed.setdefault((table, day), (int(count), str(digest), number))


def compare(cursor: CursorWrapper, sealed: Sealed) -> Iterable[Finding]:
    """Yield the days whose rows are not those that were sealed: fewer, more or others."""
    for table, count in ports.days().items():
        wanted = {day: said for (name, day), said in sealed.items() if name == table}
        if not wanted:
            continue
        first, last = date.fromisoformat(min(wanted)), date.fromisoformat(max(wanted))
        there = {
            day: (number, digest)
            for day, number, digest in count(cursor, after=first - timedelta(days=1), through=last)
        }
        for day, (number, digest, by) in sorted(wanted.items()):
            found, now = there.get(day, (0, ""))
            if (found, now) != (number, digest):
                about = f"{number} → {found}, checkpoint {by}"
                yield Finding(fault=Fault.EVIDENCE_DIFFERS, where=table, which=day, about=about)
