"""The picture of zones and flows as SVG, drawn from the data: columns are zones, lines are flows with their number."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

_COLUMN, _BOX, _HIGH, _STEP, _TOP = 300, 240, 68, 104, 90
_WIDE_LETTERS = 30


def svg(flows: Mapping[str, Any]) -> str:
    """Return the picture."""
    zones = sorted(flows["zone"].items(), key=lambda zone: zone[1]["rank"])
    places: dict[str, tuple[int, int]] = {}
    parts: list[str] = []
    tallest = 0
    for column, (name, zone) in enumerate(zones):
        inside = [process for process, facts in flows["process"].items() if facts["zone"] == name]
        for row, process in enumerate(inside):
            places[process] = (column * _COLUMN + 30, _TOP + row * _STEP)
        tallest = max(tallest, len(inside))
        parts.append(f'<text x="{column * _COLUMN + 30}" y="50" class="zone">{escape(zone["vi"])}</text>')
    high = _TOP + tallest * _STEP + 20
    frames = [
        f'<rect x="{column * _COLUMN + 12}" y="24" width="{_COLUMN - 24}" height="{high - 40}" class="frame"/>'
        for column in range(len(zones))
    ]
    lines = [
        _line(number, places[flow["from"]], places[flow["to"]]) for number, flow in enumerate(flows["flow"], start=1)
    ]
    boxes = [_box(flows["process"][name]["vi"], place) for name, place in places.items()]
    style = (
        "text{font:13px sans-serif;fill:#222}.zone{font-weight:bold}"
        ".frame{fill:#faf7f2;stroke:#bbb;stroke-dasharray:6 4}"
        ".box{fill:#fff;stroke:#b23a1e;stroke-width:1.5}.flow{stroke:#555;stroke-width:1.2;fill:none}"
        ".mark{fill:#b23a1e}.number{fill:#fff;font-size:11px;text-anchor:middle}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(zones) * _COLUMN} {high}" role="img">'
        f"<style>{style}</style>{''.join([*frames, *parts, *lines, *boxes])}</svg>\n"
    )


def _box(words: str, place: tuple[int, int]) -> str:
    x, y = place
    rows = _wrapped(words)
    texts = "".join(
        f'<text x="{x + 10}" y="{y + 24 + row * 17}">{escape(line)}</text>' for row, line in enumerate(rows[:3])
    )
    return f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HIGH}" rx="6" class="box"/>{texts}'


def _line(number: int, start: tuple[int, int], stop: tuple[int, int]) -> str:
    """Draw from box to box; the number stands a third of the way, shifted so that lines of one box stay apart."""
    if start[0] == stop[0]:
        x, lane = start[0], 8 + number % 4 * 5
        y1, y2 = start[1] + _HIGH // 2, stop[1] + _HIGH // 2
        path = f"M{x} {y1} H{x - lane} V{y2} H{x}"
        at = (x - lane, (y1 + y2) // 2)
    else:
        x1, x2 = (start[0] + _BOX, stop[0]) if start[0] < stop[0] else (start[0], stop[0] + _BOX)
        y1, y2 = start[1] + 14 + number % 3 * 15, stop[1] + 14 + number % 3 * 15
        path = f"M{x1} {y1} L{x2} {y2}"
        at = (x1 + (x2 - x1) * (2 + number % 3) // 6, y1 + (y2 - y1) * (2 + number % 3) // 6)
    return (
        f'<path d="{path}" class="flow"/><circle cx="{at[0]}" cy="{at[1]}" r="9" class="mark"/>'
        f'<text x="{at[0]}" y="{at[1] + 4}" class="number">{number}</text>'
    )


def _wrapped(words: str) -> list[str]:
    rows = [""]
    for word in words.split():
        if len(rows[-1]) + len(word) + 1 > _WIDE_LETTERS and rows[-1]:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows
