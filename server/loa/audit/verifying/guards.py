"""Looks whether what guards the record, and every room's rows, is there, switched on, and what our migrations made."""

from collections.abc import Mapping

from django.db.backends.utils import CursorWrapper

from loa.audit import attaching
from loa.audit.finding import Fault, Finding
from loa.audit.verifying import made

_TRIGGERS = """
SELECT t.tgname, t.tgrelid::regclass::text, t.tgenabled = 'O', pg_get_triggerdef(t.oid)
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
_PARTITIONS = """
SELECT i.inhparent::regclass::text, i.inhrelid::regclass::text FROM pg_inherits AS i
  JOIN pg_class AS c ON c.oid = i.inhrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
_FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
_RECORD = "audit_"


def look(cursor: CursorWrapper) -> list[Finding]:
    """Return every guard that is missing, switched off or not ours."""
    found = [
        Finding(fault=Fault.GUARD_MISSING, where=table.name) for table in attaching.watched() if not table.is_whole
    ]
    ours = made.by_migrations()
    found += _triggers(cursor, ours.triggers)
    cursor.execute(_FUNCTIONS)
    there = dict(cursor.fetchall())
    found += [
        Finding(fault=Fault.GUARD_FOREIGN if name in there else Fault.GUARD_MISSING, where=name)
        for name, body in ours.functions.items()
        if there.get(name) != body
    ]
    strange = [name for name in there.keys() - ours.functions.keys() if name.startswith(_RECORD)]
    found += [Finding(fault=Fault.GUARD_FOREIGN, where=name) for name in sorted(strange)]
    return found


def _triggers(cursor: CursorWrapper, ours: Mapping[tuple[str, str], made.Trigger]) -> list[Finding]:
    """Return the triggers that are not as made: gone, off, or another one under their name; also at one partition."""
    cursor.execute(_TRIGGERS)
    there: dict[tuple[str, str], made.Trigger | None] = {}
    off: list[tuple[str, str]] = []
    for name, table, is_on, words in cursor.fetchall():
        there[table, name] = made.trigger(words)
        if not is_on and name not in attaching.TRIGGERS:  # those are told with their table
            off.append((table, name))
    cursor.execute(_PARTITIONS)
    wanted = dict(ours)
    for parent, partition in cursor.fetchall():
        wanted |= {(partition, name): how for (table, name), how in ours.items() if table == parent}
    wrong = {place for place, how in wanted.items() if there.get(place) != how} | set(off)
    return [Finding(fault=Fault.GUARD_MISSING, where=table, which=name) for table, name in sorted(wrong)]
