"""What the page of channels shows of each form: its words, how much of the room they take, and how they will look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from loa.bulletins.rendering import Shown
from loa.bulletins.rules import blocks, boards, differing, sms
from loa.bulletins.rules.renditions import LIMITS, PAPERS, Form, Limit
from loa.bulletins.web.forms_named import NAMES, PURPOSES

BOARD_HEIGHT_M = 2.0
"""The shorter side of a usual board at a commune's road, for the reading distance that the page tells."""


@dataclass(frozen=True)
class Card:
    """One form on the page."""

    shown: Shown

    @property
    def form(self) -> Form:
        """Return which form it is."""
        return self.shown.form

    @property
    def name(self) -> str | Promise:
        """Return what people call it."""
        return NAMES[self.form]

    @property
    def purpose(self) -> str | Promise:
        """Return what it is for."""
        return PURPOSES[self.form]

    @property
    def title(self) -> str:
        """Return its title."""
        return self.shown.words.title

    @property
    def body(self) -> str:
        """Return its words."""
        return self.shown.words.body

    @property
    def limit(self) -> Limit:
        """Return what it holds."""
        return LIMITS[self.form]

    @property
    def is_paper(self) -> bool:
        """Tell whether it is printed."""
        return self.form in PAPERS

    @cached_property
    def rows(self) -> list[str]:
        """Return its lines."""
        return self.body.split("\n") if self.body else []

    @cached_property
    def blocks(self) -> list[blocks.Block]:
        """Return its paragraphs, headings and lists."""
        return blocks.blocks(self.body)

    @cached_property
    def size(self) -> sms.Size:
        """Return how it travels as a short message."""
        return sms.measure(self.body)

    @property
    def panels(self) -> list[tuple[boards.Panel, list[tuple[str, ...]]]]:
        """Return what text panels show of it, page by page."""
        return [(panel, boards.pages(panel, self.title, self.body)) for panel in boards.PANELS]

    @property
    def contrast(self) -> float:
        """Return the lesser contrast of a board's two colors of letters."""
        return min(boards.contrast(boards.GROUND, ink) for ink in (boards.INK, boards.TITLE_INK))

    @property
    def board_height_m(self) -> float:
        """Return the board's height for which the reading distance is told."""
        return BOARD_HEIGHT_M

    @property
    def reading_distance_m(self) -> float:
        """Return from how far the lines of a slide are read."""
        return boards.reading_distance_m(BOARD_HEIGHT_M)

    @cached_property
    def changes(self) -> Sequence[differing.Piece]:
        """Return what deriving anew would change, word by word."""
        derived = self.shown.derived
        return differing.differences(_whole(self.title, self.body), _whole(derived.title, derived.body))


def cards(shown: Iterable[Shown]) -> list[Card]:
    """Return a card for each form."""
    return [Card(one) for one in shown]


def _whole(title: str, body: str) -> str:
    return f"{title}\n{body}" if title else body
