"""Looks whether what guards the record is there, switched on, and what our migrations made."""

import importlib
import pkgutil
import re
from collections.abc import Mapping

from django.db import migrations
from django.db.backends.utils import CursorWrapper

from loa.audit import attaching
from loa.audit.verifying.finding import Fault, Finding

GUARDS: Mapping[str, tuple[str, ...]] = {
    "audit_entry": ("append_only", "never_emptied", "by_its_owner"),
    "audit_change": ("append_only", "never_emptied", "by_its_owner"),
    "audit_purge": ("append_only", "never_emptied", "by_its_owner"),
    "audit_salt": ("stands", "never_emptied"),
    "audit_checkpoint": ("append_only", "never_emptied"),
}
_SWITCHED_ON = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'O' AND tgname LIKE 'audit%%'"
_FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'audit\\_%%'
"""
_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (audit_\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)


def look(cursor: CursorWrapper) -> list[Finding]:
    """Return every guard that is missing, switched off or not ours."""
    found = [
        Finding(fault=Fault.GUARD_MISSING, where=table.name) for table in attaching.watched() if not table.is_whole
    ]
    cursor.execute(_SWITCHED_ON)
    on = set(cursor.fetchall())
    for table, names in GUARDS.items():
        missing = [f"{table}_{name}" for name in names if (table, f"{table}_{name}") not in on]
        found += [Finding(fault=Fault.GUARD_MISSING, where=table, which=name) for name in missing]
    cursor.execute(_FUNCTIONS)
    there, ours = dict(cursor.fetchall()), functions()
    found += [
        Finding(fault=Fault.GUARD_FOREIGN if name in there else Fault.GUARD_MISSING, where=name)
        for name, body in ours.items()
        if there.get(name) != body
    ]
    found += [Finding(fault=Fault.GUARD_FOREIGN, where=name) for name in there.keys() - ours.keys()]
    return found


def functions() -> dict[str, str]:
    """Return the body of every function of this room, as the latest migration that names it made it."""
    package = importlib.import_module("loa.audit.migrations")
    bodies: dict[str, str] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        migration = importlib.import_module(f"{package.__name__}.{name}").Migration
        for operation in migration.operations:
            if isinstance(operation, migrations.RunSQL):
                bodies |= dict(_FUNCTION.findall(str(operation.sql)))
    bodies.pop("audit_entry_append_only", None)  # dropped by 0005
    return bodies
