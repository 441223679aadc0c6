"""Who may do something somewhere, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loa.kernel import clock, permissions
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import ports, queries, rules
from loa.orgs.models import Unit
from loa.orgs.web import telling
from loa.orgs.web.people import units

SHOWN_MOST = 200
"""The nearest and whole rights come first; a longer list is a question too wide."""


@require_safe
@needs("orgs.administer")
def rights(request: DeskRequest) -> HttpResponse:
    """Answer who may do this here, and why."""
    offered = units(request)
    unit = next((one for one in offered if one.code == request.GET.get("unit", "")), None)
    codes = sorted(permissions.for_people())
    permission = request.GET.get("permission", "")
    facts: dict[str, object] = {
        "units": offered,
        "chosen": unit.code if unit else "",
        "codes": [(code, permissions.sentence(code)) for code in codes],
        "permission": permission,
        "channels": list(telling.CHANNELS.items()),
        "channel": request.GET.get("channel", ""),
        "tab": "rights",
    }
    if unit is not None and permission in codes:
        facts |= _answer(request, unit, permission)
    return render(request, "orgs/rights.html", facts)


def _answer(request: DeskRequest, unit: Unit, permission: str) -> dict[str, object]:
    things = ports.things_at(unit.pk)
    named = request.GET.get("device", "")
    device_id = next((thing.id for thing in things if str(thing.id) == named), None)
    wanted = request.GET.get("channel", "")
    channel = wanted if wanted in set(rules.Channel) else ""
    reasons = queries.who_may(permission, unit, device_id=device_id, channel=channel, at=clock.now())
    shown = reasons[:SHOWN_MOST]
    names = telling.thing_names([reason.grant for reason in shown if reason.grant is not None])
    lines = [(reason, telling.reason_notes(reason, names), _is_known(request, reason)) for reason in shown]
    return {
        "unit": unit,
        "sentence": permissions.sentence(permission),
        "things": [(str(thing.id), thing.name) for thing in things],
        "device": str(device_id or ""),
        "whole": [line for line in lines if not line[0].is_partial],
        "more": len(reasons) - len(shown),
        "partial": [line for line in lines if line[0].is_partial],
    }


def _is_known(request: DeskRequest, reason: queries.Reason) -> bool:
    """Tell whether who asks may open the person's page."""
    return request.scope.can("accounts.administer", reason.user.scope_path)
