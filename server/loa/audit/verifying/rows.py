"""Compares every row that stands with what was last recorded of it: what was done behind the triggers' back."""

from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from loa.audit import attaching
from loa.audit.finding import Fault, Finding
from loa.audit.verifying.chains import NAMED_MOST

_COMPARE = """
WITH known AS (
    SELECT DISTINCT ON (row_key) row_key, operation, row_sha256, id FROM audit_change WHERE table_name = %(table)s
     ORDER BY row_key, id DESC
), standing AS (
    SELECT audit_row_key(told, %(keys)s) AS row_key,
           audit_row_digest((SELECT value FROM audit_salt), told) AS row_sha256
      FROM (SELECT to_jsonb(t) - %(out)s::text[] AS told FROM "{table}" AS t) AS rows
), compared AS (
    SELECT coalesce(s.row_key, k.row_key) AS row_key, k.id,
           CASE WHEN s.row_key IS NULL THEN 'removed' WHEN k.row_key IS NULL OR k.operation = 'D' THEN 'added'
                ELSE 'altered' END AS what
      FROM standing AS s FULL JOIN known AS k ON k.row_key = s.row_key
     WHERE (s.row_key IS NULL AND k.operation <> 'D') OR (s.row_key IS NOT NULL AND (
           k.row_key IS NULL OR k.operation = 'D' OR k.row_sha256 <> s.row_sha256))
)
(SELECT row_key, what, id, 0 FROM compared ORDER BY row_key LIMIT %(most)s)
UNION ALL SELECT NULL, NULL, NULL, count(*) FROM standing
"""
_FAULTS = {"removed": Fault.ROW_REMOVED, "added": Fault.ROW_ADDED, "altered": Fault.ROW_ALTERED}


@dataclass(slots=True)
class Compared:
    """How many rows stand, and which are not what was recorded."""

    count: int = 0
    findings: list[Finding] = field(default_factory=list)


def compare(cursor: CursorWrapper) -> Compared:
    """Look at every watched table; one statement each, so that a box may work meanwhile."""
    found = Compared()
    for name, value in (("timezone", "UTC"), ("extra_float_digits", "1"), ("bytea_output", "hex")):
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    for table in attaching.watched():
        if not table.keys:
            continue
        cursor.execute(
            _COMPARE.format(table=table.name),
            {"table": table.name, "keys": list(table.keys), "out": table.uncounted, "most": NAMED_MOST},
        )
        for key, what, number, count in cursor.fetchall():
            if what is None:
                found.count += count
            else:
                about = f"#{number}" if number else ""
                found.findings.append(Finding(fault=_FAULTS[what], where=table.name, which=key, about=about))
    return found
