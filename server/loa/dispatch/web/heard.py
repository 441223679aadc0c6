"""What was heard, unit by unit: the report, the airings behind a line, and the same as a table for spreadsheets."""

import csv
from datetime import date, timedelta
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loa.dispatch import rules, tallies
from loa.dispatch.tallies import Asked, Line, Map, Report
from loa.dispatch.web.forms import HeardForm
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs

AIRINGS_SHOWN = 200
BYTE_ORDER = "\ufeff"
"""What tells a spreadsheet that the letters are UTF-8."""


@require_safe
@needs(tallies.VIEW)
def heard(request: DeskRequest) -> HttpResponse:
    """Show what was heard in a period, by the units of each day, of today or of a former day."""
    form = _form(request)
    facts: dict[str, object] = {"form": form, "maps": Map, "chosen": form["by"].value()}
    if form.is_valid():
        facts |= {"report": _report(request, form), "asked": request.GET.urlencode(), **form.cleaned_data}
    return render(request, "dispatch/heard.html", facts, status=200 if form.is_valid() else 422)


@require_safe
@needs(tallies.VIEW)
def behind(request: DeskRequest, code: str) -> HttpResponse:
    """Show the airings of which a line of the report is made."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "dispatch/heard.html", {"form": form, "chosen": form["by"].value()}, status=422)
    rows = tallies.behind(request.scope, code, **_asked(form))
    line = next((line for line in reversed(_report(request, form).lines) if line.code == code), None)
    if line is None:
        raise NotFound
    facts = {
        "rows": rows[:AIRINGS_SHOWN],
        "hidden": max(0, len(rows) - AIRINGS_SHOWN),
        "line": line,
        "asked": request.GET.urlencode(),
        **form.cleaned_data,
    }
    return render(request, "dispatch/heard_behind.html", facts)


@require_safe
@needs(tallies.VIEW)
def table(request: DeskRequest) -> HttpResponse:
    """Return the report as CSV."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "dispatch/heard.html", {"form": form, "chosen": form["by"].value()}, status=422)
    out = StringIO()
    out.write(BYTE_ORDER)
    rows = csv.writer(out)
    rows.writerow([_("Code"), _("Unit"), _("Airings"), _("Meant"), _("Heard"), _("Without sound"), _("Minutes heard")])
    report = _report(request, form)
    rows.writerows([_plain(line.code), _plain(line.name), *_figures(line)] for line in report.lines)
    rows.writerow(["", _("Total"), *_figures(report.total)])
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    name = f"heard-{start:%Y%m%d}-{end:%Y%m%d}.csv"
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _figures(line: Line) -> list[int]:
    return [line.airings, line.meant, line.heard, line.missed, line.minutes]


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _form(request: HttpRequest) -> HeardForm:
    today = _today()
    given = {name: request.GET[name] for name in ("start", "end", "by", "map_on") if request.GET.get(name)}
    beginning = {"start": today.replace(day=1).isoformat(), "end": today.isoformat(), "by": Map.DAY.value}
    return HeardForm(beginning | {"map_on": (today - timedelta(days=365)).isoformat()} | given)


def _asked(form: HeardForm) -> Asked:
    wanted = form.cleaned_data
    by = Map(wanted["by"])
    map_on = wanted["map_on"] if by is Map.FORMER else _today()
    return Asked(start_on=wanted["start"], end_on=wanted["end"], by=by, map_on=map_on)


def _report(request: DeskRequest, form: HeardForm) -> Report:
    return tallies.tally(request.scope, **_asked(form))


def _today() -> date:
    return clock.now().astimezone(rules.ZONE).date()
