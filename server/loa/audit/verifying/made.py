"""What the migrations of all rooms made in the database: each trigger and the body of each function, read from them."""

import functools
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db import migrations
from django.db.migrations.operations.base import Operation

_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
_NO_FUNCTION = re.compile(r"DROP FUNCTION (?:IF EXISTS )?(\w+)")
_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s+(BEFORE|AFTER)\s+([^;']*?)\s+ON\s+(?:public\.)?(\w+)\s([^;']*?)"
    r"EXECUTE FUNCTION (?:public\.)?(\w+)\(",
)
_NO_TRIGGER = re.compile(r"DROP TRIGGER (?:IF EXISTS )?(\w+) ON (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a trigger fires, on what, and what it calls."""

    timing: str
    events: frozenset[str]
    is_by_row: bool
    is_conditional: bool
    function: str


@dataclass(slots=True)
class Made:
    """Triggers by table and name, bodies of functions by name."""

    triggers: dict[tuple[str, str], Trigger] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)


def trigger(words: str) -> Trigger | None:
    """Return what a statement that makes a trigger says, ours or as the database tells it; None for another one."""
    found = _TRIGGER.search(words)
    return None if found is None else _trigger(found)


@functools.cache
def by_migrations() -> Made:
    """Return all that stands after the last migration of every room."""
    made = Made()
    for config in apps.get_app_configs():
        if config.name.startswith("loa.") and importlib.util.find_spec(f"{config.name}.migrations") is not None:
            for statement in _statements(f"{config.name}.migrations"):
                _take(made, statement)
    return made


def _take(made: Made, statement: str) -> None:
    """Follow one migration's statement, in the order in which it says things."""
    patterns = (_FUNCTION, _NO_FUNCTION, _TRIGGER, _NO_TRIGGER)
    bodies = [(found.start(2), found.end(2)) for found in _FUNCTION.finditer(statement)]
    said = [(found.start(), pattern, found) for pattern in patterns for found in pattern.finditer(statement)]
    for start, pattern, found in sorted(said, key=lambda one: one[0]):
        if any(begins <= start < ends for begins, ends in bodies):
            continue
        if pattern is _FUNCTION:
            made.functions[found[1]] = found[2]
        elif pattern is _NO_FUNCTION:
            made.functions.pop(found[1], None)
        elif pattern is _TRIGGER:
            made.triggers[found[4], found[1]] = _trigger(found)
        else:
            made.triggers.pop((found[2], found[1]), None)


def _trigger(found: re.Match[str]) -> Trigger:
    return Trigger(
        timing=found[2],
        events=frozenset(re.split(r"\s+OR\s+", re.sub(r"\s+", " ", found[3]).strip())),
        is_by_row="FOR EACH ROW" in found[5],
        is_conditional="WHEN (" in found[5],
        function=found[6],
    )


def _statements(package: str) -> Iterator[str]:
    root = importlib.import_module(package)
    for name in sorted(module.name for module in pkgutil.iter_modules(root.__path__)):
        yield from _said(importlib.import_module(f"{package}.{name}").Migration.operations)


def _said(operations: Sequence[Operation]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _said(operation.database_operations)
        elif isinstance(operation, migrations.RunSQL):
            yield operation.sql if isinstance(operation.sql, str) else "\n".join(str(one) for one in operation.sql)
