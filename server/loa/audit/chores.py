"""What each chore of ours may change outside commands: a claim to be one speaks for these tables and columns alone."""

from collections.abc import Collection, Mapping
from typing import Final

ANY: Final = frozenset({"*"})
NOTHING: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {}

MIGRATE = "migrate"
"""Changes everything, but only while tables are brought up to date: `django_migrations` says when that was."""

BASELINE = "baseline"
"""Notes rows anew when a table has changed its shape, by the record's own functions."""

RETENTION = "retention"
"""Notes the digests of rows whose last change goes by the rule, by the record's own function."""

MAY: Mapping[str, Mapping[str, Mapping[str, frozenset[str]]]] = {
    "areas": NOTHING,
    "clashes": NOTHING,
    "day": NOTHING,
    "deadlines": {"bulletins_step": {"U": frozenset({"is_open"})}},
    "devices": {"devices_code": {"D": ANY}},
    "events": NOTHING,
    "faults": NOTHING,
    "plans": {"dispatch_airing": {"U": frozenset({"state", "released_at"})}},
    "programme": NOTHING,
    "readings": NOTHING,
    "releases": NOTHING,
    "reminders": NOTHING,
    "second_factor": {
        "accounts_passkey": {"U": frozenset({"cloned_at"})},
        "accounts_recovery_code": {"U": frozenset({"used_at"})},
        "accounts_session": {"U": frozenset({"session_key", "factor", "confirmed_at"})},
    },
    "sessions": {"accounts_session": {"D": ANY}},
    "silence": NOTHING,
    "speech": NOTHING,
    "tallies": NOTHING,
    "units": NOTHING,
    "validity": NOTHING,
    BASELINE: {"audit_retention": {"I": ANY}},
    RETENTION: NOTHING,
}
"""By chore, table and kind of change: the columns. Columns that the record does not count need not be named.

A duty of the clock that works through commands, or on tables the record does not watch, has nothing here.
"""


def allows(name: str, table: str, operation: str, columns: Collection[str]) -> bool:
    """Tell whether a chore may change these columns of a table; when it is `migrate`, the caller asks for its time."""
    if name == MIGRATE or (name in {BASELINE, RETENTION} and operation == "B"):
        return True
    allowed = MAY.get(name, NOTHING).get(table, {}).get(operation, frozenset())
    return allowed == ANY or (bool(allowed) and set(columns) <= allowed)
