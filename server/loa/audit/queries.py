"""Reading the record."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from loa.audit import rules
from loa.audit.models import Change, Entry, Retention
from loa.kernel.command import Place, check
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import reach

VIEW = "audit.view"

CHANGES_SHOWN = 200
_RANGE = re.compile(r"\[(\d+),(\d+)\)")
_UNIT = re.compile(r"[0-9A-Za-z./~@-]{1,160}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; an empty word asks for nothing. Days are those of Viet Nam, both included."""

    words: str = ""
    who: str = ""
    action: str = ""
    target: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None
    result: str = ""


def entries(scope: Scope) -> QuerySet[Entry]:
    """Return what happened at and below the units whose record this scope may read, newest first."""
    found = Entry.objects.order_by("-pk")
    if scope.everywhere:
        return found
    return found.filter(reach(scope.roots(VIEW), lookup="unit_path"))


def search(scope: Scope, wanted: Search) -> QuerySet[Entry]:
    """Return the entries that fit, newest first. Words are looked for in names, targets and details."""
    found = entries(scope)
    if wanted.who:
        found = found.filter(Q(actor_name__icontains=wanted.who) | Q(actor_id=wanted.who))
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.target:
        found = found.filter(target=wanted.target)
    if wanted.unit:
        found = found.filter(_at_unit(wanted.unit))
    if wanted.since is not None:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        found = found.filter(at__lt=_midnight(wanted.until) + timedelta(days=1))
    if wanted.result == "done":
        found = found.filter(result="done")
    elif wanted.result == "refused":
        found = found.exclude(result="done")
    for word in wanted.words.split():
        found = found.alias(told=Cast("detail", TextField())).filter(
            Q(actor_name__icontains=word) | Q(target__icontains=word) | Q(action__icontains=word)
            | Q(result__icontains=word) | Q(origin__icontains=word) | Q(told__icontains=word)
        )  # fmt: skip
    return found


def entry_by_id(scope: Scope, pk: int) -> Entry:
    """Return one entry, or raise `NotFound` or `Denied`."""
    found = Entry.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    check(scope, VIEW, Place(scope_path=found.unit_path, audit_name=found.target))
    return found


def changes_of(entry: Entry) -> list[Change]:
    """Return the rows an entry's act changed, as far as a page can show them."""
    spans = Q(pk__in=[])
    for low, high in _RANGE.findall(entry.change_ids):
        spans |= Q(pk__gte=int(low), pk__lt=int(high))
    return list(Change.objects.filter(spans).order_by("pk")[:CHANGES_SHOWN])


def about(scope: Scope, target: str) -> QuerySet[Entry]:
    """Return what happened to one thing, by its name in the record, newest first."""
    return entries(scope).filter(target=target)


def in_support(session: str, *, unit_path: str) -> QuerySet[Entry]:
    """Return what was done in a support session at a unit and below, newest first; the caller may see the session."""
    below = reach([unit_path], lookup="unit_path")
    return Entry.objects.filter(below, detail__support=session).order_by("-pk")


def retention() -> Retention:
    """Return how long acts are kept."""
    return Retention.objects.get(kind=rules.Kind.ACTS)


def _at_unit(wanted: str) -> Q:
    """Return the condition that an entry stands at a unit or below it, by its path or its code."""
    if _UNIT.fullmatch(wanted) is None:
        return Q(pk__in=[])
    if "/" in wanted:
        return reach([wanted], lookup="unit_path")
    return Q(unit_path__regex=rf"(^|/){re.escape(wanted)}(/|$)")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=rules.HOUR_OF_DAYS)
