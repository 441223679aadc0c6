"""When an entry of the programme comes, in words."""

from collections.abc import Mapping

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loa.schedules import programme, saying
from loa.schedules.models import EntryVersion
from loa.schedules.rules.recurrence import Calendar, Freq, Rule
from loa.schedules.web.programme_forms import DAY_NAMES

register = template.Library()


@register.simple_tag
def comes(version: EntryVersion) -> str:
    """Say when a version comes; a rule that has no simple words stands as it is."""
    rule = programme.timing(version).rule
    if rule is None:
        return _("once, on %(day)s") % {"day": date_format(version.start_on, "d/m/Y")}
    words = _words(rule) or version.rule
    if rule.until is not None:
        return _("%(words)s, until %(day)s") % {"words": words, "day": date_format(rule.until, "d/m/Y")}
    return words


@register.filter
def of(found: Mapping[object, str], name: object) -> str:
    """Return what is said of one thing among many; empty when nothing is."""
    return found.get(name, "")


@register.filter
def held_back(code: str) -> str:
    """Say why a day of an entry is no airing."""
    return saying.held_back(code)


def _words(rule: Rule) -> str:
    """Return words for the usual rules; empty for others."""
    if rule.positions or rule.months or rule.year_days or rule.count is not None or rule.interval != 1:
        return ""
    days = ", ".join(str(day) for day in sorted(rule.month_days))
    if rule.calendar is Calendar.VIETNAMESE:
        return _("on days %(days)s of the lunar month") % {"days": days} if days and not rule.weekdays else ""
    if rule.freq is Freq.DAILY and not rule.weekdays and not days:
        return _("every day")
    if rule.freq is Freq.WEEKLY and rule.weekdays:
        return ", ".join(str(DAY_NAMES[one.day]) for one in sorted(rule.weekdays))
    if rule.freq is Freq.MONTHLY and days and not rule.weekdays:
        return ngettext("on day %(days)s of the month", "on days %(days)s of the month", len(rule.month_days)) % {
            "days": days
        }
    return ""
