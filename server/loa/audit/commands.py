"""Writing the record. Not itself a command: every command writes through it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any  # Any: an entry's detail is JSON

from django.contrib.postgres.functions import TransactionNow
from django.db import Error, connection, transaction

from loa.audit import rules
from loa.audit.models import Change, Retention
from loa.audit.refusals import BasisMissing, KeptForAll, KeptTooShort, ReasonMissing
from loa.kernel import text
from loa.kernel.command import Act, Place, Placed, command, note
from loa.kernel.scope import Scope

WHOLE = Place(scope_path="", audit_name="record:acts")
"""The record itself, as a target: it belongs to the instance."""

_APART = "\x1f"
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ACT = "SELECT set_config('loa.act', %s, true)"
_CHORE = "SELECT current_setting('loa.chore', true), set_config('loa.chore', %s, false)"


class Record:
    """The auditor of the kernel's commands."""

    @staticmethod
    def begin(scope: Scope, action: str) -> None:
        """Tell the triggers of the present transaction who acts: one statement a command."""
        with connection.cursor() as cursor:
            cursor.execute(_ACT, [_told(scope.actor.key, action, scope.origin)])

    @staticmethod
    def append(acts: Sequence[Act]) -> None:
        """Append the entries of one transaction, and with them what its statements changed: one statement."""
        if not connection.in_atomic_block:
            raise RuntimeError("the record is written inside a transaction")
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_append(%s::jsonb)", [_JSON.encode([_facts(act) for act in acts])])


def append(scope: Scope, action: str, target: Placed, *, result: str, detail: Mapping[str, Any]) -> None:
    """Append one entry to its chain, in the present transaction; it covers what the transaction changed so far."""
    Record.append([Act(scope=scope, action=action, target=target, result=result, detail=detail)])


@contextmanager
def chore(name: str) -> Iterator[None]:
    """Say that what this connection changes from here on, outside commands, is a chore of ours by that name.

    Commands within still act in their own name. What a chore changed is put on record by `settling.settle`; that it
    changed no more than `chores.MAY` lets it, `verify` looks at.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHORE, [_told("system:loa", f"{rules.CHORE}{name}", "")])
        before = cursor.fetchone()[0] or ""
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that is gone took its setting along
            cursor.execute(_CHORE, [before])


@command("audit.administer", needs_fresh=True)
def set_retention(scope: Scope, record: Placed, /, *, months: int, basis: str) -> None:
    """Say how many months the record is kept, and by which rule: never below twelve."""
    words = text.stored(basis).strip()
    if "/" in record.scope_path:
        raise KeptForAll
    if not rules.MONTHS_FEWEST <= months <= rules.MONTHS_MOST:
        raise KeptTooShort(fewest=rules.MONTHS_FEWEST)
    if not words:
        raise BasisMissing
    Retention.objects.filter(kind=rules.Kind.ACTS).update(months=months, basis=words, changed_at=TransactionNow())
    note(months=months)


@command("audit.administer")
def explain(scope: Scope, record: Placed, /, *, reason: str) -> int:
    """Say on record why rows were changed outside every command until now; return up to which change."""
    words = text.stored(reason).strip()
    if not words:
        raise ReasonMissing
    through = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    note(through=through, reason=words)
    return through


@command("audit.administer")
def note_restore(scope: Scope, record: Placed, /, *, reason: str, lost: int) -> None:
    """Say on record that this database was brought back from a backup; the checkpoint after it names what was lost."""
    words = text.stored(reason).strip()
    if not words:
        raise ReasonMissing
    note(reason=words, lost=lost)


@command("audit.administer")
def remove_old(scope: Scope, record: Placed, /, *, now: datetime) -> int:
    """Remove the days that are older than the rule asks for; return how many entries.

    The database refuses what is younger, and what no checkpoint has sealed.
    """
    through = last_day_to_remove(now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT entries, changes FROM audit_remove_through(%s)", [through])
        entries, changes = cursor.fetchone()
    note(through=through, entries=entries, changes=changes)
    return int(entries)


def note_export(scope: Scope, permission: str, *, form: str, count: int) -> None:
    """Put on record that somebody took a copy of the record, at the first unit where they may read it."""
    place = Place(scope_path=scope.home(permission), audit_name="record:copy")
    with transaction.atomic():
        append(scope, "audit.export", place, result="done", detail={"form": form, "entries": count})


def begin_feeds_anew() -> None:
    """Let every feed go on behind the last entry there is: transaction numbers begin anew in a restored database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_feed SET floor = (SELECT coalesce(max(id), 0) FROM audit_entry), txid = 0, entry = 0"
        )


def last_day_to_remove(*, now: datetime) -> date:
    """Return the last day the rule lets go."""
    months = Retention.objects.values_list("months", flat=True).get(kind=rules.Kind.ACTS)
    return rules.last_day_to_remove(rules.day_of(now), months=months)


def _facts(act: Act) -> dict[str, Any]:  # Any: JSON
    detail = {name: plain(value) for name, value in act.detail.items()}
    if act.scope.support:
        detail["support"] = act.scope.support
    return {
        "kind": act.scope.actor.kind.value,
        "id": text.stored(act.scope.actor.id),
        "name": text.stored(act.scope.actor.name),
        "origin": text.stored(act.scope.origin),
        "action": act.action,
        "target": text.stored(act.target.audit_name),
        "unit": text.stored(act.target.scope_path.partition("#")[0]),
        "result": act.result,
        "detail": detail,
    }


def _told(who: str, action: str, origin: str) -> str:
    return _APART.join(text.stored(word) for word in (who, action, origin))


def plain(value: object) -> object:
    """Return a value as JSON that reads back exactly as it was written: a digest hangs on it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {text.stored(str(name)): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    # PostgreSQL writes numbers its own way (1e16 returns as an integer), so fractions are kept as text.
    return text.stored(str(value))
