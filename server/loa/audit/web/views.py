"""The record of a unit and everything below it: looked through, one entry, a copy, and how long it is kept."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from loa.audit import commands, queries
from loa.audit.refusals import KeptForAll
from loa.audit.web import copies, words
from loa.audit.web.forms import RetentionForm, SearchForm
from loa.kernel.command import Place
from loa.kernel.errors import DomainError, FreshFactorNeeded
from loa.kernel.pages import DeskRequest, needs

PAGE = 50


@require_GET
@needs(queries.VIEW)
def record(request: DeskRequest) -> HttpResponse:
    """Show what was done and refused, newest first, as far as it fits what is looked for."""
    form = SearchForm(request.GET)
    wanted = form.search(today=timezone.localdate())
    found = queries.search(request.scope, wanted)
    if (before := request.GET.get("before", "")).isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    lines = words.lines(rows[:PAGE])
    asked = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    facts = {
        "form": form,
        "lines": lines,
        "before": lines[-1].pk if len(rows) > PAGE else None,
        "is_first": not before,
        "is_searched": bool(asked),
        "is_narrowed": bool({"who", "since", "until", "action", "target"} & asked.keys()),
        "asked": urlencode(asked),
        "since": wanted.since,
        "kept": queries.retention(),
        "may_keep": bool(_top(request)),
    }
    return render(request, "audit/record.html", facts)


@require_GET
def entry(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one entry, with the rows it changed before and after."""
    found = queries.entry_by_id(request.scope, pk)
    changes = queries.changes_of(found)
    facts = {
        "entry": found,
        "line": words.lines([found])[0],
        "detail": sorted(found.detail.items()),
        "rows": words.rows(changes),
        "more": found.changes - len(changes),
    }
    return render(request, "audit/entry.html", facts)


@require_GET
@needs(queries.VIEW)
def copy(request: DeskRequest, form: str) -> HttpResponse:
    """Hand out the list that was looked for, as CSV for people or lines of JSON for machines; put on record."""
    wanted = SearchForm(request.GET).search(today=timezone.localdate())
    found = queries.search(request.scope, wanted)
    commands.note_export(request.scope, queries.VIEW, form=form, count=found.count())
    return copies.csv(found) if form == "csv" else copies.lines(found)


@require_http_methods(["GET", "POST"])
@needs("audit.administer")
def keep(request: DeskRequest) -> HttpResponse:
    """Say how long the record is kept."""
    top = _top(request)
    kept = queries.retention()
    form = RetentionForm(request.POST or None, initial={"months": kept.months, "basis": kept.basis})
    if request.method == "POST" and form.is_valid():
        try:
            if not top:
                raise KeptForAll
            commands.set_retention(
                request.scope, Place(scope_path=top, audit_name="record:acts"),
                months=form.cleaned_data["months"], basis=form.cleaned_data["basis"],
            )  # fmt: skip
        except FreshFactorNeeded:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("audit:list")
    status = 422 if request.method == "POST" else 200
    return render(request, "audit/keep.html", {"form": form, "kept": kept, "is_top": bool(top)}, status=status)


def _top(request: HttpRequest) -> str:
    """Return the top unit whose record the person administers; empty when there is none."""
    scope = request.scope  # type: ignore[attr-defined]  # of the desk's requests
    return min((root for root in scope.roots("audit.administer") if "/" not in root and "#" not in root), default="")
