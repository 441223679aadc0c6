"""A screen on a wall that nobody touches: one unit, large and dark, kept fresh by itself for weeks."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loa.devices import below as devices
from loa.dispatch import coming, walls
from loa.kernel import clock
from loa.kernel.pages import DeskRequest, needs
from loa.kernel.scope import Scope
from loa.orgs.models import Unit
from loa.shell import overviews
from loa.shell.overviews import VIEW, Kind, Line, Period
from loa.shell.web.overview import chosen, highest

COOKIE = "loa_wall"
FRESH_S = 15
"""How often a screen asks anew, and another group of exceptions comes."""

AT_ONCE = 6
"""How many exceptions stand on the screen together: what is read from five meters."""

TILES_LARGE = 60
_URGENT = (Kind.SILENT, Kind.OFFLINE, Kind.REFUSED, Kind.FAULTS)


@require_safe
@needs(VIEW)
def desk(request: DeskRequest) -> HttpResponse:
    """Show the unit that is asked for, or the highest, to somebody who has signed in."""
    code = request.GET.get("unit", "")
    unit = chosen(request, code) if code else highest(request.scope)
    return _page(request, request.scope, unit)


@require_safe
def open_link(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - as views are called
    """Let this screen keep the secret of its link, so that its address shows nothing to whoever passes by."""
    link = walls.opened(secret, now=clock.now())
    answer = redirect("wall:wall")
    answer.set_cookie(
        COOKIE, secret, expires=link.expires_at, path="/wall/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Show the unit of the link whose secret this screen keeps."""
    link = walls.opened(request.COOKIES.get(COOKIE, ""), now=clock.now())
    return _page(request, walls.scope_of(link), link.unit)


def _page(request: HttpRequest, scope: Scope, unit: Unit) -> HttpResponse:
    now = clock.now()
    start_on, end_on = overviews.span(Period.TODAY, today=timezone.localdate(now))
    found = overviews.overview(scope, unit, start_on=start_on, end_on=end_on, now=now)
    troubled = _troubled(found.troubled)
    facts = {
        "theme": "dark",
        "unit": unit,
        "now": now,
        "fresh_s": FRESH_S,
        "whole": found.whole,
        "tiles": [(line, tone(line)) for line in found.below if line.unit.pk != unit.pk],
        "is_dense": len(found.below) > TILES_LARGE,
        "troubles": _turn(troubled, now=now),
        "troubles_more": max(0, len(troubled) - AT_ONCE),
        "on_air": coming.on_air(unit, now=now).count(),
        "playing": devices.playing(scope, unit),
    }
    answer = render(request, "shell/wall.html", facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def tone(line: Line) -> str:
    """Return how a unit's tile looks: `bad`, `warn`, `good`, or `idle` where there is nothing to be heard."""
    kinds = {kind for kind, _ in line.troubles}
    if kinds & set(_URGENT):
        return "bad"
    if kinds:
        return "warn"
    return "good" if line.enrolled or line.figures.meant else "idle"


def _troubled(lines: Sequence[Line]) -> list[tuple[Line, Kind, int]]:
    """Return every exception of every unit, the most urgent kind first."""
    found = [(line, kind, count) for line in lines for kind, count in line.troubles]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one[1]), -one[2], one[0].unit.path))


def _turn(found: Sequence[tuple[Line, Kind, int]], *, now: datetime) -> Sequence[tuple[Line, Kind, int]]:
    """Return the group whose turn it is: by the clock, so that every look shows the next one and none is left out."""
    groups = -(-len(found) // AT_ONCE)
    if not groups:
        return ()
    place = int(now.timestamp() // FRESH_S) % groups
    return found[place * AT_ONCE : (place + 1) * AT_ONCE]
