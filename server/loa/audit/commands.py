"""Writing the record. Not itself a command: every command writes through it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any  # Any: an entry's detail is JSON

from django.db import connection

from loa.audit import rules
from loa.audit.models import Entry
from loa.kernel import clock, text
from loa.kernel.command import Placed
from loa.kernel.scope import Scope

_LOCK_AND_LAST = """
    SELECT pg_advisory_xact_lock(7303001);
    SELECT digest FROM audit_entry ORDER BY id DESC LIMIT 1
"""
"""The lock orders writers; it is held until their transaction ends, so it is the last one a command takes."""


def append(scope: Scope, action: str, target: Placed, *, result: str, detail: Mapping[str, Any]) -> None:
    """Append one entry to the chain, in the present transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("the record is written inside a transaction")
    last = _last_digest()
    entry = Entry(
        at=clock.now(),
        actor_kind=scope.actor.kind.value,
        actor_id=text.stored(scope.actor.id),
        actor_name=text.stored(scope.actor.name),
        origin=text.stored(scope.origin),
        action=action,
        target=text.stored(target.audit_name),
        unit_path=text.stored(target.scope_path.partition("#")[0]),
        result=result,
        detail={name: _plain(value) for name, value in detail.items()},
        previous=last,
    )
    entry.digest = rules.digest(entry.previous, facts_of(entry))
    entry.save(force_insert=True)


def facts_of(entry: Entry) -> dict[str, object]:
    """Return what an entry's digest covers."""
    return {
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": [entry.actor_kind, entry.actor_id, entry.actor_name],
        "origin": entry.origin,
        "action": entry.action,
        "target": entry.target,
        "unit": entry.unit_path,
        "result": entry.result,
        "detail": entry.detail,
    }


def _last_digest() -> str:
    with connection.cursor() as cursor:
        # Two statements in one message: the second must see what the lock's last holder committed.
        cursor.execute(_LOCK_AND_LAST)
        cursor.nextset()
        row = cursor.fetchone()
    return str(row[0]) if row else rules.GENESIS


def _plain(value: object) -> object:
    """Return a value as JSON that reads back exactly as it was written: a digest hangs on it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {text.stored(str(name)): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    # PostgreSQL writes numbers its own way (1e16 returns as an integer), so fractions are kept as text.
    return text.stored(str(value))
