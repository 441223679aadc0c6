"""Entries and changes in words, for people. The codes stay beside them: they are what is kept."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.audit import rules
from loa.audit.models import Change, Entry
from loa.kernel import acts, command, permissions

LONGEST = 400
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d\Z")

_WORDS: Mapping[str, str | Promise] = {
    "accounts.sign_in": gettext_lazy("sign in"),
    "accounts.sign_out": gettext_lazy("sign out"),
    "accounts.second_factor": gettext_lazy("show the second factor when signing in"),
    "accounts.confirm": gettext_lazy("show the second factor once more"),
    "shell.refuse": gettext_lazy("open a page or a thing that is not theirs"),
    "audit.export": gettext_lazy("take a copy of the record"),
    rules.OUTSIDE: gettext_lazy("change rows outside every command"),
}
"""Acts that are no commands."""

_OPERATIONS: Mapping[str, str | Promise] = {
    "I": gettext_lazy("added"),
    "U": gettext_lazy("changed"),
    "D": gettext_lazy("removed"),
    "B": gettext_lazy("noted as it stood"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words."""

    pk: int
    at: datetime
    who: str
    words: str
    action: str
    place: str
    target: str
    origin: str
    is_done: bool
    result: str
    changes: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a changed row, before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """A changed row in words."""

    table: str
    key: str
    what: str
    cells: Sequence[Cell]


def lines(rows: Sequence[Entry]) -> list[Line]:
    """Return entries in words, with the names of their places."""
    names = permissions.place_names({row.unit_path for row in rows})
    commands = command.registered()
    return [
        Line(
            pk=row.pk,
            at=row.at,
            who=row.actor_name or row.actor_id or _("unknown"),
            words=_words(row.action, commands[row.action].permission if row.action in commands else ""),
            action=row.action,
            place=names[row.unit_path],
            target=row.target,
            origin=row.origin,
            is_done=row.result == "done",
            result=row.result,
            changes=row.changes,
        )
        for row in rows
    ]


def rows(changes: Sequence[Change]) -> list[Row]:
    """Return changed rows in words, their columns side by side."""
    return [
        Row(table=one.table_name, key=one.row_key, what=str(_OPERATIONS[one.operation]), cells=_cells(one))
        for one in changes
    ]


def _cells(change: Change) -> list[Cell]:
    before, after = change.before or {}, change.after or {}
    columns = sorted({*before, *after})
    return [Cell(column, _shown(before.get(column)), _shown(after.get(column))) for column in columns]


def _shown(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, str) and value.startswith("#") and len(value) == 17:
        return _("(hidden, %(digest)s)") % {"digest": value}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and _MOMENT.match(value):
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "H:i:s d/m/Y")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _words(action: str, permission: str) -> str:
    """Return what an act is called: by its own name, else by the right it needs."""
    own = acts.title(action) or str(_WORDS.get(action, ""))
    return own or (permissions.sentence(permission) if permission else action)
