"""Words for kinds of things."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

DEVICES = {
    "loudspeaker": _("Loudspeaker cluster"),
    "board": _("Public board"),
    "gateway": _("Gateway to wired or FM loudspeakers"),
}
ROLES = {
    "officer": _("Information officer"),
    "leader": _("Leader"),
    "editor": _("Editor"),
    "monitor": _("Monitor"),
    "technician": _("Technician"),
    "administrator": _("Administrator"),
}


@register.simple_tag
def kind_word(kind: str) -> str:
    """Return what a kind of device is called."""
    return str(DEVICES.get(kind, kind))


@register.simple_tag
def role_word(role: str) -> str:
    """Return what a role is called."""
    return str(ROLES.get(role, role))
