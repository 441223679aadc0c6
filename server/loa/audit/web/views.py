"""The record of a unit and everything below it, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from loa.audit import queries
from loa.audit.models import Entry
from loa.kernel import command, permissions
from loa.kernel.pages import DeskRequest, needs

PAGE = 50

_WORDS: dict[str, str | Promise] = {
    "accounts.sign_in": gettext_lazy("sign in"),
    "accounts.sign_out": gettext_lazy("sign out"),
}
"""Acts that are no commands."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words. The codes stay beside them: they are what is kept."""

    pk: int
    at: datetime
    who: str
    words: str
    action: str
    place: str
    target: str
    is_done: bool
    result: str


@require_GET
@needs(queries.VIEW)
def record(request: DeskRequest) -> HttpResponse:
    """Show what was done and refused, newest first."""
    found = queries.entries(request.scope)
    if (before := request.GET.get("before", "")).isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    lines = _lines(rows[:PAGE])
    facts = {"lines": lines, "before": lines[-1].pk if len(rows) > PAGE else None, "is_first": not before}
    return render(request, "audit/record.html", facts)


def _lines(rows: list[Entry]) -> list[Line]:
    names = permissions.place_names({row.unit_path for row in rows})
    commands = command.registered()
    return [
        Line(
            pk=row.pk,
            at=row.at,
            who=row.actor_name or _("unknown"),
            words=_words(row.action, commands[row.action].permission if row.action in commands else ""),
            action=row.action,
            place=names[row.unit_path],
            target=row.target,
            is_done=row.result == "done",
            result=row.result,
        )
        for row in rows
    ]


def _words(action: str, permission: str) -> str:
    return permissions.sentence(permission) if permission else str(_WORDS.get(action, action))
