"""Pictures of an overview, drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from loa.dispatch.days import Figures
from loa.shell.templatetags.states import look

register = template.Library()

PARTS = ("heard", "said", "partial", "silent", "missed", "refused", "odd", "untold")
BAR_WIDTH = 1000
BAR_GAP = 3


@dataclass(frozen=True, slots=True)
class Part:
    """How many plays share what became of them. `kind` is the page of rows it opens into."""

    state: str
    count: int
    icon: str
    word: str
    kind: str


_KINDS = {"missed": "silent", "untold": "silent", "odd": "refused"}


@register.simple_tag
def figures_parts(figures: Figures) -> Sequence[Part]:
    """Return what became of plays, with numbers, leaving out what did not occur."""
    counts = ((state, int(getattr(figures, state))) for state in PARTS)
    return [
        Part(state, count, look("play", state).icon, str(look("play", state).word), _KINDS.get(state, state))
        for state, count in counts
        if count
    ]


@register.simple_tag
def figures_bar(figures: Figures) -> SafeString:
    """Draw all plays as one bar, each part with its share. The legend beside it says the same in words."""
    pieces, x = [], 0.0
    for part in figures_parts(figures):
        width = BAR_WIDTH * part.count / figures.meant
        is_last = x + width > BAR_WIDTH - BAR_GAP
        pieces.append((part.state, f"{x:.1f}", f"{width if is_last else max(width - BAR_GAP, 2):.1f}"))
        x += width
    return format_html(
        '<svg class="verdict-bar" viewBox="0 0 {} 14" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        BAR_WIDTH,
        format_html_join("", '<rect class="v-{}" x="{}" y="0" width="{}" height="14"></rect>', pieces),
    )
