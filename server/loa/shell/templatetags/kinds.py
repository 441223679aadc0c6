"""Words for kinds of things."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

DEVICES = {
    "loudspeaker": _("Loudspeaker cluster"),
    "board": _("Public board"),
    "gateway": _("Gateway to wired or FM loudspeakers"),
}


@register.simple_tag
def kind_word(kind: str) -> str:
    """Return what a kind of device is called."""
    return str(DEVICES.get(kind, kind))
