"""Walks every recorded change of a row, and asks which entry speaks for it."""

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from loa.audit import chores, rules
from loa.audit.finding import Fault, Finding
from loa.audit.verifying.chains import NAMED_MOST, Cover, batches

_CHANGES = f"SELECT id, action, {rules.CHANGE_BODY} FROM audit_change ORDER BY id"  # noqa: S608 - constants
_RANGE = re.compile(r"\[(\d+),(\d+)\)")
_EXPLAINED = """
SELECT coalesce(max((detail ->> 'through')::bigint), 0) FROM audit_entry
 WHERE action = 'audit.explain' AND result = 'done'
"""
_MIGRATED = "SELECT (extract(epoch FROM applied) * 1000000)::bigint FROM django_migrations ORDER BY applied"
_MIGRATION_BEFORE_US, _MIGRATION_AFTER_US = 600 * 1_000_000, 3600 * 1_000_000
"""A data migration changes rows before it is noted, and what is done at the end of all of them, after."""

_DETAILS = """
SELECT id, table_name, row_key, operation, actor, origin, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM audit_change WHERE id <@ %s::int8multirange AND id > %s ORDER BY id LIMIT %s
"""
_COLUMNS_NAMED = 8
_COUNT = "SELECT count(*) FILTER (WHERE id <= %s), count(*) FROM audit_change WHERE id <@ %s::int8multirange"


@dataclass(slots=True)
class _Open:
    """An entry whose changes pass by: what they come to so far."""

    cover: Cover
    count: int = 0
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, body: str) -> None:
        """Take one change in."""
        self.sha256.update(f"\n{body}".encode() if self.count else body.encode())
        self.count += 1


@dataclass(slots=True)
class Walked:
    """What the walk found: `pending` are chores not yet on record, `uncovered` made outside every command."""

    count: int = 0
    pending: int = 0
    uncovered: list[tuple[int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def walk(cursor: CursorWrapper, covers: Sequence[Cover], *, say: Callable[[int], None]) -> Walked:
    """Check that every change is as its entry says, and that each is some entry's."""
    found = Walked()
    cursor.execute(_MIGRATED)
    migrated = [moment for (moment,) in cursor.fetchall()]
    opened = [_Open(cover) for cover in covers]
    ranges = sorted(
        (int(low), int(high), number) for number, cover in enumerate(covers) for low, high in _RANGE.findall(cover.ids)
    )
    turn, last = 0, len(ranges)
    for batch in batches("audit_changes", _CHANGES):
        for number, action, body in batch:
            if action.startswith(rules.CHORE):
                _check_chore(found, action.removeprefix(rules.CHORE), body, migrated)
            while turn < last and ranges[turn][1] <= number:
                turn += 1
            if turn < last and ranges[turn][0] <= number:
                opened[ranges[turn][2]].add(body)
            else:
                _note_uncovered(found, number, action)
        found.count += len(batch)
        say(found.count)
    for one in opened:
        if one.count != one.cover.count or one.sha256.hexdigest() != one.cover.sha256:
            what = f"{one.cover.count} → {one.count}" if one.count != one.cover.count else ""
            found.findings.append(
                Finding(fault=Fault.CHANGE_ALTERED, where=one.cover.name, which=one.cover.ids, about=what)
            )
    del found.findings[NAMED_MOST:]
    return found


def outside(
    cursor: CursorWrapper, covers: Sequence[Cover], uncovered: Sequence[tuple[int, int]]
) -> tuple[list[Finding], int]:
    """Return the changes nobody's command made, by table and key, and how many were explained since."""
    ranges = [span for cover in covers for span in _RANGE.findall(cover.ids)] + [(low, high) for low, high in uncovered]
    if not ranges:
        return [], 0
    wanted = "{" + ",".join(f"[{low},{high})" for low, high in ranges) + "}"
    cursor.execute(_EXPLAINED)
    (through,) = cursor.fetchone()
    cursor.execute(_COUNT, [through, wanted])
    explained, count = cursor.fetchone()
    cursor.execute(_DETAILS, [wanted, through, NAMED_MOST])
    named = [
        Finding(fault=Fault.CHANGE_OUTSIDE, where=table, which=key, about=f"{what} {who} {origin} {at} #{number}")
        for number, table, key, what, who, origin, at in cursor.fetchall()
    ]
    if count - explained > NAMED_MOST:
        named.append(Finding(fault=Fault.CHANGE_OUTSIDE, where="…", which=f"+{count - explained - NAMED_MOST}"))
    return named, explained


def _check_chore(found: Walked, name: str, body: str, migrated: Sequence[int]) -> None:
    """Name a change that no chore of this name makes: SQL that only calls itself one."""
    number, at, _, table, key, operation, before, after, *_ = json.loads(body)
    columns = {*(before or ()), *(after or ())}
    is_allowed = chores.allows(name, table, operation, columns)
    if is_allowed and name == chores.MIGRATE:
        turn = bisect_left(migrated, at - _MIGRATION_BEFORE_US)
        is_allowed = turn < len(migrated) and migrated[turn] <= at + _MIGRATION_AFTER_US
    if not is_allowed:
        about = f"{rules.CHORE}{name} {operation} {', '.join(sorted(columns)[:_COLUMNS_NAMED])} #{number}"
        found.findings.append(Finding(fault=Fault.CHORE_BEYOND, where=table, which=key, about=about))


def _note_uncovered(found: Walked, number: int, action: str) -> None:
    if action.startswith(rules.CHORE):
        found.pending += 1
    elif action:
        found.findings.append(
            Finding(fault=Fault.CHANGE_CLAIMED, where="audit_change", which=str(number), about=action)
        )
    elif found.uncovered and found.uncovered[-1][1] == number:
        found.uncovered[-1] = (found.uncovered[-1][0], number + 1)
    else:
        found.uncovered.append((number, number + 1))
