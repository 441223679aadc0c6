"""Writing the record. Not itself a command: every command writes through it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # Any: an entry's detail is JSON

from django.db import connection

from loa.audit import rules
from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.command import Placed
from loa.kernel.scope import Scope

_CHAIN_LOCK = 7_303_001
"""Advisory lock that orders writers; held until their transaction ends."""


def append(scope: Scope, action: str, target: Placed, *, result: str, detail: Mapping[str, Any]) -> None:
    """Append one entry to the chain, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    last = Entry.objects.order_by("-pk").values_list("digest", flat=True).first()
    entry = Entry(
        at=clock.now(),
        actor_kind=scope.actor.kind.value,
        actor_id=scope.actor.id,
        actor_name=scope.actor.name,
        origin=scope.origin,
        action=action,
        target=target.audit_name,
        unit_path=target.scope_path,
        result=result,
        detail={name: _plain(value) for name, value in detail.items()},
        previous=last or rules.GENESIS,
    )
    entry.digest = rules.digest(entry.previous, facts_of(entry))
    entry.save(force_insert=True)


def facts_of(entry: Entry) -> dict[str, object]:
    """Return what an entry's digest covers."""
    return {
        "at": entry.at.isoformat(),
        "actor": [entry.actor_kind, entry.actor_id, entry.actor_name],
        "origin": entry.origin,
        "action": entry.action,
        "target": entry.target,
        "unit": entry.unit_path,
        "result": entry.result,
        "detail": entry.detail,
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None | list | dict) else str(value)
