"""Whom a step names, and what it asks of them, as sentences for people."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loa.bulletins import rules
from loa.bulletins.models.flows import Asked
from loa.orgs import queries as orgs


def who(step: Asked, *, on: date) -> str:
    """Return whom a step names; load it with `role`, `post` and `agency`."""
    if step.who == rules.Who.POST and step.post is not None:
        return step.post.title
    if step.who == rules.Who.AGENCY and step.agency is not None:
        return orgs.agency_name(step.agency, on=on)
    if step.who == rules.Who.ROLE and step.role is not None:
        name = step.role.name()
        return _("%(who)s of the unit above") % {"who": name} if step.where == rules.Where.ABOVE else name
    if step.where == rules.Where.ABOVE:
        return _("Who approves at the unit above")
    return _("Who approves at the unit")


def sentence(step: Asked, *, on: date) -> str:
    """Return what a step asks, of whom, and how long they have."""
    facts = {"who": who(step, on=on), "hours": step.hours}
    if step.position == 1 and step.asks == rules.Asks.WORDS:
        told = ngettext(
            "%(who)s reviews the words first, within %(hours)s working hour.",
            "%(who)s reviews the words first, within %(hours)s working hours.",
            step.hours,
        )
    elif step.position == 1:
        told = ngettext(
            "%(who)s approves, within %(hours)s working hour.",
            "%(who)s approves, within %(hours)s working hours.",
            step.hours,
        )
    elif step.asks == rules.Asks.WORDS:
        told = ngettext(
            "Then %(who)s reviews the words, within %(hours)s working hour.",
            "Then %(who)s reviews the words, within %(hours)s working hours.",
            step.hours,
        )
    else:
        told = ngettext(
            "Then %(who)s approves, within %(hours)s working hour.",
            "Then %(who)s approves, within %(hours)s working hours.",
            step.hours,
        )
    return told % facts
