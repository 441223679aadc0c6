"""Renditions as cards, for pages of this room and of those above."""

from collections.abc import Mapping

from django import template

from loa.bulletins.rendering import Shown
from loa.bulletins.rules.renditions import Form
from loa.bulletins.web import previews

register = template.Library()


@register.filter
def cards(shown: Mapping[Form, Shown]) -> list[previews.Card]:
    """Return a card for each form of what `queries.renditions` gave."""
    return previews.cards(shown.values())
