"""Data use and its cost: a month by unit, the same as a table for spreadsheets, and one device by the day."""

import csv
import uuid
from datetime import date, timedelta
from io import StringIO

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loa.devices import data_use, queries
from loa.devices.data_lines import Month
from loa.devices.data_parts import Part
from loa.devices.data_use import VIEW
from loa.kernel import clock
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs

BYTE_ORDER = "\ufeff"
"""What tells a spreadsheet that the letters are UTF-8."""

_EARLIEST = date(2020, 1, 1)


@require_safe
@needs(VIEW)
def report(request: DeskRequest) -> HttpResponse:
    """Show how much data devices used in a month, what it costs, and which go over their volume."""
    units = list(orgs.choices_for(request.scope, VIEW))
    found = _month(request)
    first = found.first_on
    facts = {
        "month": found,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1) if first < _this_month() else None,
        "units": units,
        "unit_code": request.GET.get("unit", ""),
    }
    return render(request, "devices/data_use.html", facts)


@require_safe
@needs(VIEW)
def table(request: DeskRequest) -> HttpResponse:
    """Return the month as CSV, a row for each device at each unit where it stood."""
    found = _month(request)
    out = StringIO()
    out.write(BYTE_ORDER)
    rows = csv.writer(out)
    rows.writerow([
        _("Unit"), _("Device"), _("Days there"), _("SIM operator"), _("Last four digits of the SIM"), _("Used (MB)"),
        _("Volume (MB)"), _("Forecast (MB)"), _("Cost (VND)"), _("SIM contract until"),
    ])  # fmt: skip
    rows.writerows(_row(part) for part in found.parts)
    name = f"data-{found.first_on:%Y%m}.csv"
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@needs(VIEW)
def of_device(request: DeskRequest, device_id: uuid.UUID) -> HttpResponse:
    """Show what one device used, day by day."""
    device = queries.get(request.scope, device_id)
    first_on = _first_on(request.GET.get("month", ""))
    rows = [(day, used / data_use.MB) for day, used in data_use.days(device, first_on=first_on)]
    facts = {
        "device": device,
        "first_on": first_on,
        "rows": rows,
        "total": sum(used for _day, used in rows),
        "before": (first_on - timedelta(days=1)).replace(day=1),
    }
    return render(request, "devices/data_of.html", facts)


def _month(request: DeskRequest) -> Month:
    code, path = request.GET.get("unit", ""), ""
    if code:
        units = orgs.choices_for(request.scope, VIEW)
        unit = next((unit for unit in units if unit.code == code), None)
        if unit is None:
            raise NotFound
        path = unit.path
    first_on = _first_on(request.GET.get("month", ""))
    return data_use.month(request.scope, first_on=first_on, unit_path=path, total_name=_("Together"), now=clock.now())


def _first_on(named: str) -> date:
    """Return the first day of the month that was named as `2026-11`; of this month when it names none that can be."""
    present = _this_month()
    try:
        found = date.fromisoformat(f"{named}-01")
    except ValueError:
        return present
    return found if _EARLIEST <= found <= present else present


def _this_month() -> date:
    return timezone.localdate(clock.now()).replace(day=1)


def _row(part: Part) -> list[object]:
    fitting = part.fitting
    until = None if fitting is None else fitting.sim_until_on
    values = (
        part.stay.unit_name,
        part.device.name,
        part.stay.days,
        "" if fitting is None else fitting.sim_operator,
        "" if fitting is None else fitting.sim_tail,
        part.used_mb,
        part.month_mb,
        None if part.use is None else part.use.foretold_mb,
        part.cost_vnd,
        None if until is None else until.isoformat(),
    )
    return ["" if value is None else _plain(value) if isinstance(value, str) else value for value in values]


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
