"""What can be read out of doors: contrast, height of letters, and pages of a cheap text panel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from loa.bulletins.rules import cutting

GROUND, INK, TITLE_INK, TICKER_INK = "#0b1f3a", "#ffffff", "#ffd54a", "#ffd54a"
"""A board's colors; `channels.css` has the same."""

CONTRAST_LEAST = 7.0
"""WCAG 2.2, 1.4.6: enhanced contrast. A board stands in the sun, so the lesser figure is not enough."""

TITLE_PCT, ROW_PCT = 10.0, 7.5
"""Letter size in percent of a board's shorter side; `channels.css` sets the slide in them."""

# A letter of five minutes of arc is the smallest that a normal eye makes out (the letter chart's definition of 6/6);
# three times that is read while walking by. A Vietnamese capital without marks is 0.7 of the letter size.
_ARC_MIN = 15
_CAPITAL = 0.7
PANEL_LETTER_PX, PANEL_ROW_PX = 8, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A text panel of so many light points; letters are 8 × 16."""

    width_px: int
    height_px: int

    @property
    def columns(self) -> int:
        """Return letters in a row."""
        return max(1, self.width_px // PANEL_LETTER_PX)

    @property
    def rows(self) -> int:
        """Return rows on a page."""
        return max(1, self.height_px // PANEL_ROW_PX)


PANELS: Sequence[Panel] = (Panel(width_px=128, height_px=32), Panel(width_px=192, height_px=64))
"""Sizes that are sold to communes: two and four rows."""


def pages(panel: Panel, title: str, body: str) -> list[tuple[str, ...]]:
    """Return the pages a panel shows one after the other, title first; no word is broken that fits a row."""
    rows = [row for line in (title, *body.split("\n")) for row in cutting.rows(line, panel.columns)]
    return [tuple(rows[place : place + panel.rows]) for place in range(0, len(rows), panel.rows)]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors like `#0b1f3a`, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def reading_distance_m(board_height_m: float, *, size_pct: float = ROW_PCT) -> float:
    """Return from how far letters of a size are read on a board whose shorter side is so high."""
    capital_m = board_height_m * size_pct / 100 * _CAPITAL
    return capital_m / math.tan(math.radians(_ARC_MIN / 60))


def _luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
