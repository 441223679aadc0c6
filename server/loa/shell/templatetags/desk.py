"""The design system's smallest parts, for templates of every room."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite: silent for screen readers unless it has a label."""
    href = f"{static('loa/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" width="20" height="20"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}"></use></svg>', href)


@register.simple_tag
def logo() -> SafeString:
    """Draw the mark: a loudspeaker and its waves."""
    return format_html(
        '<svg class="logo" aria-hidden="true" width="32" height="32"><use href="{}#logo"></use></svg>',
        static("loa/icons.svg"),
    )


@register.filter
def initial(name: object) -> str:
    """Return the first letter of a person's given name, which in Vietnamese stands last."""
    words = str(name or "").split()
    return words[-1][0].upper() if words else "·"
