"""Draws a change of units: every old unit a dot in the color of the new one, with a line to where that one stands."""

import math
from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from loa.orgs.models import Unit
from loa.orgs.web.reorganisation_facts import Group

WIDTH, HEIGHT, EDGE = 640.0, 420.0, 28.0
NAMES_MOST = 40
LEAST_SPAN = 0.01
_LETTER, _LINE = 6.4, 13.0


def drawn(groups: Sequence[Group], spots: Mapping[str, Unit]) -> SafeString:
    """Return the map as SVG, empty when fewer than two units have coordinates; the list says the same in words."""
    points = _points(spots)
    if len(points) < 2:
        return SafeString("")
    spokes, dots, marks = [], [], []
    for group in groups:
        color = group.color
        end = points.get(group.code)
        for part in group.parts:
            start = points.get(part.code)
            if start and end and part.code != group.code:
                spokes.append((color, *_written(start), *_written(end)))
            if start and part.code != group.code:
                dots.append((color, *_written(start), 5, part.name))
        if end:
            marks.append((color, *_written(end), 8, group.name))
    label = ngettext(
        "A map: each unit in the color of the new one it goes into. %(count)s new one; the list says the same.",
        "A map: each unit in the color of the new one it goes into. %(count)s new ones; the list says the same.",
        len(marks),
    ) % {"count": len(marks)}
    return format_html(
        '<svg class="change-map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        round(WIDTH), round(HEIGHT), label,
        format_html_join("", '<line class="g{}" x1="{}" y1="{}" x2="{}" y2="{}"></line>', spokes),
        format_html_join("", '<circle class="g{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>', dots),
        format_html_join("", '<circle class="new g{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>', marks),
        format_html_join("", '<text x="{}" y="{}">{}</text>', _names(groups, points)),
    )  # fmt: skip


def _points(spots: Mapping[str, Unit]) -> dict[str, tuple[float, float]]:
    """Return where units stand on the paper, in their true proportions."""
    places = {
        code: (unit.latitude, unit.longitude)
        for code, unit in spots.items()
        if unit.latitude is not None and unit.longitude is not None
    }
    if not places:
        return {}
    south, north = min(place[0] for place in places.values()), max(place[0] for place in places.values())
    west, east = min(place[1] for place in places.values()), max(place[1] for place in places.values())
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * EDGE) / max((east - west) * squeeze, LEAST_SPAN),
        (HEIGHT - 2 * EDGE) / max(north - south, LEAST_SPAN),
    )
    middle = ((south + north) / 2, (west + east) / 2)
    return {
        code: (WIDTH / 2 + (place[1] - middle[1]) * squeeze * scale, HEIGHT / 2 - (place[0] - middle[0]) * scale)
        for code, place in places.items()
    }


def _names(groups: Sequence[Group], points: Mapping[str, tuple[float, float]]) -> list[tuple[str, str, str]]:
    """Return the names of new units that find room: no name lies on another."""
    if len(groups) > NAMES_MOST:
        return []
    taken: list[tuple[float, float, float]] = []
    shown = []
    for group in sorted(groups, key=lambda one: -len(one.parts)):
        if group.code not in points:
            continue
        x, y = points[group.code]
        half = len(group.name) * _LETTER / 2
        x = min(max(x, half + 2), WIDTH - half - 2)
        y += 8 + _LINE
        if y < HEIGHT and all(abs(x - other) > half + wide or abs(y - line) > _LINE for other, line, wide in taken):
            taken.append((x, y, half))
            shown.append((f"{x:.0f}", f"{y:.0f}", group.name))
    return shown


def _written(point: tuple[float, float]) -> tuple[str, str]:
    return f"{point[0]:.1f}", f"{point[1]:.1f}"
