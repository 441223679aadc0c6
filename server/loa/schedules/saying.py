"""What breaks which hour rule, in sentences."""

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from loa.schedules import refusals
from loa.schedules.models import HoursOverride
from loa.schedules.rules.hours import Breach, Broken

SAID_MOST = 3

NAMES: Mapping[Broken, Promise] = {
    Broken.QUIET: gettext_lazy("Quiet hours"),
    Broken.DAY: gettext_lazy("Day without sound"),
    Broken.WINDOW: gettext_lazy("Outside the hours"),
    Broken.SESSIONS: gettext_lazy("Too many sessions"),
    Broken.LENGTH: gettext_lazy("Session too long"),
}
SENTENCES: Mapping[Broken, Promise] = {
    Broken.QUIET: gettext_lazy("At %(place)s it would sound in the quiet hours of %(day)s."),
    Broken.DAY: gettext_lazy("%(place)s does not sound at all on %(day)s."),
    Broken.WINDOW: gettext_lazy("At %(place)s the hours of %(day)s do not allow it."),
    Broken.SESSIONS: gettext_lazy("At %(place)s it would be one session too many on %(day)s."),
    Broken.LENGTH: gettext_lazy("At %(place)s the session on %(day)s would be too long."),
}


def held_back(code: str) -> str:
    """Return why a day of an entry is no airing."""
    return str(refusals.HELD.get(code) or refusals.SENTENCES.get(code, code))


def sentence(breach: Breach) -> str:
    """Return what an item breaks, where and on which day."""
    return str(SENTENCES[breach.rule]) % {"place": breach.place, "day": date_format(breach.on, "d/m/Y")}


def each(breaches: Sequence[Breach]) -> list[str]:
    """Return the sentences, nothing twice."""
    return list(dict.fromkeys(sentence(breach) for breach in breaches))


def named(breaches: Sequence[Breach]) -> list[str]:
    """Return the names of the rules, each once: for where there is little room."""
    return [str(NAMES[rule]) for rule in dict.fromkeys(breach.rule for breach in breaches)]


def together(breaches: Sequence[Breach]) -> str:
    """Return the first sentences as one text, and how many more there are."""
    said = each(breaches)
    more = len(said) - SAID_MOST
    if more > 0:
        said = said[:SAID_MOST]
        said.append(ngettext("And %(count)s more.", "And %(count)s more.", more) % {"count": more})
    return " ".join(said)


def decided(kept: HoursOverride) -> str:
    """Return whose decision it is, loaded with `by`, that something breaks hour rules, which ones and why."""
    who = kept.by.full_name
    if not kept.reason:
        said = ngettext(
            "Plays in the quiet hours by decision of %(who)s: it wakes %(count)s cluster.",
            "Plays in the quiet hours by decision of %(who)s: it wakes %(count)s clusters.",
            kept.wakes or 0,
        )
        return said % {"who": who, "count": kept.wakes or 0}
    rules = ", ".join(str(NAMES[Broken(one)]) for one in kept.broken)
    said = gettext("Plays against the hour rules (%(rules)s) by decision of %(who)s: %(why)s")
    return said % {"rules": rules.lower(), "who": who, "why": kept.reason}
