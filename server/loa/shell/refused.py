"""Puts on record what pages refuse before any command is asked: whoever tries doors leaves traces."""

import threading
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from loa.audit import commands as audit
from loa.kernel.command import Place
from loa.kernel.errors import Denied, DomainError, FreshFactorNeeded, NotFound
from loa.kernel.scope import Scope

ACTION = "shell.refuse"
MOST = 20
"""So many refusals of one person a minute are put on record by each process, each alone; the rest are counted."""

_MINUTE = timedelta(minutes=1)


class Pace:
    """Counts the refusals of each person in the minute that runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began: datetime | None = None
        self._counts: dict[str, int] = {}
        self._left: dict[str, int] = {}

    def take(self, who: str, *, now: datetime) -> int | None:
        """Return how many of this person's went unrecorded before, or None when this one does as well."""
        with self._lock:
            if self._began is None or now - self._began >= _MINUTE or now < self._began:
                self._counts, self._began = {}, now
            self._counts[who] = self._counts.get(who, 0) + 1
            if self._counts[who] <= MOST:
                return self._left.pop(who, 0)
            self._left[who] = self._left.get(who, 0) + 1
            return None


_pace = Pace()


def note(request: HttpRequest, refusal: DomainError, *, now: datetime) -> None:
    """Put a refusal of somebody who is signed in on record: of a right, or of a thing that was named by its id."""
    scope: Scope | None = getattr(request, "scope", None)
    if scope is None or not scope.actor.id or refusal.is_on_record or not _tells(request, refusal):
        return
    left = _pace.take(scope.actor.id, now=now)
    if left is None:
        return
    path = refusal.facts.get("path")
    place = Place(scope_path=path if isinstance(path, str) else "", audit_name=f"page:{request.path[:200]}")
    more = {"unrecorded": left} if left else {}
    with transaction.atomic():
        audit.append(scope, ACTION, place, result=refusal.code, detail={"method": request.method or "", **more})


def _tells(request: HttpRequest, refusal: DomainError) -> bool:
    if isinstance(refusal, Denied):
        return not isinstance(refusal, FreshFactorNeeded)
    match = request.resolver_match
    return isinstance(refusal, NotFound) and match is not None and bool(match.kwargs or match.args)
