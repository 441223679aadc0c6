"""Pictures of many devices: one bar, and a map drawn from coordinates without anybody's tiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from loa.dispatch.queries import AiringOutcome, OutcomeRow
from loa.shell.templatetags.states import look

register = template.Library()

VERDICTS = ("heard", "said", "partial", "silent", "missed", "refused", "odd", "unreachable", "waiting")
BAR_WIDTH = 1000
BAR_GAP = 3
MAP_WIDTH = 400.0
MAP_HEIGHT = 300.0
MAP_EDGE = 34.0
DOT = 7.0
DOT_OF_MANY = 4.0
MANY = 80
NAMES_MOST = 24
SMALLEST_SPAN = 0.01
NAME_HEIGHT = 14.0
NAME_GAP = 5.0
NAME_LETTER = 7.0


@dataclass(frozen=True, slots=True)
class Count:
    """How many devices share a verdict."""

    state: str
    count: int
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Point:
    """A device on the map's paper."""

    x: float
    y: float
    state: str
    place: str


@register.simple_tag
def verdict_legend(outcome: AiringOutcome) -> list[Count]:
    """Return the verdicts that occur, with their numbers."""
    counts = ((state, int(getattr(outcome, state))) for state in VERDICTS)
    return [
        Count(state, count, look("verdict", state).icon, str(look("verdict", state).word))
        for state, count in counts
        if count
    ]


@register.simple_tag
def verdict_bar(outcome: AiringOutcome) -> SafeString:
    """Draw all devices as one bar, each verdict with its share. The legend beside it says the same in words."""
    pieces, x = [], 0.0
    for entry in verdict_legend(outcome):
        width = BAR_WIDTH * entry.count / outcome.expected
        is_last = x + width > BAR_WIDTH - BAR_GAP
        pieces.append((entry.state, f"{x:.1f}", f"{width if is_last else max(width - BAR_GAP, 2):.1f}"))
        x += width
    return format_html(
        '<svg class="verdict-bar" viewBox="0 0 {} 14" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        BAR_WIDTH,
        format_html_join("", '<rect class="v-{}" x="{}" y="0" width="{}" height="14"></rect>', pieces),
    )


@register.simple_tag
def verdict_map(rows: Sequence[OutcomeRow]) -> SafeString:
    """Draw devices where they stand, what went wrong on top; a sentence instead when none has coordinates."""
    points = _points(rows)
    if not points:
        return format_html('<p class="quiet">{}</p>', _("These devices have no coordinates yet."))
    radius = DOT if len(points) <= MANY else DOT_OF_MANY
    label = _("%(count)s devices on a map; the list below says the same in words.") % {"count": len(points)}
    rings = format_html_join(
        "",
        '<circle class="ring" cx="{}" cy="{}" r="{}"></circle>',
        ((MAP_WIDTH / 2, MAP_HEIGHT / 2, size) for size in (50, 100, 150, 200, 250)),
    )
    dots = format_html_join(
        "",
        '<circle class="dot v-{}" cx="{}" cy="{}" r="{}"></circle>',
        ((point.state, f"{point.x:.1f}", f"{point.y:.1f}", radius) for point in reversed(points)),
    )
    names = format_html_join("", '<text class="area" x="{}" y="{}">{}</text>', _names(points, radius=radius))
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        round(MAP_WIDTH), round(MAP_HEIGHT), label, rings, dots, names,
    )  # fmt: skip


def _points(rows: Sequence[OutcomeRow]) -> list[Point]:
    """Return the devices that have coordinates, fitted into the paper with their true proportions."""
    placed = [
        (row.device.latitude, row.device.longitude, row.verdict.value, row.device.unit_name)
        for row in rows
        if row.device is not None and row.device.latitude is not None and row.device.longitude is not None
    ]
    if not placed:
        return []
    south, north = min(spot[0] for spot in placed), max(spot[0] for spot in placed)
    west, east = min(spot[1] for spot in placed), max(spot[1] for spot in placed)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(
        (MAP_WIDTH - 2 * MAP_EDGE) / max((east - west) * squeeze, SMALLEST_SPAN),
        (MAP_HEIGHT - 2 * MAP_EDGE) / max(north - south, SMALLEST_SPAN),
    )
    return [
        Point(
            MAP_WIDTH / 2 + (longitude - (west + east) / 2) * squeeze * scale,
            MAP_HEIGHT / 2 - (latitude - (south + north) / 2) * scale,
            state,
            place,
        )
        for latitude, longitude, state, place in placed
    ]


def _names(points: Sequence[Point], *, radius: float) -> list[tuple[str, str, str]]:
    """Return unit names below or above their devices where there is room; none for one unit, or for too many."""
    places: dict[str, list[Point]] = {}
    for point in points:
        places.setdefault(point.place, []).append(point)
    if not 1 < len(places) <= NAMES_MOST:
        return []
    shown = []
    for name, near in places.items():
        x = sum(point.x for point in near) / len(near)
        below = max(point.y for point in near) + radius + NAME_HEIGHT
        above = min(point.y for point in near) - radius - NAME_GAP
        others = [point for point in points if point.place != name]
        y = next((y for y in (below, above) if _is_free(x, y, others, name=name)), None)
        if y is not None:
            shown.append((f"{x:.1f}", f"{y:.1f}", name))
    return shown


def _is_free(x: float, y: float, others: Sequence[Point], *, name: str) -> bool:
    """Tell whether a name fits at a spot without lying on the devices of another unit, or outside the paper."""
    half = len(name) * NAME_LETTER / 2
    if not (half < x < MAP_WIDTH - half and NAME_HEIGHT < y < MAP_HEIGHT - NAME_GAP):
        return False
    return not any(abs(point.x - x) < half + DOT and y - NAME_HEIGHT - DOT < point.y < y + DOT for point in others)
