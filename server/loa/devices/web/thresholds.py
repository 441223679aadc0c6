"""From when on something counts: laid down by a unit for its devices and those below."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loa.devices import commands
from loa.devices.conditions import Thresholds
from loa.devices.models import Threshold
from loa.devices.thresholds import Ruler
from loa.devices.web.threshold_forms import ThresholdForm
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

RIGHT = "devices.control"
_MB = 1_000_000


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def thresholds(request: DeskRequest) -> HttpResponse:
    """Show what holds at a unit, and lay it down."""
    units = list(orgs.choices_for(request.scope, RIGHT))
    asked = request.POST if request.method == "POST" else request.GET
    unit = _chosen(request, units, asked.get("unit", ""))
    form = ThresholdForm(request.POST if request.method == "POST" else None, initial=_values(Ruler().of(unit.path)))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST":
        if asked.get("action") == "above":
            commands.take_up(request.scope, unit)
            return _done(request, unit)
        if form.is_valid():
            try:
                commands.lay_down(request.scope, unit, values=form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return _done(request, unit)
    has_own = Threshold.objects.within(request.scope, RIGHT).filter(unit=unit).exists()
    facts = {"form": form, "unit": unit, "units": units, "has_own": has_own}
    return render(request, "devices/thresholds.html", facts, status=status)


def _chosen(request: DeskRequest, units: Sequence[Unit], code: str) -> Unit:
    if code:
        found = next((unit for unit in units if unit.code == code), None)
    else:
        home = request.scope.home(RIGHT)
        found = next((unit for unit in units if unit.path == home), units[0] if units else None)
    if found is None:
        raise NotFound
    return found


def _done(request: DeskRequest, unit: Unit) -> HttpResponse:
    messages.success(request, _("This holds from now on."))
    return redirect(f"{reverse('devices:thresholds')}?unit={unit.code}")


def _values(held: Thresholds) -> dict[str, int]:
    return {
        "late_after_s": int(held.late_after.total_seconds()),
        "offline_after_s": int(held.offline_after.total_seconds()),
        "hot_c": int(held.hot_c),
        "supply_low_v": int(held.supply_low_v),
        "supply_high_v": int(held.supply_high_v),
        "drift_ms": held.drift_ms,
        "storage_low_mb": held.storage_low_bytes // _MB,
        "signal_low_dbm": held.signal_low_dbm,
    }
