"""Puts every table under the record: three triggers each, made anew when a table has changed its shape."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any  # Any: Django's signal hands over what it likes

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from loa.audit import rules, tables

logger = logging.getLogger(__name__)

BASELINE = f"{rules.CHORE}baseline"

_TABLES = """
SELECT c.relname,
       (SELECT array_agg(a.attname::text || ' ' || a.atttypid::regtype::text ORDER BY a.attnum) FROM pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       (SELECT array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum))
          FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary),
       (SELECT jsonb_object_agg(t.tgname, jsonb_build_array(t.tgenabled, encode(t.tgargs, 'escape')))
          FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
         WHERE t.tgrelid = c.oid AND p.proname IN ('audit_change', 'audit_never_emptied'))
  FROM pg_class AS c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 ORDER BY c.relname
"""

TRIGGERS = {
    "audit_change_insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh",
    "audit_change_update": "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS stale NEW TABLE AS fresh",
    "audit_change_delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS stale",
}
EMPTIED = "audit_never_emptied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A table as it is, and how its triggers should be."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    triggers: dict[str, tuple[str, str]]

    @property
    def uncounted(self) -> list[str]:
        """Return the columns left out, of those there are."""
        names = self._names
        return [column for column in tables.uncounted(self.name) if column in names]

    @property
    def wanted(self) -> tuple[str, str, str, str]:
        """Return the arguments its triggers should have."""
        uncounted = self.uncounted
        counted = [column for column in self.columns if column.split(" ")[0] not in uncounted]
        shape = hashlib.sha256("\n".join(sorted(counted)).encode()).hexdigest()[:16]
        return ",".join(self.keys), ",".join(uncounted), ",".join(tables.hidden(self.name, self._names)), shape

    @property
    def is_whole(self) -> bool:
        """Tell whether its triggers are there, switched on, and as they should be."""
        told = {name: (state, args) for name, (state, args) in self.triggers.items() if name != EMPTIED}
        wanted = list(self.wanted)
        return set(told) == set(TRIGGERS) and EMPTIED in self.triggers and all(
            state == "O" and args.split("|")[:4] == wanted for state, args in told.values()
        )  # fmt: skip

    @property
    def shape_before(self) -> str:
        """Return the shape its triggers last knew; empty when it has none."""
        return next((args.split("|")[3] for name, (_, args) in self.triggers.items() if name != EMPTIED), "")

    @property
    def _names(self) -> list[str]:
        return [column.split(" ")[0] for column in self.columns]


def watched() -> Iterator[Watched]:
    """Yield every table that is not exempt."""
    with connection.cursor() as cursor:
        found = _found(cursor)
    yield from (table for table in found if not tables.exemption(table.name))


def attach(**_signal: Any) -> None:
    """Put every table under the record, take those that are exempt away; leave alone what is as it should be."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('loa.act', %s, true)", [f"system:loa\x1f{BASELINE}\x1f"])
        cursor.execute(_SALT)
        cursor.execute(_RETENTION)
        for table in _found(cursor):
            if tables.exemption(table.name):
                _detach(cursor, table)
            elif not table.is_whole:
                if any(state != "O" for state, _ in table.triggers.values()):
                    logger.error("triggers of the record were switched off", extra={"table": table.name})
                _detach(cursor, table)
                _attach(cursor, table)
                if table.shape_before != table.wanted[3]:
                    _keep_baseline(cursor, table)
        cursor.execute("SELECT set_config('loa.act', '', true)")


_SALT = """
INSERT INTO audit_salt (id, value)
SELECT 1, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
 WHERE NOT EXISTS (SELECT FROM audit_salt)
"""
_RETENTION = f"""
INSERT INTO audit_retention (kind, months, basis)
SELECT 'acts', {rules.MONTHS_USUAL}, 'NĐ 53/2022/NĐ-CP; QĐ 742/QĐ-BTTTT'
 WHERE NOT EXISTS (SELECT FROM audit_retention)
"""  # noqa: S608 - a constant


def _found(cursor: CursorWrapper) -> list[Watched]:
    cursor.execute(_TABLES)
    return [
        Watched(name=name, columns=tuple(columns or ()), keys=tuple(keys or ()),
                triggers={trigger: (state, args.replace("\\000", "|"))
                          for trigger, (state, args) in json.loads(told or "{}").items()})
        for name, columns, keys, told in cursor.fetchall()
    ]  # fmt: skip


def _detach(cursor: CursorWrapper, table: Watched) -> None:
    for trigger in table.triggers:
        cursor.execute(f'DROP TRIGGER "{trigger}" ON "{table.name}"')


def _attach(cursor: CursorWrapper, table: Watched) -> None:
    arguments = ", ".join(f"'{word}'" for word in table.wanted)
    quoted = f'"{table.name}"'
    for trigger, when in TRIGGERS.items():
        cursor.execute(
            f"CREATE TRIGGER {trigger} {when.format(table=quoted)} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_change({arguments})"
        )
    cursor.execute(
        f"CREATE TRIGGER {EMPTIED} BEFORE TRUNCATE ON {quoted} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_never_emptied()"
    )


def _keep_baseline(cursor: CursorWrapper, table: Watched) -> None:
    """Note the digest of every row that stands: a table came under the record, or changed its shape."""
    cursor.execute("SET LOCAL timezone = 'UTC'")
    cursor.execute(
        f"""
        INSERT INTO audit_change (at, txid, table_name, row_key, operation, row_sha256, actor, action, origin)
        SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, %(table)s, audit_row_key(told, %(keys)s), 'B',
               audit_row_digest((SELECT value FROM audit_salt), told), 'role:' || session_user, %(action)s, ''
          FROM (SELECT to_jsonb(t) - %(out)s::text[] AS told FROM "{table.name}" AS t) AS rows
        """,  # noqa: S608 - a table's own name, from the catalog
        {"table": table.name, "keys": list(table.keys), "out": table.uncounted, "action": BASELINE},
    )
