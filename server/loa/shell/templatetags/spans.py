"""How long something took or lies ahead, in words: Django has none of them in Vietnamese."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext, ngettext

register = template.Library()
_MINUTES_A_DAY = 24 * 60


@register.filter
def since(begin: datetime, end: datetime) -> str:
    """Return how long it is from one moment to a later one, by its two largest units: `2 days 5 hours`."""
    minutes = max(0, (end - begin) // timedelta(minutes=1))
    days, hours = minutes // _MINUTES_A_DAY, minutes % _MINUTES_A_DAY // 60
    said = [
        ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else "",
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else "",
    ]
    if not days and minutes % 60:
        said.append(ngettext("%(count)s minute", "%(count)s minutes", minutes % 60) % {"count": minutes % 60})
    return " ".join(filter(None, said)) or gettext("less than a minute")


@register.filter
def until(end: datetime, now: datetime) -> str:
    """Return how long it is until a moment, in the same words."""
    return since(now, end)
