"""Walks every entry of every chain once, in the order in which they were written."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any  # Any: rows of a cursor

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from loa.audit import rules
from loa.audit.finding import Fault, Finding
from loa.audit.models import Entry

Chain = tuple[str, str]
"""A unit's path and a day."""

Wanted = Mapping[Chain, dict[int, str]]
"""The digests checkpoints name, by chain and position."""

STEP = 20_000
NAMED_MOST = 50
"""So many faults are named each; a record that was rewritten has a fault at every entry."""

_ENTRIES = f"""
SELECT id, chain, day::text, position, previous, digest, change_ids, {rules.ENTRY_BODY}
  FROM audit_entry WHERE position IS NOT NULL ORDER BY id
"""  # noqa: S608 - constants
_PURGES = """
SELECT id, at, detail::text FROM audit_entry WHERE action = 'audit.remove_old' AND result = 'done' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """The changes an entry speaks for."""

    entry: int
    name: str
    ids: str
    count: int
    sha256: str


@dataclass(slots=True)
class Walked:
    """What the walk found. `heads` are the ends of all chains, `at_heads` the digests where checkpoints name one."""

    count: int = 0
    former: str = rules.GENESIS
    removed_through: str = ""
    heads: dict[Chain, tuple[int, str]] = field(default_factory=dict)
    at_heads: dict[tuple[str, str, int], str] = field(default_factory=dict)
    covers: list[Cover] = field(default_factory=list)
    outside: list[Cover] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, fault: Fault, where: str, which: object, about: str = "") -> None:
        """Note a fault."""
        if len(self.findings) < NAMED_MOST:
            self.findings.append(Finding(fault=fault, where=where, which=str(which), about=about))


def walk(cursor: CursorWrapper, wanted: Wanted, *, say: Callable[[int], None]) -> Walked:
    """Check every digest and every link; hold memory for the chains, not for the entries."""
    found = Walked()
    _walk_former(found)
    for batch in batches("audit_entries", _ENTRIES):
        _walk_batch(batch, found, wanted)
        say(found.count)
    cursor.execute(_PURGES)
    for number, at, detail in cursor.fetchall():
        through = str(_told(detail).get("through", ""))
        if not _is_old_enough(through, at):
            found.tell(Fault.REMOVED_TOO_SOON, "audit_entry", number, through)
        found.removed_through = max(found.removed_through, through)
    return found


def _walk_batch(batch: Sequence[Sequence[Any]], found: Walked, wanted: Wanted) -> None:  # Any: see above
    heads, sha256 = found.heads, hashlib.sha256
    for number, chain, day, place, previous, digest, ids, body in batch:
        key = (chain, day)
        last_place, last_digest = heads.get(key) or (0, rules.GENESIS)
        if place != last_place + 1:
            _tell_gap(found, key, last_place, place, number)
        elif previous != last_digest:
            found.tell(Fault.CHAIN_BROKEN, rules.chain_name(chain, day), place, f"id {number}, {_action(body)}")
        if sha256(f"{previous}\n{body}".encode()).hexdigest() != digest:
            found.tell(Fault.ENTRY_CHANGED, rules.chain_name(chain, day), place, f"id {number}, {_action(body)}")
        heads[key] = (place, digest)
        if key in wanted and place in wanted[key]:
            found.at_heads[chain, day, place] = digest
        if ids:
            *_, count, changes_sha256 = json.loads(body)
            cover = Cover(number, f"{rules.chain_name(chain, day)} {place}", ids, count, changes_sha256)
            found.covers.append(cover)
            if _action(body) == rules.OUTSIDE:
                found.outside.append(cover)
    found.count += len(batch)


def _tell_gap(found: Walked, key: Chain, last_place: int, place: int, number: int) -> None:
    missing = f"{last_place + 1}" if place == last_place + 2 else f"{last_place + 1}–{place - 1}"
    if place <= last_place:
        found.tell(Fault.CHAIN_BROKEN, rules.chain_name(*key), place, f"id {number}")
    else:
        found.tell(Fault.ENTRIES_MISSING, rules.chain_name(*key), missing, f"id {number}")


def _walk_former(found: Walked) -> None:
    """Check the one chain there was before chains had days."""
    for entry in Entry.objects.filter(position=None).order_by("pk").iterator(chunk_size=5_000):
        if entry.previous != found.former:
            found.tell(Fault.CHAIN_BROKEN, rules.chain_name("", None), entry.pk, entry.action)
        if entry.digest != rules.former_digest(entry.previous, _former_facts(entry)):
            found.tell(Fault.ENTRY_CHANGED, rules.chain_name("", None), entry.pk, entry.action)
        found.former = entry.digest
        found.count += 1


def _former_facts(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at.astimezone(UTC).isoformat(), "actor": [entry.actor_kind, entry.actor_id, entry.actor_name],
        "origin": entry.origin, "action": entry.action, "target": entry.target, "unit": entry.unit_path,
        "result": entry.result, "detail": entry.detail,
    }  # fmt: skip


def _is_old_enough(through: str, at: datetime) -> bool:
    try:
        day = date.fromisoformat(through)
    except ValueError:
        return False
    return day <= rules.last_day_to_remove(rules.day_of(at), months=rules.MONTHS_FEWEST)


def batches(name: str, query: str) -> Iterator[Sequence[Sequence[Any]]]:  # Any: see above
    """Yield the rows of a query by the ten thousand, without holding them all.

    On the connection and in the snapshot Django uses. While one batch is worked on the next is fetched already.
    """
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, name) as rows, ThreadPoolExecutor(max_workers=1) as fetching:
        rows.execute(query)
        coming = fetching.submit(rows.fetchmany, STEP)
        while batch := coming.result():
            coming = fetching.submit(rows.fetchmany, STEP)
            yield batch


def _action(body: str) -> str:
    return str(json.loads(body)[9])


def _told(detail: str) -> Mapping[str, object]:
    told = json.loads(detail)
    return told if isinstance(told, dict) else {}
