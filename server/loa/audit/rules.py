"""How entries and changes are chained, and how long they are kept."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

GENESIS = "0" * 64
"""What stands before the first entry of a chain."""

HOUR_OF_DAYS = timezone(timedelta(hours=7))
"""The days of chains are those of Viet Nam, which has known no summer time since 1975 and has none in law."""

MONTHS_USUAL = 24
MONTHS_FEWEST = 12
MONTHS_MOST = 1200
"""R67: at least twelve months online; twenty-four unless told otherwise."""

CHORE = "chore."
"""How the action of a process of ours begins that changes rows outside every command."""

OUTSIDE = "audit.outside"
"""The action of the entry that puts changes nobody's command made on record."""


class Kind(StrEnum):
    """A class of records with a time to keep of its own."""

    ACTS = "acts"


ENTRY_BODY = """json_build_array(
    id, chain, day, position, (extract(epoch FROM at) * 1000000)::bigint, actor_kind, actor_id, actor_name, origin,
    action, target, unit_path, result, detail, txid, db_role, change_ids, changes, changes_sha256)::text"""
"""What an entry's digest covers besides the digest before it. The same words stand in `audit_append`."""

CHANGE_BODY = """json_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, txid, table_name, row_key, operation, before, after, row_sha256,
    actor, action, origin)::text"""
"""What an entry's digest of its changes covers of each. The same words stand in `audit_append`."""


def chained(previous: str, body: str) -> str:
    """Return the digest of an entry: hex SHA-256 over the digest before it and its body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def former_digest(previous: str, facts: Mapping[str, object]) -> str:
    """Return the digest of an entry of the time when there was one chain."""
    body = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "backslashreplace")).hexdigest()


def chain_name(chain: str, day: date | str | None) -> str:
    """Return a chain as people read it; the acts of no unit are the instance's own."""
    return f"{chain or '(instance)'} {day}" if day else "(former)"


def day_of(moment: datetime) -> date:
    """Return the day of chains a moment falls on."""
    return moment.astimezone(HOUR_OF_DAYS).date()


def last_day_to_remove(today: date, *, months: int) -> date:
    """Return the last day that is older than so many months."""
    count = today.year * 12 + today.month - 1 - months
    year, month = divmod(count, 12)
    first = date(year, month + 1, 1)
    length = (date(year + month // 11, (month + 1) % 12 + 1, 1) - first).days
    return first.replace(day=min(today.day, length)) - timedelta(days=1)
